/** One event on simulator and model, the whole state compared. */
import { simulateWith, kernelOf, NotEnabled } from '../../sim/index.js'
import { modelStep } from './compiled-model.js'
import { diff, leafAt, type Leaf } from '../../sim/diff.js'
import type { Difference } from '../../trace/trace.js'
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'

export type Comparison =
  | { kind: 'same', after: State }
  /** both refuse it */
  | { kind: 'refused' }
  /** possible, but the model leaves it out */
  | { kind: 'not modelled', after: State }
  /** not asked */
  | { kind: 'simulator alone', after: State }
  | { kind: 'different', after?: State, differences: Difference[] | string }

/** `differences`: from the simulator's value to the model's. */
export function compare(kernel: string, config: Config, state: State, event: Event): Comparison {
  const model = new Map<string, Leaf>()
  const enabled = modelStep(kernel, config, state, event, (path, value) => model.set(path, value))
  let after: State
  try {
    after = simulateWith(kernelOf(kernel), config, state, event)
  } catch (e) {
    if (!(e instanceof NotEnabled)) throw e
    return enabled ? { kind: 'different', differences: `the model takes it, the simulator does not: ${e.reason}` } : { kind: 'refused' }
  }
  if (!enabled) return { kind: 'not modelled', after }
  const found: Difference[] = []
  for (const { path, from, to } of diff(state, after)) {
    const modelled = model.get(path) ?? from
    model.delete(path)
    if (modelled !== to) found.push({ path, from: to, to: modelled })
  }
  for (const [path, value] of model) found.push({ path, from: leafAt(after, path), to: value })
  return found.length === 0 ? { kind: 'same', after } : { kind: 'different', after, differences: found }
}
