/** The symbolic machine: cells of kernel memory, the condition under which control is here, and what happens outside. */
import { and, bv, bvadd, bvVar, concat, eq, extract, ite, not, or, shl, True, False, ult } from '../model/terms/build.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import { limits, LiftError } from './errors.js'
import { Layout } from './layout.js'
import type { Cut, Effect, Environment, Frame, Obligation, Store, UserRead, UserWrite } from './machine-state.js'
import type { Node } from './syntax.js'
import { bitsOf, isScalar, pointer, sameType, typeName, types, type CType, type PointerType, type RecordType } from './types.js'
import type { Unit } from './unit.js'
import { address, choose, convertTerm, int, nullPtr, objectPtr, slotAddress, voidV, type IntV, type LValue, type Value } from './values.js'

/** What expressions need of the files above them. */
export interface Above {
  call(m: Machine, n: Node): Value
  compound(m: Machine, n: Node, value: (v: Value) => void): void
  /** A name with a written meaning, such as `current`. */
  identifier(name: string): ((m: Machine, n: Node) => Value) | undefined
}

export class Machine {
  store: Store = { cells: new Map(), live: True }
  readonly frames: Frame[] = []
  readonly effects: Effect[] = []
  readonly obligations: Obligation[] = []
  readonly reads: UserRead[] = []
  readonly writes: UserWrite[] = []
  readonly cuts: Cut[] = []
  readonly layout: Layout
  private readonly types = new Map<string, { type: CType, width: number }>()
  private steps = 0

  constructor(readonly unit: Unit, readonly above: Above, readonly env: Environment = {}) { this.layout = new Layout(unit) }

  get frame(): Frame { return this.frames[this.frames.length - 1]! }
  get file(): string { return this.frames.at(-1)?.fn.def.file ?? '' }
  fail(reason: string, n: Node): never { throw new LiftError(reason, n.place, n.text) }
  step(n: Node): void { if (++this.steps > limits.steps) this.fail('too many steps', n) }
  /** The name, numbered from the second time on. */
  once(name: string): string {
    const n = (this.counts.get(name) ?? 0) + 1
    this.counts.set(name, n)
    return n === 1 ? name : `${name} (${n})`
  }
  private readonly counts = new Map<string, number>()
  /** Numbered per name, so that an unrelated change of the source does not rename it. */
  fresh(name: string): string {
    const n = (this.counts.get(`#${name}`) ?? 0) + 1
    this.counts.set(`#${name}`, n)
    return `${name}#${n}`
  }
  oblige(holds: Bool, what: string, n: Node): void {
    const o = or(not(this.store.live), holds)
    if (o !== True) this.obligations.push({ holds: o, what, place: n.place })
  }
  effect(name: string, ...args: Term[]): void { if (this.store.live !== False) this.effects.push({ when: this.store.live, name, args }) }
  /** A choice from outside: free unless the environment fixes it. */
  input(name: string, width: number): Term { return this.env.initial?.(name, width) ?? bvVar(width, name) }
  condition(name: string): Bool { const t = this.input(name, 1); return t.width === 0 ? t as Bool : eq(t, bv(1, 1) as Term) }

  // ---- branches
  /** Runs f where c holds (the rest of the state stays aside) and gives the store it ends in. */
  branch(c: Bool, f: () => void): Store {
    const before = this.store
    this.store = { cells: new Map(before.cells), live: and(before.live, c) }
    f()
    const after = this.store
    this.store = before
    return after
  }
  /** The two stores as one: a where c holds. */
  merge(c: Bool, a: Store, b: Store, n: Node): Store {
    if (a.live === False) return b
    if (b.live === False) return a
    const cells = new Map<string, Value>()
    for (const k of new Set([...a.cells.keys(), ...b.cells.keys()])) {
      const x = a.cells.get(k) ?? this.initialOf(k)
      const y = b.cells.get(k) ?? this.initialOf(k)
      const v = choose(c, x, y)
      if (v === undefined) this.fail(`values of ${k} do not fit together`, n)
      cells.set(k, v)
    }
    return { cells, live: join(a.live, b.live) }
  }
  mergeAll(stores: readonly Store[], n: Node): Store {
    let out: Store = { cells: new Map(), live: False }
    for (const s of stores) out = this.merge(s.live, s, out, n)
    return out
  }
  /** c ? yes : no, with what the two do. */
  either(c: Bool, yes: () => Value, no: () => Value, n: Node): Value {
    if (c === True) return yes()
    if (c === False) return no()
    let a: Value = voidV
    let b: Value = voidV
    const s = this.branch(c, () => { a = yes() })
    const t = this.branch(not(c), () => { b = no() })
    this.store = this.merge(c, s, t, n)
    return choose(c, a, b) ?? this.fail('the two sides have different types', n)
  }

  // ---- cells
  /** What a cell holds before anything was written: an input named after it; a local variable's residue is one, too. */
  private initialOf(path: string): Value {
    const t = this.types.get(path)
    if (t === undefined) return int(types.ulong, this.input(path, 64))
    return this.initial(path, t.type, t.width)
  }
  private initial(cell: string, type: CType, width: number): Value {
    const path = cell.startsWith('#') ? `residue:${cell.slice(1)}` : cell
    if (type.k === 'ptr' && !type.user) {
      const addr = this.input(path, 64) as BV<64>
      if (addr.op === 'bvconst' && addr.value === 0n) return nullPtr(type)
      return { k: 'ptr', type, alts: [{ when: True, to: { k: 'obj', lv: { k: 'cell', path, type: type.to }, addr } }] }
    }
    if (type.k === 'bool') { const t = this.input(path, 1); return int(type, ite(t.width === 0 ? t as Bool : eq(t, bv(1, 1) as Term), bv(8, 1), bv(8, 0))) }
    const scalar = type.k === 'int' || type.k === 'ptr' ? type : types.ulong
    return int(scalar, this.input(path, width))
  }
  cell(path: string, type: CType, width = bitsOf(type)): Value {
    if (!this.types.has(path)) this.types.set(path, { type, width })
    return this.store.cells.get(path) ?? this.initial(path, type, width)
  }
  setCell(path: string, type: CType, v: Value, width = bitsOf(type)): void {
    if (!this.types.has(path)) this.types.set(path, { type, width })
    this.store.cells.set(path, v)
  }

  read(lv: LValue, n: Node): Value {
    if (lv.k === 'alts') {
      let out: Value | undefined
      for (const a of [...lv.alts].reverse()) {
        const v = this.read(a.lv, n)
        out = out === undefined ? v : choose(a.when, v, out) ?? this.fail('values do not fit together', n)
      }
      return out ?? this.fail('pointer to nothing', n)
    }
    if (lv.k === 'raw') return lv.type.k === 'array' ? int(pointer(lv.type.of, true), lv.addr) : this.fail('user memory is accessed directly', n)
    if (lv.k === 'slot') return { k: 'ptr', type: pointer(types.func), alts: [{ when: True, to: { k: 'obj', lv: { k: 'cell', path: `*${lv.table}`, type: types.func }, addr: slotAddress(lv.table, lv.index) } }] }
    if (lv.type.k === 'array' && lv.k === 'cell') this.arrays.set(lv.path, lv.type)
    if (lv.type.k === 'array') return objectPtr(this.element(lv, int(types.int, bv(32, 0)), n), pointer(lv.type.of))
    if (lv.k === 'slice') {
      if (lv.type.k === 'record') this.fail('part of a union by value', n)
      const whole = this.bits(lv.path, lv.width)
      return int(lv.type as IntV['type'], extract(lv.lo + bitsOf(lv.type) - 1, lv.lo, whole))
    }
    if (lv.k === 'dyn') {
      let out: Value | undefined
      for (let i = lv.length - 1; i >= 0; i--) {
        const v = this.read({ k: 'cell', path: `${lv.before}[${i}]${lv.after}`, type: lv.type }, n)
        out = out === undefined ? v : choose(eq(lv.index, bv(64, i)), v, out) ?? this.fail('values do not fit together', n)
      }
      return out ?? this.fail('empty array', n)
    }
    if (lv.type.k === 'record') {
      const cells = new Map<string, Value>()
      for (const s of this.layout.scalars(lv.type, this.file, n.place)) cells.set(s.path, s.bits === undefined ? this.cell(lv.path + s.path, s.type) : int(types.ulong, this.bits(lv.path + s.path, s.bits)))
      return { k: 'rec', type: lv.type, cells }
    }
    if (lv.type.k === 'func') return objectPtr(lv)
    if (!isScalar(lv.type)) this.fail(`value of type ${typeName(lv.type)}`, n)
    return this.cell(lv.path, lv.type)
  }
  /** A union, all bits zero. */
  zeroBits(path: string, width: number): void { this.setCell(path, types.ulong, int(types.ulong, bv(width, 0)), width) }
  private bits(path: string, width: number): Term { return (this.cell(path, types.ulong, width) as IntV).term }

  write(lv: LValue, v: Value, n: Node): void {
    switch (lv.k) {
      case 'raw': return this.fail('user memory is accessed directly', n)
      case 'slot': return this.fail('a table of functions is written', n)
      case 'alts': for (const a of lv.alts) this.write(a.lv, choose(a.when, v, this.read(a.lv, n)) ?? this.fail('values do not fit together', n), n); return
      case 'slice': {
        const old = this.bits(lv.path, lv.width)
        const w = bitsOf(lv.type)
        let t: Term = (v as IntV).term
        if (lv.lo > 0) t = concat(t, extract(lv.lo - 1, 0, old))
        if (lv.lo + w < lv.width) t = concat(extract(lv.width - 1, lv.lo + w, old), t)
        this.setCell(lv.path, types.ulong, int(types.ulong, t), lv.width)
        return
      }
      case 'dyn':
        for (let i = 0; i < lv.length; i++) {
          const one: LValue = { k: 'cell', path: `${lv.before}[${i}]${lv.after}`, type: lv.type }
          this.write(one, choose(eq(lv.index, bv(64, i)), v, this.read(one, n)) ?? this.fail('values do not fit together', n), n)
        }
        return
      case 'cell': {
        if (lv.type.k !== 'record') { this.setCell(lv.path, lv.type, v); return }
        if (v.k !== 'rec' || v.type.tag !== lv.type.tag) {
          if (v.k === 'int' && lv.type.union) { const w = this.layout.size(lv.type, this.file, n.place) * 8; this.setCell(lv.path, types.ulong, v, w); return }
          this.fail('structure of another type', n)
        }
        for (const s of this.layout.scalars(lv.type, this.file, n.place)) {
          const x = v.cells.get(s.path)
          if (x !== undefined) this.setCell(lv.path + s.path, s.bits === undefined ? s.type : types.ulong, x, s.bits ?? bitsOf(s.type))
        }
      }
    }
  }

  // ---- places
  element(lv: LValue, index: IntV, n: Node): LValue {
    if (lv.k === 'alts') return { k: 'alts', type: lv.type, alts: lv.alts.map((a) => ({ when: a.when, lv: this.element(a.lv, index, n) })) }
    if (lv.type.k !== 'array') this.fail('not an array', n)
    const of = lv.type.of
    const i = convertTerm(index.term, index.type, types.long) as BV<64>
    if (lv.k === 'raw') {
      const size = this.layout.size(of, this.file, n.place)
      return { k: 'raw', addr: addTo(lv.addr, scale(i, size)), type: of }
    }
    if (lv.k === 'slice' || lv.k === 'slot') return this.fail('array in a union', n)
    const length = lv.type.length
    if (i.op === 'bvconst') {
      const at = BigInt.asIntN(64, i.value)
      if (at < 0n || (length !== undefined && length > 0 && at >= BigInt(length))) { this.oblige(False, `index ${at} is within ${typeName(lv.type)}`, n); this.store.live = False }
      return lv.k === 'dyn' ? { ...lv, after: `${lv.after}[${at}]`, type: of } : { k: 'cell', path: `${lv.path}[${at}]`, type: of }
    }
    if (length === undefined || length > limits.arrayLength || lv.k === 'dyn') return this.fail('index is not constant', n)
    this.oblige(lessThan(i, length), `index is within ${typeName(lv.type)}`, n)
    return { k: 'dyn', before: lv.path, after: '', index: i, length, type: of }
  }
  member(lv: LValue, name: string, n: Node): LValue {
    if (lv.k === 'alts') {
      const alts = lv.alts.map((a) => ({ when: a.when, lv: this.member(a.lv, name, n) }))
      return { k: 'alts', type: alts[0]?.lv.type ?? this.fail('pointer to nothing', n), alts }
    }
    if (lv.type.k !== 'record' || lv.k === 'slot') return this.fail(`member ${name} of ${typeName(lv.type)}`, n)
    const type: RecordType = lv.type
    if (lv.k === 'raw') {
      const o = this.layout.offset(type, name, this.file, n.place)
      return { k: 'raw', addr: addTo(lv.addr, bv(64, o.offset)), type: o.type }
    }
    if (type.union || lv.k === 'slice') {
      if (lv.k === 'dyn') this.fail('union in an array', n)
      const o = this.layout.offset(type, name, this.file, n.place)
      return lv.k === 'slice' ? { ...lv, lo: lv.lo + o.offset * 8, type: o.type } : { k: 'slice', path: lv.path, width: this.layout.size(type, this.file, n.place) * 8, lo: o.offset * 8, type: o.type }
    }
    const m = this.layout.member(type, name, this.file, n.place)
    return lv.k === 'dyn' ? { ...lv, after: lv.after + m.path, type: m.type } : { k: 'cell', path: lv.path + m.path, type: m.type }
  }
  deref(v: Value, n: Node): LValue {
    if (v.k === 'int' && v.type.k === 'ptr') return { k: 'raw', addr: v.term as BV<64>, type: v.type.to }
    if (v.k !== 'ptr') return this.fail('not a pointer', n)
    const alts = v.alts.flatMap((a) => a.to.k === 'obj' ? [{ when: a.when, lv: retype(a.to.lv, v.type.to) }] : [])
    if (alts.length === 0) this.fail('pointer to no known object', n)
    this.oblige(or(...alts.map((a) => a.when)), 'pointer is not null', n)
    return alts.length === 1 ? alts[0]!.lv : { k: 'alts', type: v.type.to, alts }
  }
  /** Conversion as by assignment or cast. */
  convert(v: Value, to: CType, n: Node): Value {
    if (to.k === 'void') return voidV
    if (v.k === 'void') return this.fail('void value is used', n)
    if (to.k === 'record') return v.k === 'rec' && v.type.tag === to.tag ? v : this.fail(`conversion to ${typeName(to)}`, n)
    if (v.k === 'rec') return this.fail(`conversion to ${typeName(to)}`, n)
    if (to.k === 'ptr') {
      if (v.k === 'int') {
        if (!to.user && v.term.op === 'bvconst' && v.term.value === 0n) return nullPtr(to)
        return int(to, convertTerm(v.term, v.type, to))
      }
      return { ...v, type: to.to.k === 'void' && v.type.to.k !== 'void' ? { ...to, to: v.type.to } as PointerType : to }
    }
    if (to.k !== 'int' && to.k !== 'bool') return this.fail(`conversion to ${typeName(to)}`, n)
    if (v.k === 'ptr') {
      if (to.k === 'bool') return this.fail('pointer as bool', n)
      return int(to, convertTerm(address(v), types.ulong, to))
    }
    return int(to, convertTerm(v.term, v.type, to))
  }

  /** The whole array a pointer to its first element came from, if it is a local variable or a member that was named. */
  arrayAt(path: string): CType | undefined { return this.arrays.get(path) }
  private readonly arrays = new Map<string, CType>()

  // ---- user memory
  readUser(addr: BV<64>, bytes: number): { value: Term, fault: Bool } {
    const n = this.reads.length
    const r = this.env.readUser?.(addr, bytes, n, this.store.live) ?? { value: bvVar(bytes * 8, `user[${n}]`), fault: eq(bvVar(1, `fault[${n}]`), bv(1, 1)) }
    this.reads.push({ when: this.store.live, addr, bytes, ...r })
    return r
  }
  writeUser(addr: BV<64>, bytes: number, value: Term): Bool {
    const n = this.writes.length
    const { fault } = this.env.writeUser?.(addr, bytes, value, n, this.store.live) ?? { fault: eq(bvVar(1, `wfault[${n}]`), bv(1, 1)) }
    this.writes.push({ when: this.store.live, addr, bytes, value, fault })
    return fault
  }
  /** Cells of the state that hold something else than at the beginning. */
  changed(store: Store): Map<string, { before: Term, after: Term }> {
    const out = new Map<string, { before: Term, after: Term }>()
    for (const [path, v] of store.cells) {
      if (path.startsWith('#')) continue
      const before = asTerm(this.initialOf(path))
      const after = asTerm(v)
      if (before !== undefined && after !== undefined && before !== after) out.set(path, { before, after })
    }
    return out
  }
}

/** a or b; where what they do not share is a condition and its opposite (the two sides of an `if`), what they share. */
export function join(a: Bool, b: Bool): Bool {
  const parts = (t: Bool): readonly Bool[] => t.op === 'and' ? t.args as readonly Bool[] : [t]
  const [x, y] = [parts(a), parts(b)]
  const shared = x.filter((t) => y.includes(t))
  const rest = (of: readonly Bool[]): Bool => and(...of.filter((t) => !shared.includes(t)))
  return not(rest(x)) === rest(y) ? and(...shared) : or(a, b)
}

export const asTerm = (v: Value): Term | undefined => v.k === 'int' ? v.term : v.k === 'ptr' ? address(v) : undefined
export function retype(lv: LValue, to: CType): LValue {
  if (lv.k === 'slot') return lv
  if (sameType(lv.type, to) || to.k === 'void' || to.k === 'func') return lv
  if (lv.type.k === 'void') return { ...lv, type: to }
  // the first member of a structure, or a prefix of it by another name
  return { ...lv, type: to }
}
const addTo = (a: BV<64>, b: BV<64>): BV<64> => bvadd(a, b)
const lessThan = (i: BV<64>, n: number): Bool => ult(i, bv(64, n))
/** i times a constant. */
export function scale(i: BV<64>, by: number): BV<64> {
  if (i.op === 'bvconst') return bv(64, BigInt.asUintN(64, i.value * BigInt(by)))
  let out: BV<64> = bv(64, 0)
  for (let k = 0; 2 ** k <= by; k++) if (Math.floor(by / 2 ** k) % 2 === 1) out = bvadd(out, shl(i, k))
  return out
}
