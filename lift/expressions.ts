/** Expressions. Side effects happen in order; && || ?: run only the side they take. */
import { and, bv, bvadd, bvsub, eq, not, or, True, False } from '../model/terms/build.js'
import type { Bool, BV } from '../model/terms/term.js'
import { binary as arithmetic, unary as arithmeticUnary } from './arithmetic.js'
import { literal } from './condition.js'
import { scale, type Machine } from './machine.js'
import { child, named, need, type Node } from './syntax.js'
import { bitsOf, pointer, types, type CType, type IntType } from './types.js'
import { address, constant, fromBool, int, objectPtr, truth, voidV, type IntV, type LValue, type PtrV, type Value } from './values.js'

export function scalar(m: Machine, n: Node): IntV | PtrV {
  const v = evaluate(m, n)
  return v.k === 'int' || v.k === 'ptr' ? v : m.fail('not a number or pointer', n)
}
export function integer(m: Machine, n: Node): IntV {
  const v = scalar(m, n)
  if (v.k === 'ptr') return int(types.ulong, address(v))
  return v.type.k === 'ptr' ? int(types.ulong, v.term) : v
}
export const condition = (m: Machine, n: Node): Bool => truth(scalar(m, n))

export function evaluate(m: Machine, n: Node): Value {
  m.step(n)
  switch (n.type) {
    case 'parenthesized_expression': {
      const inner = named(n)[0]
      if (inner === undefined) return m.fail('empty parentheses', n)
      return inner.type === 'compound_statement' ? statementExpression(m, inner) : evaluate(m, inner)
    }
    case 'number_literal': return number(m, n)
    case 'char_literal': return character(m, n)
    case 'true': return constant(1n)
    case 'false': return constant(0n)
    case 'null': return constant(0n, types.ulong)
    case 'string_literal': case 'concatenated_string': return objectPtr({ k: 'cell', path: n.text, type: types.char })
    case 'identifier': return identifier(m, n)
    case 'field_expression': case 'subscript_expression': return m.read(place(m, n), n)
    case 'pointer_expression': return n.children[0]?.text === '&' ? addressOf(m, n) : m.read(place(m, n), n)
    case 'unary_expression': return unary(m, n)
    case 'binary_expression': return binary(m, n)
    case 'assignment_expression': return assign(m, n)
    case 'update_expression': return update(m, n)
    case 'conditional_expression': return conditional(m, n)
    case 'cast_expression': return m.convert(evaluate(m, need(n, 'value')), typeOfDescriptor(m, need(n, 'type')), n)
    case 'sizeof_expression': return sizeOf(m, n)
    case 'offsetof_expression': {
      const t = typeOfDescriptor(m, need(n, 'type'))
      const member = need(n, 'member')
      return t.k === 'record' ? constant(BigInt(m.layout.offset(t, member.text, m.file, n.place).offset), types.ulong) : m.fail('offsetof', n)
    }
    case 'alignof_expression': return constant(BigInt(m.layout.alignment(typeOfDescriptor(m, need(n, 'type')), m.file, n.place)), types.ulong)
    case 'comma_expression': evaluate(m, need(n, 'left')); return evaluate(m, need(n, 'right'))
    case 'call_expression': return m.above.call(m, n)
    default: return m.fail(`expression ${n.type}`, n)
  }
}

function number(m: Machine, n: Node): Value {
  const v = literal(n.text)
  if (v === undefined) return m.fail('number', n)
  const suffix = /[uUlL]*$/.exec(n.text)![0].toLowerCase()
  const unsigned = suffix.includes('u')
  const long = suffix.replace('u', '').length
  const decimal = !/^0[xXbB\d]/.test(n.text)
  const order: IntType[] = [types.int, types.uint, types.long, types.ulong, types.llong, types.ullong]
  const fits = (t: IntType): boolean => v < 1n << BigInt(t.signed ? t.width - 1 : t.width)
  const t = order.find((x) => x.rank >= 3 + long && (!unsigned || !x.signed) && (!decimal || unsigned || x.signed) && fits(x))
  return t === undefined ? m.fail('number is too large', n) : constant(v, t)
}
function character(m: Machine, n: Node): Value {
  const body = n.text.slice(1, -1)
  return body.length === 1 ? constant(BigInt(body.charCodeAt(0))) : m.fail('character', n)
}

function variable(m: Machine, name: string): { path: string, type: CType } | undefined {
  const frame = m.frames[m.frames.length - 1]
  if (frame === undefined) return undefined
  for (let i = frame.scopes.length - 1; i >= 0; i--) {
    const v = frame.scopes[i]!.get(name)
    if (v !== undefined) return v
  }
  return undefined
}

function identifier(m: Machine, n: Node): Value {
  const v = variable(m, n.text)
  if (v !== undefined) return m.read({ k: 'cell', ...v }, n)
  const known = m.above.identifier(n.text)
  if (known !== undefined) return known(m, n)
  const e = enumerator(m, n)
  if (e !== undefined) return e
  const field = m.unit.tree.registerField(n.text)
  if (field !== undefined) return constant(field, types.ulong)
  const nr = m.unit.tree.syscallNumber(n.text)
  if (nr !== undefined) return constant(BigInt(nr))
  if (m.unit.tree.lookup('function', n.text, m.file, n.place) !== undefined || m.unit.tree.lookup('prototype', n.text, m.file, n.place) !== undefined) return { k: 'ptr', type: pointer(types.func), alts: [{ when: True, to: { k: 'fn', name: n.text } }] }
  return m.read(globalVariable(m, n), n)
}

function enumerator(m: Machine, n: Node): Value | undefined {
  const def = m.unit.tree.lookup('enumerator', n.text, m.file, n.place)
  if (def === undefined) return undefined
  const tokens = m.unit.expanded(def.tokens, def.file)
  const spec = m.unit.parser.parse([...tokens, { ...tokens[0]!, kind: 'punct', text: ';' }]).children.find((c) => c.type === 'enum_specifier')
  let value = constant(-1n)
  for (const e of spec === undefined ? [] : named(need(spec, 'body')).filter((c) => c.type === 'enumerator')) {
    const given = child(e, 'value')
    value = given !== undefined ? integer(m, given) : arithmetic('+', value, constant(1n), () => {})!
    if (need(e, 'name').text === n.text) return value
  }
  return undefined
}

/** A variable of the tree: an object with its name. */
function globalVariable(m: Machine, n: Node): LValue {
  const def = m.unit.tree.lookup('variable', n.text, m.file, n.place)
  if (def === undefined) return m.fail('unknown name', n)
  const eqAt = def.tokens.findIndex((t) => t.text === '=')
  const decl = def.tokens.slice(0, eqAt).filter((t) => t.text !== 'static' && t.text !== 'const')
  const field = m.unit.fieldsOf(m.unit.expanded(decl, def.file), def.file)[0]
  return { k: 'cell', path: n.text, type: field?.type ?? m.fail('variable not understood', n) }
}

/** The object an expression designates. */
export function place(m: Machine, n: Node): LValue {
  switch (n.type) {
    case 'identifier': {
      const v = variable(m, n.text)
      if (v !== undefined) return { k: 'cell', ...v }
      const known = m.above.identifier(n.text)
      return known === undefined ? globalVariable(m, n) : m.fail('not an object', n)
    }
    case 'parenthesized_expression': {
      const inner = named(n)[0]
      return inner === undefined ? m.fail('empty parentheses', n) : place(m, inner)
    }
    case 'field_expression': {
      const arg = need(n, 'argument')
      const arrow = n.children.some((c) => c.text === '->' && !c.named)
      return m.member(arrow ? m.deref(evaluate(m, arg), n) : place(m, arg), need(n, 'field').text, n)
    }
    case 'pointer_expression': return m.deref(evaluate(m, need(n, 'argument')), n)
    case 'subscript_expression': {
      const base = need(n, 'argument')
      const index = integer(m, need(n, 'index'))
      if (['identifier', 'field_expression', 'subscript_expression', 'parenthesized_expression'].includes(base.type) && m.above.identifier(base.text) === undefined) {
        const lv = place(m, base)
        if (lv.type.k === 'array') return m.element(lv, index, n)
        return subscript(m, m.read(lv, base), index, n)
      }
      return subscript(m, evaluate(m, base), index, n)
    }
    default: return m.fail('not an object', n)
  }
}

function subscript(m: Machine, v: Value, index: IntV, n: Node): LValue {
  if (v.k === 'ptr' && v.alts.length === 1 && v.type.to.k === 'ptr' && v.type.to.to.k === 'func' && v.alts[0]!.to.k === 'obj' && v.alts[0]!.to.lv.k === 'cell') {
    return { k: 'slot', table: v.alts[0]!.to.lv.path, index: (m.convert(index, types.ulong, n) as IntV).term as BV<64>, type: v.type.to }
  }
  if (v.k === 'ptr' || (v.k === 'int' && v.type.k === 'ptr')) return m.deref(offset(m, v, index, n), n)
  return m.fail('not an array', n)
}

function addressOf(m: Machine, n: Node): Value {
  const arg = need(n, 'argument')
  if (arg.type === 'identifier' && variable(m, arg.text) === undefined && m.above.identifier(arg.text) === undefined && m.unit.tree.lookup('function', arg.text, m.file, arg.place) !== undefined) return identifier(m, arg)
  return pointerTo(m, place(m, arg), n)
}
export function pointerTo(m: Machine, lv: LValue, n: Node): Value {
  if (lv.k === 'raw') return int(pointer(lv.type, true), lv.addr)
  if (lv.k === 'alts') return { k: 'ptr', type: pointer(lv.type), alts: lv.alts.map((a) => ({ when: a.when, to: { k: 'obj', lv: a.lv, addr: undefined } })) }
  if (lv.k === 'cell' && lv.path.includes('->')) return m.fail('address', n)
  return objectPtr(lv, pointer(lv.type))
}

/** pointer + n elements. */
export function offset(m: Machine, p: IntV | PtrV, by: IntV, n: Node): IntV | PtrV {
  const to = p.type.k === 'ptr' ? p.type.to : m.fail('not a pointer', n)
  if (p.k === 'int') {
    const size = to.k === 'void' || to.k === 'func' ? 1 : m.layout.size(to, m.file, n.place)
    return int(p.type, bvadd(p.term, scale((m.convert(by, types.long, n) as IntV).term as BV<64>, size)))
  }
  if (by.term.op === 'bvconst' && by.term.value === 0n) return p
  return { ...p, alts: p.alts.map((a) => {
    if (a.to.k !== 'obj' || a.to.lv.k !== 'cell') return m.fail('arithmetic on a kernel pointer', n)
    const at = /^(.*)\[(\d+)\]$/.exec(a.to.lv.path)
    if (at === null || by.term.op !== 'bvconst') return m.fail('arithmetic on a kernel pointer', n)
    const index = BigInt(at[2]!) + BigInt.asIntN(by.term.width, by.term.value)
    return { when: a.when, to: { ...a.to, lv: { ...a.to.lv, path: `${at[1]}[${index}]` } } }
  }) }
}

function unary(m: Machine, n: Node): Value {
  const op = n.children[0]!.text
  const v = scalar(m, need(n, 'argument'))
  if (op === '!') return fromBool(not(truth(v)))
  if (v.k === 'ptr' || v.type.k === 'ptr') return m.fail(`${op} of a pointer`, n)
  return arithmeticUnary(op, v) ?? m.fail(`operator ${op}`, n)
}

function binary(m: Machine, n: Node): Value {
  const op = n.children.find((c) => c.field === 'operator')?.text ?? ''
  const left = need(n, 'left')
  const right = need(n, 'right')
  if (op === '&&' || op === '||') {
    const a = condition(m, left)
    let b: Bool = False
    const run = (): Value => { b = condition(m, right); return voidV }
    if (op === '&&') { m.either(a, run, () => voidV, n); return fromBool(and(a, b)) }
    m.either(a, () => voidV, run, n)
    return fromBool(or(a, b))
  }
  const a = scalar(m, left)
  const b = scalar(m, right)
  return combine(m, op, a, b, n)
}

export function combine(m: Machine, op: string, a: IntV | PtrV, b: IntV | PtrV, n: Node): Value {
  const pa = a.type.k === 'ptr'
  const pb = b.type.k === 'ptr'
  if (!pa && !pb && a.k === 'int' && b.k === 'int') return arithmetic(op, a, b, (c, what) => { m.oblige(c, what, n) }) ?? m.fail(`${op} of two unknown numbers`, n)
  if (op === '==' || op === '!=') {
    const zero = (v: IntV | PtrV): boolean => v.k === 'int' ? v.term.op === 'bvconst' && v.term.value === 0n : v.alts.every((x) => x.to.k === 'null')
    const same = zero(b) ? not(truth(a)) : zero(a) ? not(truth(b)) : eq(address(a), address(b))
    return fromBool(op === '==' ? same : not(same))
  }
  if (op === '+' && pa && b.k === 'int') return offset(m, a, b, n)
  if (op === '+' && pb && a.k === 'int') return offset(m, b, a, n)
  if (op === '-' && pa && !pb && b.k === 'int') return offset(m, a, arithmeticUnary('-', b)!, n)
  if (pa && pb && ['<', '>', '<=', '>='].includes(op)) return arithmetic(op, int(types.ulong, address(a)), int(types.ulong, address(b)), () => {})!
  if (pa && pb && op === '-') return int(types.long, bvsub(address(a), address(b)))
  return m.fail(`${op} of pointers`, n)
}

function assign(m: Machine, n: Node): Value {
  const op = n.children.find((c) => c.field === 'operator')?.text ?? '='
  const left = need(n, 'left')
  if (op === '=') {
    const v = evaluate(m, need(n, 'right'))
    const lv = place(m, left)
    return store(m, lv, v, n)
  }
  const b = scalar(m, need(n, 'right'))
  const lv = place(m, left)
  const a = m.read(lv, left)
  if (a.k !== 'int' && a.k !== 'ptr') return m.fail(`operator ${op}`, n)
  return store(m, lv, combine(m, op.slice(0, -1), a, b, n), n)
}
export function store(m: Machine, lv: LValue, v: Value, n: Node): Value {
  const c = m.convert(v, lv.type, n)
  m.write(lv, c, n)
  return c
}

function update(m: Machine, n: Node): Value {
  const prefix = n.children[0]!.text === '++' || n.children[0]!.text === '--'
  const op = n.children.find((c) => c.text === '++' || c.text === '--')!.text[0]!
  const lv = place(m, need(n, 'argument'))
  const before = m.read(lv, n)
  if (before.k !== 'int' && before.k !== 'ptr') return m.fail('operator', n)
  const after = store(m, lv, combine(m, op, before, constant(1n), n), n)
  return prefix ? after : before
}

function conditional(m: Machine, n: Node): Value {
  const c = scalar(m, need(n, 'condition'))
  const yes = child(n, 'consequence')
  const no = need(n, 'alternative')
  const t = truth(c)
  const type = (v: Value, other: Value): Value => {
    if (v.k !== 'int' || other.k !== 'int' || v.type.k === 'ptr' || other.type.k === 'ptr') return v
    const sum = arithmetic('+', int(v.type, bv(v.term.width, 0) as BV), int(other.type, bv(other.term.width, 0) as BV), () => {})!
    return m.convert(v, sum.type, n)
  }
  if (t === True || t === False) {
    const [taken, other] = t === True ? [yes, no] : [no, yes]
    const v = taken === undefined ? c : evaluate(m, taken)
    // the side not taken still has its say in the type
    if (v.k !== 'int' || v.type.k === 'ptr') return v
    const o = other === undefined ? c.type : typeOf(m, other)
    return o.k === 'int' || o.k === 'bool' ? type(v, int(o, bv(bitsOf(o), 0) as BV)) : v
  }
  // both sides run on their own copy; then each result takes the common type
  let a = c as Value
  let b = c as Value
  const s = m.branch(t, () => { if (yes !== undefined) a = evaluate(m, yes) })
  const u = m.branch(not(t), () => { b = evaluate(m, no) })
  m.store = m.merge(t, s, u, n)
  if (a.k === 'void' || b.k === 'void') return voidV
  return m.either(t, () => type(a, b), () => type(b, a), n)
}

function statementExpression(m: Machine, n: Node): Value {
  let last: Value = voidV
  m.above.compound(m, n, (v) => { last = v })
  return last
}

export function typeOfDescriptor(m: Machine, n: Node): CType {
  const s = m.unit.specifiers(n, m.file)
  return m.unit.declarator(s, child(n, 'declarator'), m.file).type
}
/** The type of an expression; what evaluating it would do is taken back. */
export function typeOf(m: Machine, n: Node): CType {
  const kept = { store: m.store, effects: m.effects.length, obligations: m.obligations.length, reads: m.reads.length, writes: m.writes.length }
  m.store = { cells: new Map(kept.store.cells), live: kept.store.live }
  try {
    if (['identifier', 'field_expression', 'subscript_expression', 'parenthesized_expression'].includes(n.type) || (n.type === 'pointer_expression' && n.children[0]?.text === '*')) {
      try { return place(m, n).type } catch { /* not an object: its value has the type */ }
    }
    const v = evaluate(m, n)
    return v.k === 'void' ? types.void : v.type
  } finally {
    m.store = kept.store
    m.effects.length = kept.effects
    m.obligations.length = kept.obligations
    m.reads.length = kept.reads
    m.writes.length = kept.writes
  }
}
function sizeOf(m: Machine, n: Node): Value {
  const t = child(n, 'type')
  const type = t !== undefined ? typeOfDescriptor(m, t) : typeOf(m, need(n, 'value'))
  return constant(BigInt(m.layout.size(type, m.file, n.place)), types.ulong)
}
