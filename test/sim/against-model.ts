/**
 * One event on simulator and model, the whole state compared. The model has one CPU: it is given the one that the event happens on, and
 * must change that one alone. What only several CPUs make impossible (a task that runs elsewhere) is the simulator's to refuse.
 */
import { simulateWith, kernelOf, NotEnabled } from '../../sim/index.js'
import { modelStep } from './compiled-model.js'
import { leftOut } from '../model/left-out.js'
import { diff, leafAt, type Leaf } from '../../sim/diff.js'
import { isRunning } from '../../sim/machine.js'
import { taskIndex, type Difference } from '../../trace/trace.js'
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'

export type Comparison =
  | { kind: 'same', after: State }
  /** both refuse it */
  | { kind: 'refused' }
  /** possible, but one of what docs/events.md says that the model leaves out */
  | { kind: 'not modelled', after: State }
  | { kind: 'different', after?: State, differences: Difference[] | string }

/** `differences`: from the simulator's value to the model's. */
export function compare(kernel: string, config: Config, state: State, event: Event): Comparison {
  const model = new Map<string, Leaf>()
  const { cpu, seen } = modelView(state, event)
  const enabled = modelStep(kernel, config, seen, event, (path, value) => model.set(cpu === 0 ? path : path.replace(/^cpus\[0\]/, `cpus[${cpu}]`), value))
  let after: State
  try {
    after = simulateWith(kernelOf(kernel), config, state, event)
  } catch (e) {
    if (!(e instanceof NotEnabled)) throw e
    return enabled && !needsOneElsewhere(state, event) ? { kind: 'different', differences: `the model takes it, the simulator does not: ${e.reason}` } : { kind: 'refused' }
  }
  if (!enabled) return leftOut(kernel, config, state, event, after) === undefined ? { kind: 'different', after, differences: 'the simulator takes it, the model does not' } : { kind: 'not modelled', after }
  const found: Difference[] = []
  for (const { path, from, to } of diff(state, after)) {
    const modelled = model.get(path) ?? from
    model.delete(path)
    if (modelled !== to) found.push({ path, from: to, to: modelled })
  }
  for (const [path, value] of model) found.push({ path, from: leafAt(after, path), to: value })
  return found.length === 0 ? { kind: 'same', after } : { kind: 'different', after, differences: found }
}

/** What the model is asked about: the CPU of the event, its number, and all tasks. */
export function modelView(state: State, event: Event): { cpu: number, seen: State } {
  if (state.cpus.length === 1) return { cpu: 0, seen: state }
  const cpu = cpuOfEvent(state, event)
  return { cpu, seen: { cpus: [state.cpus[cpu]!], tasks: state.tasks } }
}

/** The CPU that the task of the event runs on; the first if it runs on none. */
function cpuOfEvent(s: State, e: Event): number {
  const index = taskIndex(e.kind === 'switch' ? e.from : e.task)
  return Math.max(0, s.cpus.findIndex((c) => Number(c.current) === index))
}

/** The event needs a task that runs on another CPU, which the model does not see. */
export function needsOneElsewhere(s: State, e: Event): boolean {
  const other = e.kind === 'switch' ? e.to : e.kind === 'handler' && e.call === 'ptrace' ? e.target : undefined
  return other !== undefined && s.cpus.length > 1 && isRunning(s, taskIndex(other))
}
