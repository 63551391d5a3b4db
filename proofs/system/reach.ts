/** What a verdict says of runs: of all runs from exec, of any length; or that one run shows it. */
import type { Decision } from '../decide.js'
import { inductive, type Induction } from './induction.js'

export type Reach =
  /** no run is otherwise; the clauses are the invariant that the solver's refutation assumed of the state where the events begin */
  | { readonly runs: 'any length', readonly clauses: readonly string[], readonly tasks: string, /** base and step of these clauses: decided now, or recorded for this very model */ readonly induction: 'decided' | 'recorded' }
  | { readonly runs: 'one', readonly start: 'exec' | 'assumed', readonly events: number }
  | { readonly runs: 'undecided', readonly reason: string }

/** docs/runs.md, "How many tasks and CPUs". */
export const ANY_NUMBER = 'any number of tasks and CPUs'

/** Does the verdict speak of all runs? `holds` of forall, `fails` of exists, and `vacuous`. */
export const universal = (d: Decision): boolean => d.verdict === 'vacuous' || d.verdict === (d.quantifier === 'forall' ? 'holds' : 'fails')

export function reachOf(d: Decision, i: Induction): Reach {
  if (d.verdict === 'unknown') return { runs: 'undecided', reason: d.reason ?? '' }
  if (universal(d)) return { runs: 'any length', clauses: d.rests, tasks: ANY_NUMBER, induction: i.by }
  const shortest = [...d.traces].sort((a, b) => Number(a.start === 'assumed') - Number(b.start === 'assumed') || a.events.length - b.events.length)[0]
  return shortest === undefined ? { runs: 'undecided', reason: 'no run is shown' } : { runs: 'one', start: shortest.start, events: shortest.events.length }
}

/**
 * A verdict about all runs stands on the induction of the clauses it assumed. Where base or step of one is open it is `unknown`: such a
 * clause may not be had in every state.
 */
export function grounded(d: Decision, i: Induction): Decision {
  if (inductive(i)) return d
  const conditions = d.conditions.map((c) => grounded(c, i))
  if (!universal(d)) return { ...d, conditions }
  const doubtful = i.open.find((o) => o.clauses.some((c) => d.rests.includes(c)))
  if (doubtful === undefined && conditions.every((c) => c.verdict !== 'unknown')) return { ...d, conditions }
  const reason = doubtful === undefined ? conditions.find((c) => c.verdict === 'unknown')!.reason!
    : `it rests on ${doubtful.clauses.filter((c) => d.rests.includes(c)).join(', ')}, not shown to be kept at ${doubtful.at}: ${doubtful.reason}`
  return { ...d, conditions, verdict: 'unknown', reason, traces: [] }
}
