/** The C of a tree as syntax and types: functions, records and constants, made on demand and kept. */
import { limits, LiftError, type Place } from './errors.js'
import { expand } from './expand.js'
import type { Token } from './lexer.js'
import { matching, type Definition } from './scan.js'
import { child, named, need, type CParser, type Node } from './syntax.js'
import type { Tree } from './tree.js'
import { pointer, types, type ArrayType, type CType, type RecordType } from './types.js'

/** Annotations without a meaning here. `__user` becomes a qualifier, so that it stays with its pointer. */
const blank = new Set(['__iomem', '__force', '__kernel', '__rcu', '__percpu', '__must_check', '__always_inline', 'noinline', 'inline', '__inline', '__inline__', 'notrace', '__init', '__exit', '__ro_after_init',
  'noinstr', '__latent_entropy', '__maybe_unused', '__always_unused', '__used', '__visible', 'asmlinkage', '__cold', '__sched', '__private', 'noinline_for_stack', '__randomize_layout', '__no_randomize_layout', '__kprobes',
  '__read_mostly', '__nonstring', '__net_init', '__weak', '__restrict', 'restrict', '__extension__', 'register', '__cpuidle', '__noreturn', 'volatile', '__volatile__', '____cacheline_aligned', '____cacheline_aligned_in_smp',
  'randomized_struct_fields_start', 'randomized_struct_fields_end', '__no_kcsan', 'nokprobe_inline', '__noendbr'])
const plainTypes: Record<string, CType> = {
  u8: types.uchar, u16: types.ushort, u32: types.uint, u64: types.ullong, s8: types.schar, s16: types.short, s32: types.int, s64: types.llong,
  __u8: types.uchar, __u16: types.ushort, __u32: types.uint, __u64: types.ullong, __s8: types.schar, __s16: types.short, __s32: types.int, __s64: types.llong,
  u128: types.uint128, s128: types.int128, __u128: types.uint128, __s128: types.int128, __uint128_t: types.uint128, __int128_t: types.int128, size_t: types.ulong, ssize_t: types.long, ptrdiff_t: types.long, uintptr_t: types.ulong, uint: types.uint, ulong: types.ulong, ushort: types.ushort, va_list: types.ulong,
  uint8_t: types.uchar, uint16_t: types.ushort, uint32_t: types.uint, uint64_t: types.ullong, int8_t: types.schar, int16_t: types.short, int32_t: types.int, int64_t: types.llong,
}
const typedefShape = /^(?:\w+_t|(?:__?)?[us](?:8|16|32|64|128)|__[lb]e(?:16|32|64)|uint|ulong|ushort|va_list|user_regset_\w+_fn|__sigrestore_t)$/

const typeofWords = new Set(['typeof', '__typeof__', '__typeof', '__typeof_unqual__', 'typeof_unqual'])
const beginsType = new Set(['void', 'char', 'short', 'int', 'long', 'unsigned', 'signed', '_Bool', 'bool', '__int128', 'struct', 'union', 'enum'])

export interface Param { readonly name: string, readonly type: CType }
export interface FunctionSyntax { readonly def: Definition, readonly name: string, readonly result: CType, readonly params: readonly Param[], readonly body: Node }
export interface Field { readonly name: string | undefined, readonly type: CType, readonly bits: boolean, readonly aligned: number | undefined, readonly place: Place }
interface RecordEntry { readonly type: RecordType, readonly items: readonly (readonly Token[])[], readonly file: string, readonly packed: boolean, readonly aligned: number | undefined, readonly place: Place }

export class Unit {
  private readonly functions = new Map<Definition, FunctionSyntax>()
  private readonly records = new Map<string, RecordEntry>()
  private readonly parsed = new Map<readonly Token[], readonly Field[]>()
  private anonymous = 0

  /** `opaque`: names that are never expanded (intrinsics). */
  constructor(readonly tree: Tree, readonly parser: CParser, readonly opaque: (name: string) => boolean) {}

  expanded(tokens: readonly Token[], file: string): Token[] {
    const clean = tokens.filter((t) => !blank.has(t.text)).map((t) => t.text === '__user' ? { ...t, text: '_Atomic' } : t)
    const out = expand(clean, (name, at) => blank.has(name) || name === '__user' || /^(?:SYS_[A-Z]|ARM64_(?:WORKAROUND|HAS|SSBS|MTE|BTI|SVE|SME|SPECTRE)(?:_|$))/.test(name) || this.opaque(name) ? undefined : this.tree.lookup('macro', name, file, at)?.macro)
    return this.rewrite(out.filter((t) => !blank.has(t.text)).map((t) => t.text === '__user' ? { ...t, text: '_Atomic' } : t), file)
  }

  /** Typedef names become `struct __td_NAME`, so that casts and sizeof parse as what they are. Attributes go (all but packed and aligned). */
  private rewrite(tokens: readonly Token[], file: string): Token[] {
    const out: Token[] = []
    const shadowed = variablesNamedLikeTypes(tokens)
    const isTypedef = (t: Token): boolean => t.kind === 'id' && typedefShape.test(t.text) && (plainTypes[t.text] !== undefined || this.tree.lookup('typedef', t.text, file, t) !== undefined)
    for (let i = 0; i < tokens.length; i++) {
      const t = tokens[i]!
      const before = out[out.length - 1]?.text
      if ((t.text === '__attribute__' || t.text === '__attribute' || t.text === '__aligned') && tokens[i + 1]?.text === '(') { i = matching(tokens, i + 1); continue }
      if (typeofWords.has(t.text) && tokens[i + 1]?.text === '(') {
        const close = matching(tokens, i + 1)
        const inner = tokens.slice(i + 2, close)
        const first = inner.find((x) => x.text !== 'const')
        i = close
        if (first !== undefined && (beginsType.has(first.text) || (isTypedef(first) && !shadowed.has(first.text)) || typeofWords.has(first.text))) out.push(...this.rewrite(inner, file))
        else out.push({ ...t, text: 'struct' }, { ...t, text: `__of_${this.ofExpressions.push(this.rewrite(inner, file)) - 1}` })
        continue
      }
      if (isTypedef(t) && !shadowed.has(t.text) && before !== '.' && before !== '->' && before !== 'struct' && before !== 'union' && before !== 'enum') {
        out.push({ ...t, text: 'struct' }, { ...t, text: `__td_${t.text}` })
        continue
      }
      out.push(t)
    }
    return out
  }

  fn(def: Definition): FunctionSyntax {
    let f = this.functions.get(def)
    if (f === undefined) {
      f = this.parseFunction(def)
      this.functions.set(def, f)
    }
    return f
  }

  private parseFunction(def: Definition): FunctionSyntax {
    const open = def.tokens.findIndex((t, i) => t.text === '{' && i > 0)
    let head = def.tokens.slice(0, open)
    const sys = head.findIndex((t) => /^(?:COMPAT_)?SYSCALL(?:32)?_DEFINE\d$/.test(t.text))
    if (sys >= 0) head = syscallHead(def, head, sys)
    const tokens = this.expanded([...head, ...def.tokens.slice(open)], def.file)
    if (tokens.length > limits.tokens) throw new LiftError('function is too long', def, def.name)
    const root = this.parser.parse(tokens)
    const node = root.children.find((c) => c.type === 'function_definition')
    if (node === undefined) throw new LiftError('not understood as a function', def, def.name)
    const { name, type, params } = this.declarator(this.specifiers(node, def.file), need(node, 'declarator'), def.file)
    if (params === undefined) throw new LiftError('function without parameters', def, def.name)
    return { def, name, result: type, params: params.filter((p) => p.type.k !== 'void'), body: need(node, 'body') }
  }

  /** Type that the specifiers of a declaration, parameter, field or type name say. */
  specifiers(node: Node, file: string): { type: CType, user: boolean } {
    const user = node.children.some((c) => c.type === 'type_qualifier' && c.text === '_Atomic')
    const spec = node.children.find((c) => c.field === 'type')
    if (spec === undefined) return { type: types.int, user }
    return { type: this.specifier(spec, file), user }
  }

  private specifier(n: Node, file: string): CType {
    switch (n.type) {
      case 'primitive_type': case 'sized_type_specifier': return arithmetic(n)
      case 'type_identifier': {
        if (n.text === '_Bool') return types.bool
        if (plainTypes[n.text] !== undefined) return plainTypes[n.text]!
        return this.typedef(n.text, file, n.place)
      }
      case 'enum_specifier': return types.uint
      case 'struct_specifier': case 'union_specifier': {
        const name = child(n, 'name')?.text
        const word = n.type === 'struct_specifier' ? 'struct' : 'union'
        if (name?.startsWith('__of_') === true) return this.ofExpression(Number(name.slice(5)), n)
        if (name?.startsWith('__td_') === true) return plainTypes[name.slice(5)] ?? this.typedef(name.slice(5), file, n.place)
        const body = child(n, 'body')
        if (body === undefined && name !== undefined) return { k: 'record', union: word === 'union', tag: `${word} ${name}` }
        throw new LiftError('record defined in place', n.place, n.text)
      }
      default: throw new LiftError(`type ${n.type}`, n.place, n.text)
    }
  }

  /** Operands of `typeof` that are expressions; which type one has is the machine's to say, where it stands. */
  private readonly ofExpressions: (readonly Token[])[] = []
  typeOf: (n: Node) => CType = (n) => { throw new LiftError('typeof outside a function', n.place, n.text) }
  private ofExpression(i: number, n: Node): CType {
    const tokens = this.ofExpressions[i]!
    const word = (text: string): Token => ({ ...tokens[0]!, kind: 'id', text })
    // as an initialiser: an expression by itself may be taken for a declaration
    const declaration = tokens.length === 0 ? undefined : this.parser.parse([word('int'), word('__operand'), word('='), ...tokens, word(';')]).children[0]
    const expression = declaration === undefined ? undefined : child(need(declaration, 'declarator'), 'value')
    if (expression === undefined) throw new LiftError('typeof is not understood', n.place, n.text)
    return this.typeOf(expression)
  }

  private readonly typedefs = new Map<string, CType>()
  private typedef(name: string, file: string, at: Place): CType {
    const def = this.tree.lookup('typedef', name, file, at)
    if (def === undefined) throw new LiftError('unknown type', at, name)
    const key = `${name} ${def.file}:${def.line}`
    let t = this.typedefs.get(key)
    if (t !== undefined) return t
    const inner = def.tokens.slice(1) // without `typedef`
    if (inner.some((x, i) => x.text === '(' && inner[i + 1]?.text === '*')) t = pointer(types.func)
    else if (inner.some((x, i) => x.text === name && inner[i + 1]?.text === '(')) t = types.func
    else {
      const braces = inner.findIndex((x) => x.text === '{')
      if (braces >= 0 && (inner[0]!.text === 'struct' || inner[0]!.text === 'union')) {
        const tag = inner[1]!.kind === 'id' ? `${inner[0]!.text} ${inner[1]!.text}` : `${inner[0]!.text} typedef ${name}`
        this.record({ ...def, tokens: inner }, tag, inner[0]!.text === 'union')
        t = { k: 'record', union: inner[0]!.text === 'union', tag }
      } else if (inner[0]!.text === 'enum') t = types.uint
      else {
        // the name it defines must not be taken for a use of the type
        const decl = inner.slice(0, -1).map((x) => x.text === name ? { ...x, text: '__defined' } : x)
        const fields = this.fields(this.expanded(decl, def.file), def.file)
        if (fields[0] === undefined) throw new LiftError('typedef not understood', def, name)
        t = fields[0].type
      }
    }
    this.typedefs.set(key, t)
    return t
  }

  /** Name and type of a declarator with that base. */
  declarator(base: { type: CType, user: boolean }, n: Node | undefined, file: string): { name: string, type: CType, params?: readonly Param[] } {
    if (n === undefined) return { name: '', type: base.type }
    switch (n.type) {
      case 'identifier': case 'field_identifier': case 'type_identifier': return { name: n.text, type: base.type }
      case 'pointer_declarator': case 'abstract_pointer_declarator': {
        const user = n.children.some((c) => c.type === 'type_qualifier' && c.text === '_Atomic')
        return this.declarator({ type: pointer(base.type, base.user), user }, child(n, 'declarator'), file)
      }
      case 'array_declarator': case 'abstract_array_declarator': {
        const size = child(n, 'size')
        const length = size === undefined ? undefined : Number(this.constant(size, file))
        if (length !== undefined && (length < 0 || length > 1 << 20)) throw new LiftError('array length', n.place, n.text)
        return this.declarator({ type: { k: 'array', of: base.type, length }, user: base.user }, child(n, 'declarator'), file)
      }
      case 'function_declarator': case 'abstract_function_declarator': {
        const inner = child(n, 'declarator')
        const list = named(need(n, 'parameters')).filter((p) => p.type === 'parameter_declaration')
        const params = list.map((p): Param => {
          const d = this.declarator(this.specifiers(p, file), child(p, 'declarator'), file)
          return { name: d.name, type: d.type.k === 'array' ? pointer(d.type.of, false) : d.type }
        })
        if (inner?.type === 'identifier') return { name: inner.text, type: base.type, params }
        if (inner?.type === 'parenthesized_declarator') return this.declarator({ type: types.func, user: false }, named(inner)[0], file)
        return this.declarator(base, inner, file)
      }
      case 'parenthesized_declarator': case 'abstract_parenthesized_declarator': return this.declarator(base, named(n)[0], file)
      case 'init_declarator': return this.declarator(base, need(n, 'declarator'), file)
      default: throw new LiftError(`declarator ${n.type}`, n.place, n.text)
    }
  }

  /** Evaluates integer constant expressions (array sizes, enumerators); set by the machine. */
  constant: (n: Node, file: string) => bigint = (n) => { throw new LiftError('constant expression', n.place, n.text) }

  // ---- records
  private record(def: { file: string, line: number, tokens: readonly Token[] }, tag: string, union: boolean): RecordEntry {
    const open = def.tokens.findIndex((t) => t.text === '{')
    const close = matching(def.tokens, open)
    const place = { file: def.file, line: def.line }
    if (open < 0) throw new LiftError('record without a body', place, tag)
    const tail = def.tokens.slice(close + 1)
    const attributes = [...def.tokens.slice(0, open), ...tail].map((t) => t.text).join(' ')
    const entry: RecordEntry = {
      type: { k: 'record', union, tag }, items: split(this.keepAlignment(def.tokens.slice(open + 1, close), def.file)), file: def.file,
      packed: /\b__packed\b|\bpacked\b/.test(attributes), aligned: alignment(attributes), place,
    }
    this.records.set(tag, entry)
    return entry
  }
  /** Expansion with `__attribute__((aligned(n)))` kept as the marker `__aligned_n`. */
  private keepAlignment(tokens: readonly Token[], file: string): Token[] {
    const out: Token[] = []
    for (let i = 0; i < tokens.length; i++) {
      const t = tokens[i]!
      if ((t.text === '__attribute__' || t.text === '__aligned') && tokens[i + 1]?.text === '(') {
        const end = matching(tokens, i + 1)
        const n = alignment(tokens.slice(i, end + 1).map((x) => x.text).join(' '))
        if (n !== undefined) out.push({ ...t, text: `__aligned_${n}` })
        i = end
      } else out.push(t)
    }
    return this.expanded(out, file)
  }

  entry(type: RecordType, file: string, at: Place): RecordEntry {
    const known = this.records.get(type.tag)
    if (known !== undefined) return known
    const def = this.tree.lookup('record', type.tag, file, at)
    if (def === undefined) throw new LiftError('unknown structure', at, type.tag)
    return this.record(def, type.tag, type.union)
  }

  /** Fields of one declaration of a record. */
  fieldsOf(items: readonly Token[], file: string): readonly Field[] {
    let f = this.parsed.get(items)
    if (f === undefined) {
      f = this.fields(items, file)
      this.parsed.set(items, f)
    }
    return f
  }

  private fields(item: readonly Token[], file: string): readonly Field[] {
    const first = item[0]
    if (first === undefined) return []
    const marker = item.find((t) => t.text.startsWith('__aligned_'))
    const aligned = marker === undefined ? undefined : Number(marker.text.slice(10))
    let tokens = item.filter((t) => t !== marker)
    const start = tokens.findIndex((t) => t.text === 'struct' || t.text === 'union' || t.text === 'enum')
    const open = tokens.findIndex((t) => t.text === '{')
    if (open >= 0 && start >= 0 && start < open) { // a record or enumeration defined in place: give it a name
      const close = matching(tokens, open)
      const word = tokens[start]!.text
      const name = tokens[start + 1]!.kind === 'id' ? tokens[start + 1]!.text : `@${first.file}:${first.line}:${this.anonymous++}`
      if (word !== 'enum') {
        const tag = `${word} ${name}`
        this.records.set(tag, { type: { k: 'record', union: word === 'union', tag }, items: split(tokens.slice(open + 1, close)), file, packed: false, aligned: undefined, place: first })
        const rest = tokens.slice(close + 1).filter((t) => t.text !== '__packed')
        if (rest.length === 0) return [{ name: undefined, type: { k: 'record', union: word === 'union', tag }, bits: false, aligned, place: first }]
        return this.declared([{ ...first, text: 'int', kind: 'id' }, ...rest], file, aligned, { k: 'record', union: word === 'union', tag })
      }
      tokens = [{ ...first, text: 'unsigned' }, { ...first, text: 'int' }, ...tokens.slice(close + 1)]
    }
    return this.declared(tokens, file, aligned, undefined)
  }

  private declared(tokens: readonly Token[], file: string, aligned: number | undefined, base: CType | undefined): Field[] {
    const at = tokens[0]!
    const wrap = (text: string): Token => ({ ...at, kind: 'punct', text })
    const root = this.parser.parse([wrap('struct'), wrap('__f'), wrap('{'), ...tokens, wrap(';'), wrap('}'), wrap(';')])
    const spec = root.children.find((c) => c.type === 'struct_specifier') ?? root.children[0]
    const body = spec === undefined ? undefined : child(spec, 'body')
    if (body === undefined) throw new LiftError('field not understood', at, tokens.map((t) => t.text).join(' '))
    return named(body).filter((d) => d.type === 'field_declaration').flatMap((d) => {
      const s = base === undefined ? this.specifiers(d, file) : { type: base, user: false }
      const bits = d.children.some((c) => c.type === 'bitfield_clause')
      return d.children.filter((c) => c.field === 'declarator').map((x): Field => ({ ...this.declarator(s, x, file), bits, aligned, place: d.place }))
    })
  }
}

function split(tokens: readonly Token[]): Token[][] {
  const out: Token[][] = []
  let start = 0
  let depth = 0
  tokens.forEach((t, i) => {
    if (t.text === '{' || t.text === '(' || t.text === '[') depth++
    else if (t.text === '}' || t.text === ')' || t.text === ']') depth--
    else if (t.text === ';' && depth === 0) { if (i > start) out.push(tokens.slice(start, i)); start = i + 1 }
  })
  return out
}
function alignment(text: string): number | undefined {
  const m = /\b(?:__)?aligned(?:__)?\s*\(\s*(?:sizeof \( (long|u64|__u64) \)|(\d+))/.exec(text)
  return m === null ? undefined : m[1] !== undefined ? 8 : Number(m[2])
}
function arithmetic(n: Node): CType {
  const words = n.text.split(/\s+/)
  const unsigned = words.includes('unsigned')
  const longs = words.filter((w) => w === 'long').length
  const simple: Record<string, CType> = { bool: types.bool, _Bool: types.bool, void: types.void }
  for (const w of words) { const s = simple[w] ?? plainTypes[w]; if (s !== undefined) return s }
  if (words.includes('char')) return words.includes('signed') ? types.schar : types.uchar
  if (words.includes('short')) return unsigned ? types.ushort : types.short
  if (longs === 2) return unsigned ? types.ullong : types.llong
  if (longs === 1) return unsigned ? types.ulong : types.long
  if (words.includes('__int128')) return unsigned ? types.uint128 : types.int128
  if (words.every((w) => ['int', 'unsigned', 'signed', '__signed__'].includes(w))) return unsigned ? types.uint : types.int
  throw new LiftError('type', n.place, n.text)
}
export const arrayOf = (of: CType, length: number): ArrayType => ({ k: 'array', of, length })

/** `SYSCALL_DEFINE2(name, type, arg, …)` as `long sys_name(type arg, …)`. */
function syscallHead(def: Definition, head: readonly Token[], at: number): Token[] {
  const close = matching(head, at + 1)
  const parts: Token[][] = [[]]
  for (const t of head.slice(at + 2, close)) { if (t.text === ',') parts.push([]); else parts[parts.length - 1]!.push(t) }
  const word = (text: string): Token => ({ ...head[at]!, kind: 'id', text })
  const out = [word('long'), word(def.name), word('(')]
  for (let i = 1; i + 1 < parts.length; i += 2) { if (i > 1) out.push(word(',')); out.push(...parts[i]!, ...parts[i + 1]!) }
  if (parts.length === 1) out.push(word('void'))
  return [...out, word(')')]
}

const notTypes = new Set(['const', 'volatile', '_Atomic', 'static', 'return', 'sizeof', 'typedef', 'extern', 'struct', 'union', 'enum', 'unsigned', 'signed', 'case', 'goto', 'else', 'do'])
/** `compat_sigset_t s32;` declares a variable with the name of a type. */
function variablesNamedLikeTypes(tokens: readonly Token[]): ReadonlySet<string> {
  const out = new Set<string>()
  tokens.forEach((t, i) => {
    const [before, after] = [tokens[i - 1], tokens[i + 1]?.text ?? '']
    if (t.kind === 'id' && typedefShape.test(t.text) && before?.kind === 'id' && !notTypes.has(before.text) && [';', '=', ',', '['].includes(after)) out.add(t.text)
  })
  return out
}
