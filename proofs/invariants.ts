/** Which clauses of well-formedness a kernel keeps: the largest inductive set (Houdini), decided by the solver. */
import { queryText } from '../model/terms/smtlib.js'
import type { Kernel } from '../model/index.js'
import type { Oracle } from './oracle.js'
import { baseObligations, refuted, stepObligation, systemOf, type Obligation, type System, type Transition } from './system/system.js'
import { clauses, type Clause } from './well-formed.js'

export { everyEvent } from './system/events.js'
export interface Kept { readonly clauses: readonly Clause[], /** the clauses that are not kept, each with the first event that breaks it */ readonly broken: readonly { clause: string, event: string }[] }

/** Two tasks, everything free. Throws if the solver gives up: an invariant is proven or it is not there. */
export async function keptClauses(k: Kernel, oracle: Oracle, candidates: readonly Clause[] = clauses): Promise<Kept> {
  const system = systemOf(k)
  const possible = async (o: Obligation | undefined): Promise<boolean> => {
    if (o === undefined || refuted(o)) return false
    const answer = await oracle.ask({ text: queryText(o.terms), values: [] })
    if (answer.kind === 'unknown') throw new Error(`${k.name}, ${o.at}: ${answer.reason}`)
    return answer.kind === 'sat'
  }
  /** Those of `some` that fail, found by halves: an obligation of many clauses is asked before one of each. */
  const lost = async (some: readonly Clause[], asks: (c: readonly Clause[]) => Promise<boolean>): Promise<readonly Clause[]> => {
    if (some.length === 0 || !await asks(some)) return []
    if (some.length === 1) return some
    const half = some.length >> 1
    return [...await lost(some.slice(0, half), asks), ...await lost(some.slice(half), asks)]
  }
  const afterExec = await lost(candidates, async (c) => (await Promise.all(baseObligations(k, c).map(possible))).includes(true))
  let now = candidates.filter((c) => !afterExec.includes(c))
  const broken = afterExec.map((c) => ({ clause: c.name, event: 'exec' }))
  for (let changed = true; changed;) {
    changed = false
    for (const t of system.transitions) {
      const drop = await lost(now, (c) => possible(stepObligation(system, t, now, c)))
      if (drop.length === 0) continue
      now = now.filter((c) => !drop.includes(c))
      broken.push(...drop.map((c) => ({ clause: c.name, event: t.name })))
      changed = true
    }
  }
  return { clauses: now, broken }
}
export type { System, Transition }
