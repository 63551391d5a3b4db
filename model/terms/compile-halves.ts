/**
 * Terms to JavaScript on 32-bit integers, for tight loops: a term of up to 64 bits is a low and a high half (int32, the bits above
 * its width clear), a Bool is a JavaScript boolean. No bigint is made when the function runs.
 */
import { mask, topological, WidthMismatchError, type Term } from './term.js'

export interface HalvesInput { readonly name: string, readonly width: number }
/**
 * Reads input i from `input[2 * i]` (low half) and `input[2 * i + 1]` (high half), writes root i to the same places of `output`.
 * A Bool is 0 or 1 in the low half.
 */
export type CompiledHalves = (input: Uint32Array, output: Uint32Array) => void

interface Halves { readonly lo: string, readonly hi: string }

/** Throws `WidthMismatchError` for a term of more than 64 bits or a variable that is no input of that width. */
export function compileHalves(roots: readonly Term[], inputs: readonly HalvesInput[]): CompiledHalves {
  const position = new Map(inputs.map((i, n) => [i.name, n]))
  const lines: string[] = []
  const made = new Map<Term, Halves>()
  const keep = (e: string): string => {
    if (/^-?\w+$/.test(e)) return e
    const name = `h${lines.length}`
    lines.push(`const ${name} = ${e}`)
    return name
  }
  for (const t of topological(roots)) {
    if (t.width > 64) throw new WidthMismatchError(`${t.op} in 32-bit halves`, t.width, 64)
    if (t.op === 'var') {
      const i = position.get(t.name)
      if (i === undefined || inputs[i]!.width !== t.width) throw new WidthMismatchError(`input ${t.name}`, t.width, i === undefined ? 0 : inputs[i]!.width)
      made.set(t, t.width === 0 ? { lo: keep(`input[${2 * i}] !== 0`), hi: '0' }
        : { lo: keep(`input[${2 * i}] | 0`), hi: t.width > 32 ? keep(`input[${2 * i + 1}] | 0`) : '0' })
      continue
    }
    const { lo, hi } = halves(t, t.args.map((a) => made.get(a)!), keep)
    made.set(t, { lo: keep(lo), hi: keep(hi) })
  }
  roots.forEach((r, i) => {
    const { lo, hi } = made.get(r)!
    lines.push(r.width === 0 ? `output[${2 * i}] = ${lo} ? 1 : 0` : `output[${2 * i}] = ${lo}`, `output[${2 * i + 1}] = ${hi}`)
  })
  return new Function('input', 'output', `'use strict'\n${lines.join('\n')}`) as CompiledHalves
}

const int32 = (v: bigint): string => String(Number(BigInt.asIntN(32, v)))
/** An expression cut to the part of the width that falls into the low or the high half. */
function cut(e: string, width: number, half: 0 | 1): string {
  const bits = half === 0 ? width : width - 32
  return bits <= 0 ? '0' : bits >= 32 ? e : `(${e}) & ${int32(mask(bits))}`
}
const both = (width: number, lo: string, hi: string): Halves => ({ lo: cut(lo, width, 0), hi: cut(hi, width, 1) })
const bool = (lo: string): Halves => ({ lo, hi: '0' })

function left({ lo, hi }: Halves, n: number): Halves {
  if (n === 0) return { lo, hi }
  if (n >= 64) return { lo: '0', hi: '0' }
  if (n >= 32) return { lo: '0', hi: n === 32 ? lo : `${lo} << ${n - 32}` }
  return { lo: `${lo} << ${n}`, hi: `(${hi} << ${n}) | (${lo} >>> ${32 - n})` }
}
function right({ lo, hi }: Halves, n: number): Halves {
  if (n === 0) return { lo, hi }
  if (n >= 64) return { lo: '0', hi: '0' }
  if (n >= 32) return { lo: n === 32 ? hi : `${hi} >>> ${n - 32} | 0`, hi: '0' }
  return { lo: hi === '0' ? `${lo} >>> ${n} | 0` : `(${lo} >>> ${n}) | (${hi} << ${32 - n})`, hi: hi === '0' ? '0' : `${hi} >>> ${n} | 0` }
}
/** The high half decides unless it is equal. `sign` moves the sign bit to bit 31 of the half it is in. */
function compared(a: Halves, b: Halves, width: number, signed: boolean, less: '<' | '<='): string {
  const top = (x: string): string => signed ? `(${x} << ${(width > 32 ? 64 : 32) - width})` : `(${x} >>> 0)`
  if (width <= 32) return `${top(a.lo)} ${less} ${top(b.lo)}`
  return `${a.hi} === ${b.hi} ? (${a.lo} >>> 0) ${less} (${b.lo} >>> 0) : ${top(a.hi)} < ${top(b.hi)}`
}

function halves(t: Term, args: readonly Halves[], keep: (e: string) => string): Halves {
  const zero = { lo: '0', hi: '0' }
  const [a = zero, b = zero, c = zero] = args
  const w = t.width
  const from = t.args[0]?.width ?? 0
  const n = Number(t.value)
  const bitwise = (op: string): Halves => ({ lo: `${a.lo} ${op} ${b.lo}`, hi: w > 32 ? `${a.hi} ${op} ${b.hi}` : '0' })
  switch (t.op) {
    case 'true': case 'false': return bool(t.op)
    case 'var': throw new Error('a variable is an input')
    case 'bvconst': return { lo: int32(t.value), hi: int32(t.value >> 32n) }
    case 'not': return bool(`!${a.lo}`)
    case 'and': return bool(args.map((x) => x.lo).join(' && '))
    case 'or': return bool(args.map((x) => x.lo).join(' || '))
    case 'xor': return bool(`${a.lo} !== ${b.lo}`)
    case 'eq': return bool(from > 32 ? `${a.lo} === ${b.lo} && ${a.hi} === ${b.hi}` : `${a.lo} === ${b.lo}`)
    case 'ite': return { lo: `${a.lo} ? ${b.lo} : ${c.lo}`, hi: w > 32 ? `${a.lo} ? ${b.hi} : ${c.hi}` : '0' }
    case 'bvnot': return both(w, `~${a.lo}`, `~${a.hi}`)
    case 'bvand': return bitwise('&')
    case 'bvor': return bitwise('|')
    case 'bvxor': return bitwise('^')
    case 'bvadd': {
      if (w <= 32) return both(w, `(${a.lo} + ${b.lo}) | 0`, '0')
      const lo = keep(`(${a.lo} + ${b.lo}) | 0`)
      return both(w, lo, `(${a.hi} + ${b.hi} + ((${lo} >>> 0) < (${a.lo} >>> 0) ? 1 : 0)) | 0`)
    }
    case 'bvsub': return both(w, `(${a.lo} - ${b.lo}) | 0`, `(${a.hi} - ${b.hi} - ((${a.lo} >>> 0) < (${b.lo} >>> 0) ? 1 : 0)) | 0`)
    case 'bvshl': {
      const { lo, hi } = left(a, n)
      return both(w, lo, hi)
    }
    case 'bvlshr': return right(a, n)
    case 'extract': {
      const { lo, hi } = right(a, n)
      return both(w, lo, hi)
    }
    case 'concat': {
      const { lo, hi } = left(a, t.args[1]!.width)
      return { lo: `(${lo}) | ${b.lo}`, hi: w > 32 ? `(${hi}) | ${b.hi}` : '0' }
    }
    case 'zext': return a
    case 'sext': {
      if (from > 32) return both(w, a.lo, `(${a.hi} << ${64 - from}) >> ${64 - from}`)
      const lo = keep(`(${a.lo} << ${32 - from}) >> ${32 - from}`)
      return both(w, lo, `${lo} >> 31`)
    }
    case 'bvult': return bool(compared(a, b, from, false, '<'))
    case 'bvule': return bool(compared(a, b, from, false, '<='))
    case 'bvslt': return bool(compared(a, b, from, true, '<'))
    case 'bvsle': return bool(compared(a, b, from, true, '<='))
  }
}
