/** Inputs for probes: all one- and two-bit patterns, then random ones from a seed. */

/** 0, all ones, every one- and two-bit pattern: 2 + n + n(n-1)/2 values. */
export function bitPatterns(bits: number): bigint[] {
  const out = [0n, (1n << BigInt(bits)) - 1n]
  for (let i = 0n; i < bits; i++) out.push(1n << i)
  for (let i = 0n; i < bits; i++) for (let j = 0n; j < i; j++) out.push(1n << i | 1n << j)
  return out
}

/** SplitMix64: the same seed gives the same numbers. */
export function random(seed: bigint): () => bigint {
  let state = BigInt.asUintN(64, seed)
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n)
    let z = state
    z = BigInt.asUintN(64, (z ^ z >> 30n) * 0xbf58476d1ce4e5b9n)
    z = BigInt.asUintN(64, (z ^ z >> 27n) * 0x94d049bb133111ebn)
    return z ^ z >> 31n
  }
}

/** `count` inputs: `first`, then the patterns, then random ones: dense, sparse, and near what a register may hold. */
export function inputs(bits: 32 | 64, count: number, seed: bigint, first: readonly bigint[] = []): bigint[] {
  const next = random(seed)
  const out = [...first, ...bitPatterns(bits)].slice(0, count)
  while (out.length < count) {
    const kind = out.length % 4
    const value = kind === 0 ? next() : kind === 1 ? next() & next() & next() : kind === 2 ? next() & 0xf3200c00n : (next() & 0xffffffffn) & ~0x3dfn | BigInt(out.length & 16)
    out.push(BigInt.asUintN(bits, value))
  }
  return out
}
