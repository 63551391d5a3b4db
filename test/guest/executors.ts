/** The same situation on the simulator and on the model: what they say that can be observed. */
import { NotEnabled, simulateWith, type Kernel } from '../../sim/index.js'
import { kernelOf } from '../../sim/kernels.js'
import { UsageError } from '../../trace/errors.js'
import type { Config, State } from '../../trace/state.js'
import { asRun, type FakeCall, type Observed, type Probe, type Situation } from '../../guest/probes/index.js'

export type Executor = (probe: Probe, input: bigint, config: Config, how: FakeCall) => Observed

/** Runs the events until one is not possible; an eret with a signal forced is where such a run ends for the guest as well. */
export function execute(situation: Situation, step: (state: State, event: Situation['events'][number]) => State): Observed {
  let state = situation.initial
  let seen = situation.observe(state)
  for (const event of situation.events) {
    try {
      state = step(state, event)
    } catch (e) {
      if (e instanceof NotEnabled && event.kind === 'eret' && state.tasks.some((t) => t.signo !== 0n)) break
      throw e
    }
    seen = situation.observe(state)
  }
  return seen
}

/** What 6.12 has that the simulator's kernels of v5.11 have not; used until the simulator has that base itself. */
const differences612 = { nativeCalls: 463, compatCalls: 463, switchTrustsKpti: false } as const

/** The simulator's kernel of exactly that identifier, or its v5.11 sibling with the differences above. */
export function simulatorKernel(id: string): Kernel {
  try {
    return kernelOf(id)
  } catch (e) {
    if (!(e instanceof UsageError)) throw e
  }
  const name = id.replace(/@.*/, '').replace(/^v6\.\d+$|^mutant.*$|^debian.*$|^newest$/, 'v5.11').replace(/^tango$/, 'rfc-v2')
  const base = kernelOf(name)
  if (!id.startsWith('tango')) return { ...base, ...differences612 }
  return {
    ...base, ...differences612,
    doEl0Svc(t) {
      if (t.regs[8] !== 0x80000000n) return { fake: false, number: t.regs[8]! & 0xffffffffn }
      t.compat_call = true
      return { fake: true, number: t.regs[7]! & 0xffffffffn }
    },
  }
}

export function onSimulator(id: string): Executor {
  const kernel = simulatorKernel(id)
  return (probe, input, config, how) => {
    const run = asRun(probe, input, config, how)
    return 'expected' in run ? run.expected : execute(run, (state, event) => simulateWith(kernel, config, state, event))
  }
}
