/** Decides a recorded witness again by evaluation: its state has all clauses but those named, the event is possible, and afterwards the clause does not hold. */
import { concretise, step, symConfig, symEvent, symState, type Kernel } from '../../model/index.js'
import { map } from '../../trace/spec.js'
import { defaultConfig, initialState, specOf, type Config, type State } from '../../trace/state.js'
import { variables } from '../../model/terms/term.js'
import { fresh, type SymState } from '../../model/index.js'
import { symbolicConfig } from '../run.js'
import { parts, runsATask } from '../system/clause.js'
import { clauses, type Clause } from '../well-formed.js'
import type { Breaking } from './record.js'

export interface Broken {
  readonly config: Config
  readonly before: State
  /** the same as `before` where the clause does not hold right after exec */
  readonly after: State
  /** the task of which the clause does not hold afterwards */
  readonly task: number
  /** the leaves of which the clause speaks, for that task */
  readonly spoken: readonly string[]
}

export const stateBefore = (k: Kernel, w: Pick<Breaking, 'config' | 'tasks' | 'state'>): { config: Config, state: State } => {
  const config: Config = { ...defaultConfig, ...Object.fromEntries(w.config.map((a) => [a, !defaultConfig[a]])) }
  const start = initialState(w.tasks, config, k.flag.setFor32)
  return { config, state: map(specOf(start), start as never, (v, _kind, path) => (w.state[path] ?? v) as never) as State }
}

/** Which clauses do not hold in a state. */
export const lacking = (k: Kernel, config: Config, s: SymState): Clause[] => clauses.filter((c) => c.holds(k, symConfig(config), s).op !== 'true')

/** Undefined where the record does not show it (any more). */
export function redecided(k: Kernel, w: Breaking): Broken | undefined {
  const clause = clauses.find((c) => c.name === w.clause)
  if (clause === undefined) return undefined
  const { config, state: before } = stateBefore(k, w)
  const start = symState(before)
  if (runsATask(start).op !== 'true') return undefined
  let end = start
  if (w.by === 'exec') {
    // right after exec: nothing may differ from it
    if (Object.keys(w.state).length > 0 || w.event !== undefined) return undefined
  } else {
    const lacks = lacking(k, config, start).map((c) => c.name)
    if (w.event === undefined || lacks.includes(clause.name) || lacks.some((c) => !w.without.includes(c))) return undefined
    const next = step(k, symConfig(config), start, symEvent(w.event))
    if (next.enabled.op !== 'true') return undefined
    end = next.state
  }
  const task = parts(clause, k, symConfig(config), end).findIndex((p) => p.op === 'false')
  if (task < 0) return undefined
  const closed = (name: string): never => { throw new Error(`free variable ${name} in a concrete state`) }
  const any = fresh(specOf(before), '') as SymState
  return { config, before, after: concretise(specOf(before), end as never, closed) as State, task, spoken: variables(parts(clause, k, symbolicConfig(), any)[task]!).map((v) => v.name).filter((n) => !n.startsWith('config.')) }
}
