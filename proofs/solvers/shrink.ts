/** A small witness at once: a first one that prefers the defaults, and then what of it can go back to its default. Not the smallest. */
import type { Ask, Found } from './found.js'
import type { BitElement } from './inputs.js'
import type { Sat } from './sat/sat.js'

/** Conflicts that one step back to the defaults may take. */
const stepBudget = 300

/**
 * `sat` holds the query. Bits off their default go back in groups, settings first, then whole inputs, then halves of what is left: a group
 * stays off where the query then has no model (or a limit came first). `until`: when to be content, by performance.now().
 */
export function shrink(sat: Sat, elements: readonly BitElement[], until: number): Found | 'unsat' | undefined {
  for (const e of elements) sat.prefer(e.asDefault)
  const first = sat.solve([])
  if (first !== true) return first === false ? 'unsat' : undefined
  const isOff = (e: BitElement): boolean => !sat.model(e.asDefault)
  let off = new Set(elements.filter(isOff))
  const { budget, deadline } = sat
  sat.budget = stepBudget
  sat.deadline = Math.min(deadline, until)
  const ask: Ask = (assumptions) => {
    if (performance.now() > sat.deadline) return undefined
    for (const e of elements) sat.prefer(e.asDefault)
    return sat.solve(assumptions)
  }
  const back = (group: readonly BitElement[]): void => {
    const going = new Set(group.filter((e) => off.has(e)))
    if (going.size === 0) return
    if (ask(elements.filter((e) => !off.has(e) || going.has(e)).map((e) => e.asDefault)) === true) off = new Set(elements.filter(isOff))
  }
  const by = (key: (e: BitElement) => unknown, some: (e: BitElement) => boolean): BitElement[][] => {
    const groups = new Map<unknown, BitElement[]>()
    for (const e of off) if (some(e)) groups.set(key(e), [...groups.get(key(e)) ?? [], e])
    return [...groups.values()]
  }
  for (const g of by((e) => e.group, (e) => e.group >= 0)) back(g)
  const inputs = by((e) => e.input, (e) => e.group < 0)
  for (let size = Math.ceil(inputs.length / 2); size >= 1 && inputs.length > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) for (let i = 0; i < inputs.length; i += size) back(inputs.slice(i, i + size).flat())
  for (let size = 32; size >= 1; size >>= 1) for (const bits of by((e) => e.input, (e) => e.group < 0)) for (let i = 0; i < bits.length; i += size) back(bits.slice(i, i + size))
  sat.budget = budget
  sat.deadline = deadline
  return { off: [...off], minimal: off.size === 0 }
}
