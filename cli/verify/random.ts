/** Inputs by number: zeros, ones, small values, single bits, anything. The same number gives the same inputs every time. */
import type { Value } from '../../model/terms/evaluate.js'

export function randomInputs(number: number): (name: string, width: number) => Value {
  let seed = Math.imul(number + 1, 0x9e3779b1)
  const next = (): number => { seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0; return (seed ^ (seed >>> 13)) >>> 0 }
  const value = (width: number): Value => {
    const kind = next() & 7
    if (width === 0) return (next() & 1) === 1
    const wide = BigInt.asUintN(width, BigInt(next()) | (BigInt(next()) << 32n) | (BigInt(next()) << 64n) | (BigInt(next()) << 96n))
    return kind < 2 ? 0n : kind === 2 ? BigInt.asUintN(width, -1n) : kind < 5 ? wide & 0xffn : kind === 5 ? 1n << BigInt(next() % width) : wide
  }
  const known = new Map<string, Value>()
  return (name, width) => {
    let v = known.get(name)
    if (v === undefined) known.set(name, v = value(width))
    return v
  }
}
