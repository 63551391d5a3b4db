/** Inputs of a run: which there are, what they are in a run, and other values for some of them. */
import type { Value } from '../../model/terms/evaluate.js'
import { mask, type Term } from '../../model/terms/term.js'

const isTerm = (v: unknown): v is Term => typeof v === 'object' && v !== null && 'op' in v && 'id' in v

export const inputValues = {
  /** The variables that stand at leaves, once each. */
  termsOf(...values: readonly unknown[]): Term[] {
    const out = new Set<Term>()
    const visit = (v: unknown): void => {
      if (isTerm(v)) { if (v.op === 'var') out.add(v) } else if (Array.isArray(v)) v.forEach(visit)
      else if (typeof v === 'object' && v !== null) Object.values(v).forEach(visit)
    }
    values.forEach(visit)
    return [...out]
  },
  /** Puts what `concrete` has where `symbolic` has a variable. Both are of one shape. */
  read(symbolic: unknown, concrete: unknown, into: Map<string, Value>): void {
    if (isTerm(symbolic)) { if (symbolic.op === 'var') into.set(symbolic.name, concrete as Value) } else if (Array.isArray(symbolic)) symbolic.forEach((v, i) => inputValues.read(v, (concrete as unknown[])[i], into))
    else if (typeof symbolic === 'object' && symbolic !== null) for (const [k, v] of Object.entries(symbolic)) inputValues.read(v, (concrete as Record<string, unknown>)[k], into)
  },
}

/** xorshift32: the same seed gives the same runs. */
function stream(seed: number): (n: number) => number {
  let s = Math.imul(seed | 0, 0x9e3779b1) | 0 || 1
  return (n) => {
    s ^= s << 13
    s ^= s >>> 17
    s ^= s << 5
    return (s >>> 0) % n
  }
}

/**
 * Other values for up to `count` inputs of a run; nine times in ten for inputs that the claim's formulas mention. A value is a bit turned, a boundary,
 * a constant of the formulas or a neighbour of one, or random.
 */
export function mutation(inputs: readonly Term[], base: ReadonlyMap<string, Value>, mentioned: ReadonlySet<string>, constants: readonly Term[], seed: number): (count: number) => Map<string, Value> {
  const next = stream(seed)
  const named = inputs.filter((v) => mentioned.has(v.name))
  const byWidth = new Map<number, bigint[]>()
  for (const c of constants) byWidth.set(c.width, [...byWidth.get(c.width) ?? [], c.value])
  const random = (width: number): bigint => {
    let v = 0n
    for (let i = 0; i < width; i += 32) v = v << 32n | BigInt(next(2 ** 32))
    return v & mask(width)
  }
  const value = (width: number, now: bigint): bigint => {
    const known = byWidth.get(width) ?? []
    const boundaries = [0n, 1n, mask(width), 1n << BigInt(width - 1), mask(Math.ceil(width / 2))]
    const near = (c: bigint): bigint => (c + BigInt(next(9)) - 4n) & mask(width)
    switch (next(6)) {
      case 0: case 1: return now ^ 1n << BigInt(next(width))
      case 2: return boundaries[next(boundaries.length)]!
      case 3: return known.length > 0 ? known[next(known.length)]! : near(now)
      case 4: return near(known.length > 0 ? known[next(known.length)]! : now)
      default: return random(width)
    }
  }
  return (count) => {
    const out = new Map<string, Value>()
    for (let i = 0; i < count; i++) {
      const pool = named.length > 0 && next(10) < 9 ? named : inputs
      const v = pool[next(pool.length)]!
      const now = out.get(v.name) ?? base.get(v.name)!
      out.set(v.name, typeof now === 'boolean' ? !now : value(v.width, now))
    }
    return out
  }
}
