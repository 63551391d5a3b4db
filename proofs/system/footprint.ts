/** What an event writes and reads, leaf by leaf, seen on the terms: docs/runs.md goes from two tasks to any number by it. */
import { variables, type Term } from '../../model/terms/term.js'
import { fresh, step, type Kernel, type SymState } from '../../model/index.js'
import { leaves } from '../../trace/spec.js'
import { stateSpec, taskNames, type TaskName } from '../../trace/state.js'
import type { Symbolic } from '../../model/tasks/symbolic.js'
import { freshEvent, symbolicConfig, type Template } from '../run.js'

/** The tasks an event names; all but the first are those it may touch beside the one that acts. */
export function tasksOf(t: Template): readonly TaskName[] {
  if (t.kind === 'switch') return [t.from, t.to]
  if (t.kind === 'handler' && t.call === 'ptrace') return [t.task, t.target]
  if (t.kind === 'handler' && (t.call === 'clone' || t.call === 'clone3')) return [t.task, t.child]
  return [t.task]
}

/** The same event with two tasks' names exchanged. */
export const renamed = (t: Template, a: TaskName, b: TaskName): Template =>
  JSON.parse(JSON.stringify(t, (key, v: unknown) => !['task', 'from', 'to', 'target', 'child'].includes(key) ? v : v === a ? b : v === b ? a : v)) as Template

export interface Footprint {
  /** paths of leaves whose term is another one afterwards */
  readonly written: readonly string[]
  /** for each leaf written, and for `enabled`: the paths of the state that its term mentions */
  readonly reads: ReadonlyMap<string, readonly string[]>
  readonly after: SymState
}

/** On a state of that many CPUs and tasks, everything free. CPU 0 is the one the event happens on. */
export function footprint(k: Kernel, template: Template, cpus = 2, tasks = 3): Footprint {
  const spec = stateSpec(cpus, tasks)
  const before = fresh(spec, '') as SymState
  const { enabled, state } = step(k, symbolicConfig(), before, freshEvent(template, 0))
  const was = leaves<typeof spec, Symbolic>(spec, before as never)
  const is = leaves<typeof spec, Symbolic>(spec, state as never)
  const mentions = (t: Term): string[] => variables(t).map((v) => v.name).filter((n) => /^(cpus|tasks)\[/.test(n))
  const changed = is.filter((l, i) => (l.value as Term) !== (was[i]!.value as Term))
  return {
    written: changed.map((l) => l.path),
    reads: new Map([['enabled', mentions(enabled)], ...changed.map((l) => [l.path, mentions(l.value as Term)] as [string, string[]])]),
    after: state,
  }
}
export const taskPath = (name: TaskName): string => `tasks[${taskNames.indexOf(name)}]`
