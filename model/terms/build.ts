/** Constructors. Each checks widths (`WidthMismatchError`) and, unless switched off, simplifies. */
import { intern, mask, WidthMismatchError, type Bool, type BV, type Term } from './term.js'
import { simplify } from './simplify.js'

let simplifying = true

/** Builds with every constructor left as written: the form that evidence is taken from. */
export function plainly<T>(f: () => T): T {
  const before = simplifying
  simplifying = false
  try { return f() } finally { simplifying = before }
}

/** A node of any operator from checked parts, simplified unless that is off. */
export function make(op: Term['op'], width: number, args: readonly Term[], value = 0n): Term {
  if (simplifying) {
    const s = simplify(op, width, args, value)
    if (s !== undefined) return s
  }
  return intern(op, width, args, value)
}

function same(op: string, a: Term, b: Term): number {
  if (a.width !== b.width || a.width === 0) throw new WidthMismatchError(op, a.width, b.width)
  return a.width
}
function bools(op: string, args: readonly Term[]): void {
  for (const a of args) if (a.width !== 0) throw new WidthMismatchError(op, 0, a.width)
}

export const True: Bool = intern('true', 0, [])
export const False: Bool = intern('false', 0, [])
export const bool = (b: boolean): Bool => b ? True : False
/** A constant of W bits. Throws if the value does not fit. */
export function bv<W extends number>(width: W, value: bigint | number): BV<W> {
  const v = BigInt(value)
  if (v < 0n || v > mask(width)) throw new WidthMismatchError(`constant 0x${v.toString(16)}`, width)
  return intern('bvconst', width, [], v)
}
export const bvVar = <W extends number>(width: W, name: string): BV<W> => intern('var', width, [], 0n, name)
export const boolVar = (name: string): Bool => intern('var', 0, [], 0n, name)

export function not(a: Bool): Bool { bools('not', [a]); return make('not', 0, [a]) }
export function and(...args: Bool[]): Bool { bools('and', args); return args.length === 0 ? True : args.length === 1 ? args[0]! : make('and', 0, args) }
export function or(...args: Bool[]): Bool { bools('or', args); return args.length === 0 ? False : args.length === 1 ? args[0]! : make('or', 0, args) }
export function xor(a: Bool, b: Bool): Bool { bools('xor', [a, b]); return make('xor', 0, [a, b]) }
export const implies = (a: Bool, b: Bool): Bool => or(not(a), b)
export function iff(a: Bool, b: Bool): Bool { bools('iff', [a, b]); return make('eq', 0, [a, b]) }
export function eq<W extends number>(a: BV<W>, b: BV<W>): Bool { same('=', a, b); return make('eq', 0, [a, b]) }
export const ne = <W extends number>(a: BV<W>, b: BV<W>): Bool => not(eq(a, b))
/** eq against a constant. */
export const is = <W extends number>(a: BV<W>, value: bigint | number): Bool => eq(a, bv(a.width as W, value))

export function ite<W extends number>(c: Bool, a: BV<W>, b: BV<W>): BV<W> {
  bools('ite', [c])
  if (a.width !== b.width) throw new WidthMismatchError('ite', a.width, b.width)
  return make('ite', a.width, [c, a, b])
}
export const iteBool = (c: Bool, a: Bool, b: Bool): Bool => ite(c, a as BV<0>, b as BV<0>) as unknown as Bool

export const bvnot = <W extends number>(a: BV<W>): BV<W> => { same('bvnot', a, a); return make('bvnot', a.width, [a]) }
const binary = (op: Term['op']) => <W extends number>(a: BV<W>, b: BV<W>): BV<W> => make(op, same(op, a, b), [a, b])
export const bvand = binary('bvand')
export const bvor = binary('bvor')
export const bvxor = binary('bvxor')
export const bvadd = binary('bvadd')
export const bvsub = binary('bvsub')
const shift = (op: 'bvshl' | 'bvlshr') => <W extends number>(a: BV<W>, by: number): BV<W> => {
  if (a.width === 0 || by < 0 || by > a.width) throw new WidthMismatchError(`${op} by ${by}`, a.width)
  return make(op, a.width, [a], BigInt(by))
}
/** Shifts by a constant number of bits, at most the width. */
export const shl = shift('bvshl')
export const lshr = shift('bvlshr')

const compare = (op: Term['op']) => <W extends number>(a: BV<W>, b: BV<W>): Bool => { same(op, a, b); return make(op, 0, [a, b]) }
export const ult = compare('bvult')
export const ule = compare('bvule')
export const slt = compare('bvslt')
export const sle = compare('bvsle')

/** Bits hi..lo, both included. `W` is hi - lo + 1. */
export function extract<W extends number>(hi: number, lo: number, a: Term): BV<W> {
  if (lo < 0 || hi < lo || hi >= a.width) throw new WidthMismatchError(`extract ${hi} ${lo}`, a.width)
  return make('extract', hi - lo + 1, [a], BigInt(lo))
}
/** `high` stands above `low`. */
export function concat<W extends number>(high: Term, low: Term): BV<W> {
  if (high.width === 0 || low.width === 0) throw new WidthMismatchError('concat', high.width, low.width)
  return make('concat', high.width + low.width, [high, low])
}
function extend(op: 'zext' | 'sext', to: number, a: Term): Term {
  if (a.width === 0 || to < a.width) throw new WidthMismatchError(op, to, a.width)
  return to === a.width ? a : make(op, to, [a])
}
export const zext = <W extends number>(to: W, a: Term): BV<W> => extend('zext', to, a)
export const sext = <W extends number>(to: W, a: Term): BV<W> => extend('sext', to, a)

/** Is bit n set? */
export const bit = (n: number, a: Term): Bool => eq(extract<1>(n, n, a), bv(1, 1))
/** One bit from a condition. */
export const bitOf = (c: Bool): BV<1> => ite(c, bv(1, 1), bv(1, 0))
export const lower32 = (a: BV<64>): BV<32> => extract<32>(31, 0, a)
export const isZero = <W extends number>(a: BV<W>): Bool => is(a, 0)
/** Are all bits of the constant mask clear? */
export const clear = <W extends number>(a: BV<W>, bits: bigint): Bool => isZero(bvand(a, bv(a.width as W, bits)))
