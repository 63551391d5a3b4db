/** Every random decision is one number taken from a stream, so that a seeded generator or a list (that fast-check shrinks) can drive a run. */
/** `next(n)`: a number from 0 to n - 1. */
export interface Choices { next(n: number): number }

/** The numbers of a list, then zeroes. */
export function listChoices(list: readonly number[]): Choices {
  let i = 0
  return { next: (n) => (list[i++] ?? 0) % n }
}

/** xorshift128+ on 32-bit halves; the same seed gives the same run. */
export function seededChoices(seed: number): Choices {
  let a = seed | 0 || 1, b = 0x9e3779b9 | 0, c = ~seed | 0, d = 0x243f6a88 | 0
  return {
    next(n) {
      let t = a
      t ^= t << 11
      t ^= t >>> 8
      a = b; b = c; c = d
      d = (d ^ (d >>> 19) ^ t) | 0
      return (d >>> 0) % n
    },
  }
}
