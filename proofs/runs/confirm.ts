/** A recorded run was decided again by evaluation; here a solver says of the query that it answers whether this very run is a model of it. */
import { valuationText } from '../../model/terms/smtlib.js'
import type { Term } from '../../model/terms/term.js'
import type { Value } from '../../model/terms/evaluate.js'
import type { SymConfig } from '../../model/index.js'
import { leaves } from '../../trace/spec.js'
import { configSpec, specOf, taskNames, type State, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import type { Asked, Decision, Questions } from '../decide.js'
import type { Oracle } from '../oracle.js'
import { defaults, stated } from '../query.js'
import type { Run } from '../run.js'

/** `undefined`: nothing of it was evaluated. */
export type Confirmed = 'confirmed' | 'refused' | 'unknown' | undefined

/** Asks for every recorded run that a decision, or a condition of it, was shown by. */
export async function confirmRecorded(d: Decision, oracle: Oracle, questions: Questions, limits: { timeoutMs?: number }): Promise<Confirmed> {
  if (d.conditions.length > 0) {
    const each = await Promise.all(d.conditions.map((c) => confirmRecorded(c, oracle, questions, limits)))
    return (['refused', 'unknown', 'confirmed'] as const).find((x) => each.includes(x))
  }
  const asked = d.asked.find((a) => a.recorded === true)
  if (asked === undefined) return undefined
  const answer = await oracle.ask({ text: confirming(d, asked, questions), values: [], ...limits })
  return answer.kind === 'sat' ? 'confirmed' : answer.kind === 'unsat' ? 'refused' : 'unknown'
}

/** The query as it is stated, every variable defined as what the run has. */
function confirming(d: Decision, asked: Asked, questions: Questions): string {
  const q = questions.get(asked.of, d.kernel)
  const values = new Map<string, Value>()
  const [first, second] = d.traces
  note(values, q.runs.first, first!)
  if (q.runs.second !== undefined && second !== undefined) note(values, q.runs.second, second)
  const fallback = defaults(asked.of, d.kernel)
  return valuationText(stated(q, d.claim, d.userspace, asked.goal), (name, width) => values.get(name) ?? fallback(name, width))
}

/** What the variables of a run's start and events are in a trace that ends with its events. */
function note(values: Map<string, Value>, run: Run, trace: Trace): void {
  const set = (term: Term, value: Value): void => { if (term.op === 'var' && !values.has(term.name)) values.set(term.name, value) }
  for (const [axis, term] of Object.entries(run.config satisfies SymConfig)) set(term as Term, trace.config[axis as keyof typeof configSpec])
  const from = trace.events.length - run.events.length
  const start = trace.states[from]!
  const here = leaves(specOf(start), start)
  leaves(specOf(start), run.states[0]! as never).forEach((l, i) => set(l.value as unknown as Term, here[i]!.value as Value))
  run.events.forEach((e, i) => {
    const actual = trace.events[from + i]!
    const walk = (term: unknown, value: unknown): void => {
      if (Array.isArray(term)) term.forEach((t, n) => walk(t, (value as readonly unknown[])[n]))
      else if (typeof term === 'object' && term !== null && 'op' in term) set(term as Term, value as Value)
    }
    for (const [key, term] of Object.entries(e)) {
      if (key !== 'set') walk(term, (actual as unknown as Record<string, unknown>)[key])
      // what a program did not write stays as it is: as if it had written that
      else if (actual.kind === 'user') for (const [path, t] of Object.entries(term as Record<string, Term>)) set(t, (actual.set as Record<string, bigint>)[path] ?? valueAt(trace.states[from + i]!, actual.task, path))
    }
  })
}

/** What a path of a program's own state has. */
export function valueAt(s: State, task: TaskName, path: string): bigint {
  if (path === 'TPIDR_EL0') return s.cpus[0]!.TPIDR_EL0
  const name = `tasks[${taskNames.indexOf(task)}].${path}`
  return leaves(specOf(s), s).find((l) => l.path === name)?.value as bigint
}
