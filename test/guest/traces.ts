/** Traces for tests: a probe's situation, run by the simulator. */
import { simulatorKernel } from '../../cli/guest/kernels.js'
import { guestKernel } from '../../guest/index.js'
import { asRun, probesFor } from '../../guest/probes/index.js'
import { NotEnabled, simulateWith } from '../../sim/index.js'
import type { Event } from '../../trace/events.js'
import { defaultConfig, type Config } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'

/** What a cortex-a72 of QEMU has. */
export const config: Config = { ...defaultConfig, mixed_endian_el0: true }

export function traceOf(kernel: string, probeName: string, input: bigint): Trace {
  const { how } = guestKernel(kernel)
  const run = asRun(probesFor(how).find((p) => p.name === probeName)!, input, config, how)
  const states = [run.initial]
  const events: Event[] = []
  const step = (e: Event): void => {
    states.push(simulateWith(simulatorKernel(kernel), config, states.at(-1)!, e))
    events.push(e)
  }
  try {
    run.events.forEach(step)
  } catch (e) {
    if (!(e instanceof NotEnabled)) throw e
    step({ kind: 'die', task: 'A' })
  }
  return { kernel, config, start: 'assumed', states, events }
}
