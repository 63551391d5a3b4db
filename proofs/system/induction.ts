/** Is a set of clauses inductive for a kernel? Base and step, each obligation put to the solver; identical ones of several kernels are put once (putOnce). */
import { queryText } from '../../model/terms/smtlib.js'
import type { Kernel } from '../../model/index.js'
import type { Oracle } from '../oracle.js'
import type { Clause } from './clause.js'
import { baseObligations, refuted, stepObligation, systemOf, type Obligation } from './system.js'

export interface Induction {
  readonly kernel: Kernel
  readonly clauses: readonly Clause[]
  /** `recorded`: decided before on this very model (hash.ts), not now */
  readonly by: 'decided' | 'recorded'
  /** obligations that the solver refuted, and those that needed no solver: the term says it */
  readonly put: number
  readonly structural: number
  /** base or step that does not hold, or that was not decided */
  readonly open: readonly { readonly at: string, readonly clauses: readonly string[], readonly reason: string }[]
}

export const inductive = (i: Induction): boolean => i.open.length === 0

/** Re-decides that `clauses` hold in every run of the kernel, of any length. `shown`: look at some of them only, all assumed. */
export async function proveInduction(k: Kernel, clauses: readonly Clause[], oracle: Oracle, limits: { timeoutMs?: number } = {}, shown: readonly Clause[] = clauses): Promise<Induction> {
  const system = systemOf(k)
  const steps = system.transitions.map((t) => stepObligation(system, t, clauses, shown))
  const all = [...baseObligations(k, shown), ...steps.filter((o) => o !== undefined)]
  const asked = all.filter((o) => !refuted(o))
  const answers = await Promise.all(asked.map(async (o) => ({ o, answer: await oracle.ask({ text: queryText(o.terms), values: [], ...limits }) })))
  return {
    kernel: k, clauses, by: 'decided', put: asked.length, structural: all.length - asked.length + steps.filter((o) => o === undefined).length,
    open: answers.flatMap(({ o, answer }) => answer.kind === 'unsat' ? [] : [{ at: o.at, clauses: names(o), reason: answer.kind === 'sat' ? 'an event breaks it' : answer.reason }]),
  }
}
const names = (o: Obligation): string[] => o.of.map((c) => c.name)
