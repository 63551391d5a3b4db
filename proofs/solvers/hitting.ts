/** Smallest hitting sets: the cheapest choice of elements that meets every core. */

/** A bit of an input that may leave its default. */
export interface Element {
  /** The config setting it belongs to, or -1: settings are counted first, each once. */
  readonly group: number
  /** What flipping it adds to the number that all inputs form, written one after another in declared order. */
  readonly weight: bigint
}
export interface Cost { readonly groups: number, readonly bits: number, readonly weight: bigint }
export interface Hit { readonly elements: ReadonlySet<number>, readonly cost: Cost }

export const compareCost = (a: Cost, b: Cost): number =>
  a.groups - b.groups || a.bits - b.bits || (a.weight < b.weight ? -1 : a.weight > b.weight ? 1 : 0)

/**
 * The set of elements that meets every core and has the fewest config settings, then the fewest elements, then the least weight.
 * Branch and bound; undefined when it takes more than `budget` nodes.
 */
export function smallestHit(elements: readonly Element[], cores: readonly (readonly number[])[], budget = 20_000): Hit | undefined {
  const sorted = [...cores].sort((a, b) => a.length - b.length)
  const chosen = new Set<number>()
  const barred = new Set<number>()
  let best: Hit | undefined
  let nodes = 0

  const cost = (): Cost => {
    const groups = new Set<number>()
    let weight = 0n
    for (const e of chosen) {
      const { group, weight: w } = elements[e]!
      if (group >= 0) groups.add(group)
      weight += w
    }
    return { groups: groups.size, bits: chosen.size, weight }
  }
  /** At least this many more elements: cores that share none. */
  const missing = (open: readonly (readonly number[])[]): number => {
    const used = new Set<number>()
    let n = 0
    for (const core of open) {
      if (core.some((e) => used.has(e))) continue
      for (const e of core) if (!barred.has(e)) used.add(e)
      n++
    }
    return n
  }
  const visit = (): void => {
    if (++nodes > budget) return
    const now = cost()
    const open = sorted.filter((core) => !core.some((e) => chosen.has(e)))
    if (open.length === 0) {
      if (best === undefined || compareCost(now, best.cost) < 0) best = { elements: new Set(chosen), cost: now }
      return
    }
    if (best !== undefined) {
      const { groups, bits } = best.cost
      if (now.groups > groups || (now.groups === groups && now.bits + missing(open) > bits)) return
    }
    const free = open[0]!.filter((e) => !barred.has(e))
    for (const e of free) {
      chosen.add(e)
      visit()
      chosen.delete(e)
      barred.add(e)
    }
    for (const e of free) barred.delete(e)
  }
  visit()
  return nodes > budget ? undefined : best
}
