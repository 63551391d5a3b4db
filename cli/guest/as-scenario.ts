/** A probe's question as a scenario file: what a difference is told as, and what `arm64-compat run` and `replay --on guest` take up. */
import { asRun, type FakeCall, type Probe } from '../../guest/probes/index.js'
import { NotEnabled, simulateWith } from '../../sim/index.js'
import { scenarioText } from '../../sim/scenario-write.js'
import type { Event } from '../../trace/events.js'
import type { Config, State } from '../../trace/state.js'
import { differences } from '../../trace/trace.js'
import { simulatorKernel } from './kernels.js'

/** With what the simulator says at the end as its expectation: as the guest runs it, it ends before an exception return with a signal forced. */
export function asScenario(kernelId: string, probe: Probe, input: bigint, config: Config, how: FakeCall): string {
  const kernel = simulatorKernel(kernelId)
  const run = asRun(probe, input, config, how)
  const states: State[] = [run.initial]
  const events: Event[] = []
  for (const e of run.events) {
    try {
      states.push(simulateWith(kernel, config, states.at(-1)!, e))
    } catch (error) {
      if (error instanceof NotEnabled) break
      throw error
    }
    events.push(e)
  }
  const see = differences(states[0]!, states.at(-1)!).map((d) => ({ path: d.path, value: d.to }))
  return scenarioText({ name: `guest-${probe.name}`, about: `${probe.what}; input 0x${input.toString(16)}`, kernel: kernel.name, config, start: run.initial, events, see })
}
