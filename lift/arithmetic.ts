/** C's operators on integers of arm64 (C11 6.5 with gcc's definitions where the standard leaves a choice). */
import { bv, bvadd, bvand, bvnot, bvor, bvsub, bvxor, eq, extract, isZero, ite, lshr, sext, shl, sle, slt, ule, ult, bit, ne } from '../model/terms/build.js'
import { mask, type Bool, type Term } from '../model/terms/term.js'
import { common, promote, type BoolType, type IntType } from './types.js'
import { convertTerm, fromBool, int, isConst, type IntV } from './values.js'

/** What must hold for the operation to be defined. */
export type Oblige = (holds: Bool, what: string) => void

const integer = (v: IntV): IntType | BoolType => v.type as IntType | BoolType
const as = (v: IntV, t: IntType): Term => convertTerm(v.term, v.type, t)

export function unary(op: string, v: IntV): IntV | undefined {
  const t = promote(integer(v))
  const x = as(v, t)
  switch (op) {
    case '+': return int(t, x)
    case '-': return int(t, bvsub(bv(t.width, 0) as Term, x))
    case '~': return int(t, bvnot(x))
    case '!': return fromBool(isZero(v.term))
    default: return undefined
  }
}

/** a op b, or undefined where lift/ has no meaning for it (symbolic multiplication or division). */
export function binary(op: string, a: IntV, b: IntV, oblige: Oblige): IntV | undefined {
  if (op === '<<' || op === '>>') return shift(op, a, b, oblige)
  const t = common(integer(a), integer(b))
  const x = as(a, t)
  const y = as(b, t)
  switch (op) {
    case '+': signedOverflow(t, x, y, oblige, '+'); return int(t, bvadd(x, y))
    case '-': signedOverflow(t, x, y, oblige, '-'); return int(t, bvsub(x, y))
    case '&': return int(t, bvand(x, y))
    case '|': return int(t, bvor(x, y))
    case '^': return int(t, bvxor(x, y))
    case '==': return fromBool(eq(x, y))
    case '!=': return fromBool(ne(x, y))
    case '<': return fromBool(t.signed ? slt(x, y) : ult(x, y))
    case '>': return fromBool(t.signed ? slt(y, x) : ult(y, x))
    case '<=': return fromBool(t.signed ? sle(x, y) : ule(x, y))
    case '>=': return fromBool(t.signed ? sle(y, x) : ule(y, x))
    case '*': return multiply(t, x, y)
    case '/': case '%': return divide(op, t, x, y, oblige)
    default: return undefined
  }
}

/** The kernel is built with -fno-strict-overflow: signed arithmetic wraps. Nothing to show. */
function signedOverflow(_t: IntType, _x: Term, _y: Term, _oblige: Oblige, _op: string): void {}

function multiply(t: IntType, x: Term, y: Term): IntV | undefined {
  const [c, v] = isConst(x) ? [x, y] : [y, x]
  if (!isConst(c)) return undefined
  if (isConst(v)) return int(t, bv(t.width, (c.value * v.value) & mask(t.width)) as Term)
  let out: Term = bv(t.width, 0)
  for (let k = 0; k < t.width; k++) if ((c.value >> BigInt(k)) & 1n) out = bvadd(out, shl(v, k))
  return int(t, out)
}

function divide(op: '/' | '%', t: IntType, x: Term, y: Term, oblige: Oblige): IntV | undefined {
  if (!isConst(y)) return undefined
  const d = t.signed ? BigInt.asIntN(t.width, y.value) : y.value
  if (d === 0n) { oblige(ne(y, y), 'division by zero'); return int(t, x) }
  if (isConst(x)) {
    const n = t.signed ? BigInt.asIntN(t.width, x.value) : x.value
    return int(t, bv(t.width, BigInt.asUintN(t.width, op === '/' ? n / d : n % d)) as Term)
  }
  const k = powerOfTwo(y.value)
  if (k === undefined || t.signed) return undefined
  return int(t, op === '/' ? lshr(x, k) : bvand(x, bv(t.width, y.value - 1n) as Term))
}
function powerOfTwo(v: bigint): number | undefined {
  const k = v.toString(2).length - 1
  return v === 1n << BigInt(k) ? k : undefined
}

function shift(op: '<<' | '>>', a: IntV, b: IntV, oblige: Oblige): IntV | undefined {
  const t = promote(integer(a))
  const x = as(a, t)
  const by = promote(integer(b))
  const n = as(b, by)
  const one = (v: Term, k: number): Term => op === '<<' ? shl(v, k) : t.signed ? arithmeticRight(v, k) : lshr(v, k)
  if (isConst(n)) {
    const k = by.signed ? BigInt.asIntN(by.width, n.value) : n.value
    if (k < 0n || k >= BigInt(t.width)) { oblige(ne(n, n), 'shift distance is within the type'); return int(t, x) }
    return int(t, one(x, Number(k)))
  }
  oblige(ult(n, bv(by.width, t.width) as Term), 'shift distance is within the type')
  let out = x
  for (let k = 0; 2 ** k < t.width; k++) out = ite(bit(k, n), one(out, 2 ** k), out)
  return int(t, out)
}
/** gcc: right shift of a negative number keeps the sign. */
function arithmeticRight(v: Term, k: number): Term { return k === 0 ? v : sext(v.width, extract(v.width - 1, k, v)) }
