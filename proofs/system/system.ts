/**
 * The transition system of a kernel: states (trace/state.ts), initial states, events, and the clauses of its invariant. The invariant is
 * inductive if it holds in every initial state (base) and every event keeps it (step); then it holds in every state of every run.
 */
import { and, not } from '../../model/terms/build.js'
import type { Bool, Term } from '../../model/terms/term.js'
import { propagate } from '../../model/terms/propagate.js'
import { fresh, step, type Kernel, type SymConfig, type SymState } from '../../model/index.js'
import { stateSpec } from '../../trace/state.js'
import { freshEvent, symbolicConfig } from '../run.js'
import { parts, runsATask, type Clause } from './clause.js'
import { everyEvent, type NamedEvent } from './events.js'
import { initialStates } from './initial.js'

export interface Transition extends NamedEvent { readonly enabled: Bool, readonly after: SymState }
export interface System {
  readonly kernel: Kernel
  readonly config: SymConfig
  /** two tasks, everything free */
  readonly before: SymState
  readonly transitions: readonly Transition[]
}

export function systemOf(kernel: Kernel, events: readonly NamedEvent[] = everyEvent): System {
  const config = symbolicConfig()
  const before = fresh(stateSpec(1, 2), 's.') as SymState
  return { kernel, config, before, transitions: events.map((e) => {
    const { enabled, state } = step(kernel, config, before, freshEvent(e.template, 0))
    return { ...e, enabled, after: state }
  }) }
}

/** What has to be unsatisfiable: of which clauses, at which event (or `exec`). Empty `terms` cannot occur; `[false]` is refuted already. */
export interface Obligation { readonly at: string, readonly of: readonly Clause[], readonly terms: readonly Term[] }

/** Base: no initial state is without a clause. */
export const baseObligations = (k: Kernel, clauses: readonly Clause[]): Obligation[] =>
  initialStates(k).map(({ name, config, state, when }) => ({ at: `exec: ${name}`, of: clauses, terms: propagate([when, not(and(...clauses.map((c) => c.holds(k, config, state))))]) }))

/**
 * Step: no transition leads from a state with all `assumed` clauses to one without one of `shown`. What an event leaves as it is (the same
 * term before and after) is not asked about; undefined where nothing is left to ask.
 */
export function stepObligation(s: System, t: Transition, assumed: readonly Clause[], shown: readonly Clause[] = assumed): Obligation | undefined {
  const said = (c: Clause, state: SymState): Bool[] => parts(c, s.kernel, s.config, state)
  const before = assumed.flatMap((c) => said(c, s.before))
  const kept = new Set<Term>(before)
  const changed = shown.map((c) => ({ c, after: said(c, t.after).filter((p) => p.op !== 'true' && !kept.has(p)) })).filter((x) => x.after.length > 0)
  if (changed.length === 0) return undefined
  return { at: t.name, of: changed.map((x) => x.c), terms: propagate([runsATask(s.before), ...before, t.enabled, not(and(...changed.flatMap((x) => x.after)))]) }
}
export const refuted = (o: Obligation): boolean => o.terms.some((t) => t.op === 'false')
export type { Clause }
