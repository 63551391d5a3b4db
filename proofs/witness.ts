/** From an assignment of a query's variables to traces. */
import { configSpec, specOf, type Config, type State } from '../trace/state.js'
import type { Event } from '../trace/events.js'
import { withoutUnread, type Trace } from '../trace/trace.js'
import { concretiseBy, type SymEvent } from '../model/index.js'
import { evaluator, type Value } from '../model/terms/evaluate.js'
import type { Term } from '../model/terms/term.js'
import type { Claim, Userspace } from './claim.js'
import { defaults, type Question } from './query.js'
import type { Run } from './run.js'

export type Assignment = ReadonlyMap<string, Value>

/** The traces of a question under an assignment: one a run. Variables without a value are at their default. */
export function tracesOf(q: Question, assignment: Assignment, claim: Claim, userspace: Userspace): Trace[] {
  const fallback = defaults(q.shape, q.kernel)
  const env = (name: string, width: number): Value => assignment.get(name) ?? fallback(name, width)
  const evaluated = evaluator(env)
  const runs: [Run, string][] = [[q.runs.first, q.kernel.name]]
  if (q.runs.second !== undefined) runs.push([q.runs.second, (q.shape.second?.kernel?.(q.kernel) ?? q.kernel).name])
  return runs.map(([r, kernel]) => {
    const states = r.states.map((s) => concretiseBy(specOf(s), s as never, evaluated) as State)
    // from AArch64 the model does not look at `upper`: a solver may have said anything
    const events = r.events.map((e, i) => withoutUnread(states[i]!, lowered(e, evaluated)))
    return { kernel, config: concretiseBy(configSpec, r.config, evaluated) as Config, start: 'assumed', claim: claim.id, userspace, states, events }
  })
}

/** An event with the numbers of an assignment. */
export function concreteEvent(e: SymEvent, env: (name: string, width: number) => Value): Event {
  return lowered(e, evaluator(env))
}

/** The events with what an evaluator says. */
export const concreteEvents = (events: readonly SymEvent[], evaluated: (terms: readonly Term[]) => Value[]): Event[] => events.map((e) => lowered(e, evaluated))

function lowered(e: SymEvent, evaluated: (terms: readonly Term[]) => Value[]): Event {
  const isTerm = (v: unknown): v is Term => typeof v === 'object' && v !== null && 'op' in v && 'id' in v
  const lower = (v: unknown): unknown => {
    if (isTerm(v)) return evaluated([v])[0]
    if (Array.isArray(v)) return v.map(lower)
    if (typeof v === 'object' && v !== null) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, lower(x)]))
    return v
  }
  return lower(e) as Event
}
