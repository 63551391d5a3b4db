/** Running a trace again, comparing the whole state after every event. */
import { differences, type Difference, type Trace } from '../trace/trace.js'
import type { State } from '../trace/state.js'
import { NotEnabled } from './not-enabled.js'
import { simulate } from './simulate.js'

export type Replay = { ok: true } | { ok: false, step: number, differences: Difference[] | string }

/** From trace.states[0]; `step`: the number of the first event (from 0) whose outcome differs, with `from` the trace's value and `to` the simulator's. */
export function replay(trace: Trace): Replay {
  let state: State = trace.states[0]!
  for (const [i, event] of trace.events.entries()) {
    const expected = trace.states[i + 1]
    if (expected === undefined) return { ok: false, step: i, differences: `the trace has no state ${i + 1}` }
    try {
      state = simulate(trace.kernel, trace.config, state, event)
    } catch (e) {
      if (e instanceof NotEnabled) return { ok: false, step: i, differences: e.reason }
      throw e
    }
    const found = differences(expected, state)
    if (found.length > 0) return { ok: false, step: i, differences: found }
  }
  return { ok: true }
}
