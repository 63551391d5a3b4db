/** Differences between simulator and model that are understood, each with who is right by the source. A new one is a finding; an old one leaves this list when it is repaired. */
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import type { Difference } from '../../trace/trace.js'

export interface Finding { readonly kernel: string, readonly config: Config, readonly state: State, readonly event: Event, readonly differences: Difference[] | string }

interface Known { readonly name: string, readonly why: string, readonly matches: (f: Finding) => boolean }

const only = (f: Finding, path: RegExp): boolean => typeof f.differences !== 'string' && f.differences.every((d) => path.test(d.path))

export const known: readonly Known[] = [
  {
    name: 'v5.4 fast-forwards into a handler',
    why: 'v5.4 handle_signal() ends with user_fastforward_single_step(): SS is cleared under TIF_SINGLESTEP; the model leaves it',
    matches: (f) => f.event.kind === 'signal' && f.kernel === 'tango-v5.4' && only(f, /\.pstate$/),
  },
  {
    name: 'VFP block of a frame whose siginfo could not be written',
    why: 'compat_setup_sigframe() has an err of its own: a fault on siginfo, uc_flags or uc_stack does not keep it from writing the VFP block; the model leaves the block out',
    matches: (f) => f.event.kind === 'signal' && only(f, /\.frame\.words\[/),
  },
]

export const explanation = (f: Finding): Known | undefined => known.find((k) => k.matches(f))
