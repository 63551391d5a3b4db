/** Terms to JavaScript on 32-bit integers: a term of up to 64 bits is a low and a high half. For the operations that the PSTATE functions use. */
import { topological, type Term } from '../model/terms/term.js'

/** JavaScript expressions (int32) for the halves; a half that is constant is its number. */
interface Halves { lo: string | number, hi: string | number }

const and = (a: string | number, b: string | number): string | number => a === 0 || b === 0 ? 0 : a === -1 ? b : b === -1 ? a : typeof a === 'number' && typeof b === 'number' ? a & b : `(${a} & ${b})`
const or = (a: string | number, b: string | number): string | number => a === 0 ? b : b === 0 ? a : typeof a === 'number' && typeof b === 'number' ? a | b : `(${a} | ${b})`
const xor = (a: string | number, b: string | number): string | number => typeof a === 'number' && typeof b === 'number' ? a ^ b : `(${a} ^ ${b})`
const same = (a: string | number, b: string | number): string => typeof a === 'number' && typeof b === 'number' ? String(a === b) : `${a} === ${b}`
const half = (v: bigint, shift: bigint): number => Number(BigInt.asIntN(32, v >> shift))
const maskOf = (width: number): number => width >= 32 ? -1 : (1 << width) - 1

/** Statements that define the terms, and how to refer to each. The variables are int32 of their name. */
export function compileHalves(roots: readonly Term[]): { code: string, value: (t: Term) => Halves } {
  const lines: string[] = []
  const values = new Map<Term, Halves>()
  const value = (t: Term): Halves => values.get(t)!
  let n = 0
  const keep = (e: string | number): string | number => {
    if (typeof e === 'number' || /^\w+$/.test(e)) return e
    lines.push(`const h${n} = ${e}`)
    return `h${n++}`
  }
  for (const t of topological(roots)) {
    const { lo, hi } = define(t, value)
    values.set(t, { lo: keep(lo), hi: keep(hi) })
  }
  return { code: lines.join('\n'), value }
}

function define(t: Term, v: (t: Term) => Halves): Halves {
  const [a, b, c] = t.args
  const bool = (e: string): Halves => ({ lo: e, hi: 0 })
  const fold = (f: (x: string | number, y: string | number) => string | number): Halves => t.args.slice(1).reduce((x, y) => ({ lo: f(x.lo, v(y).lo), hi: f(x.hi, v(y).hi) }), v(a!))
  switch (t.op) {
    case 'true': case 'false': return bool(t.op)
    case 'var': return { lo: t.name, hi: 0 }
    case 'bvconst': return { lo: half(t.value, 0n), hi: half(t.value, 32n) }
    case 'not': return bool(`!${v(a!).lo}`)
    case 'and': return bool(`(${t.args.map((x) => v(x).lo).join(' && ')})`)
    case 'or': return bool(`(${t.args.map((x) => v(x).lo).join(' || ')})`)
    case 'eq': return bool(`(${[same(v(a!).lo, v(b!).lo), same(v(a!).hi, v(b!).hi)].filter((x) => x !== 'true').join(' && ') || 'true'})`)
    case 'ite': return { lo: pick(v(a!).lo, v(b!).lo, v(c!).lo), hi: pick(v(a!).lo, v(b!).hi, v(c!).hi) }
    case 'bvnot': return { lo: and(xor(v(a!).lo, -1), maskOf(t.width)), hi: t.width > 32 ? and(xor(v(a!).hi, -1), maskOf(t.width - 32)) : 0 }
    case 'bvand': return fold(and)
    case 'bvor': return fold(or)
    case 'bvxor': return fold(xor)
    case 'zext': return v(a!)
    case 'extract': return extract(v(a!), Number(t.value), t.width)
    case 'concat': return concat(t, v)
    default: throw new Error(`compileHalves: ${t.op} is not among the operations here`)
  }
}

const pick = (c: string | number, a: string | number, b: string | number): string | number => a === b ? a : `(${c} ? ${a} : ${b})`

function shiftRight(x: string | number, by: number): string | number {
  return by === 0 ? x : typeof x === 'number' ? x >>> by : `(${x} >>> ${by})`
}
const shiftLeft = (x: string | number, by: number): string | number => by === 0 ? x : typeof x === 'number' ? x << by : `(${x} << ${by})`

function extract(x: Halves, low: number, width: number): Halves {
  const from = (at: number): string | number => at >= 64 ? 0 : at >= 32 ? shiftRight(x.hi, at - 32) : at === 0 ? x.lo : or(shiftRight(x.lo, at), shiftLeft(x.hi, 32 - at))
  return { lo: and(from(low), maskOf(width)), hi: width > 32 ? and(from(low + 32), maskOf(width - 32)) : 0 }
}

function concat(t: Term, v: (t: Term) => Halves): Halves {
  let at = 0
  let out: Halves = { lo: 0, hi: 0 }
  for (const part of [...t.args].reverse()) {
    const p = v(part)
    if (at < 32) out = { lo: or(out.lo, shiftLeft(p.lo, at)), hi: or(out.hi, at === 0 ? p.hi : or(shiftRight(p.lo, 32 - at), shiftLeft(p.hi, at))) }
    else out = { lo: out.lo, hi: or(out.hi, shiftLeft(p.lo, at - 32)) }
    at += part.width
  }
  return out
}
