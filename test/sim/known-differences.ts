/** Differences between simulator and model that are understood, each with who is right by the source. A new one is a finding; an old one leaves this list when it is repaired. */
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import type { Difference } from '../../trace/trace.js'

export interface Finding { readonly kernel: string, readonly config: Config, readonly state: State, readonly event: Event, readonly differences: Difference[] | string }

interface Known { readonly name: string, readonly why: string, readonly matches: (f: Finding) => boolean }

const only = (f: Finding, path: RegExp): boolean => typeof f.differences !== 'string' && f.differences.every((d) => path.test(d.path))

export const known: readonly Known[] = [
  {
    name: 'siginfo whose first 48 bytes cannot be written',
    why: 'copy_siginfo_to_user() returns after the failed copy_to_user and does not clear the expansion (bytes 48 to 127); the model clears it',
    matches: (f) => f.event.kind === 'signal' && only(f, /\.frame\.words\[(1[2-9]|2\d|3[01])\]$/),
  },
]

export const explanation = (f: Finding): Known | undefined => known.find((k) => k.matches(f))
