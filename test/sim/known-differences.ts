/** Differences between simulator and model that are understood, each with who is right by the source. A new one is a finding; an old one leaves this list when it is repaired. */
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import type { Difference } from '../../trace/trace.js'

export interface Finding { readonly kernel: string, readonly config: Config, readonly state: State, readonly event: Event, readonly differences: Difference[] | string }

interface Known { readonly name: string, readonly why: string, readonly matches: (f: Finding) => boolean }

export const known: readonly Known[] = [
]

export const explanation = (f: Finding): Known | undefined => known.find((k) => k.matches(f))
