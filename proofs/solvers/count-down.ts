/** The smallest witness by counting: where cores are too many. */
import type { Ask, Found } from './found.js'
import type { Cost } from './hitting.js'
import type { BitElement } from './inputs.js'
import type { Sat } from './sat/sat.js'

/**
 * Halves the interval between a proven lower bound and the best model for the settings, then for the bits, then makes the values
 * smallest from the most significant bit down. `sat` holds the query. Where a limit comes first: the smallest found so far.
 */
export function countDown(sat: Sat, ask: Ask, elements: readonly BitElement[], least: Cost): Found | 'unsat' | undefined {
  const settled: number[] = []
  const first = ask([])
  if (first !== true) return first === false ? 'unsat' : undefined
  const isOff = (e: BitElement): boolean => !sat.model(e.asDefault)
  let off = new Set(elements.filter(isOff))
  const better = (assumptions: readonly number[]): boolean | undefined => {
    const answer = ask([...settled, ...assumptions])
    if (answer === true) off = new Set(elements.filter(isOff))
    return answer
  }
  /** Fewest true literals, at least `low`, then held. False where a limit came first. */
  const fewest = (literals: readonly number[], low: number, inBest: () => number): boolean => {
    const high = inBest()
    const atLeast = counter(sat, literals, high)
    while (low < inBest()) {
      const middle = low + ((inBest() - low) >> 1)
      const answer = better([-atLeast[middle]!])
      if (answer === undefined) return false
      if (!answer) low = middle + 1
    }
    const bound = atLeast[inBest()]
    if (bound !== undefined) settled.push(-bound)
    return true
  }
  const groups = [...new Set(elements.map((e) => e.group))].filter((g) => g >= 0)
  const anyOff = groups.map((g) => {
    const v = sat.fresh()
    for (const e of elements) if (e.group === g) sat.add([v, e.asDefault])
    return v
  })
  const sure = fewest(anyOff, least.groups, () => groups.filter((g) => [...off].some((e) => e.group === g)).length)
    && fewest(elements.map((e) => -e.asDefault), groups.length === 0 ? least.bits : 0, () => off.size)
    && elements.every((e) => {
      // away from the default or at it, whichever is the smaller value
      const small = e.weight < 0n ? -e.asDefault : e.asDefault
      const answer = off.has(e) === e.weight < 0n ? true : better([small])
      settled.push(answer === true ? small : -small)
      return answer !== undefined
    })
  return { off: [...off], minimal: sure }
}

/** Sequential counter: literal n of the result is implied when more than n of the literals are true, for n up to `high`. */
function counter(sat: Sat, literals: readonly number[], high: number): number[] {
  let row: number[] = []
  for (const l of literals) {
    const next: number[] = []
    for (let n = 0; n <= high && n <= row.length; n++) {
      const v = sat.fresh()
      next.push(v)
      if (n < row.length) sat.add([-row[n]!, v])
      if (n === 0) sat.add([-l, v])
      else sat.add([-l, -row[n - 1]!, v])
    }
    row = next
  }
  return row
}
