import type { Claim } from '../claim.js'
import { at, eq, task } from '../observe.js'
import { pairs, switchedInCall } from './switched.js'
import { RUTLAND_V2 } from './mails.js'

export const claim: Claim = {
  id: 'tls/tpidr-kept-over-switch',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'A task\'s TPIDR_EL0 after it was switched out and in is what it was.',
  source: `the accounting that is doubted in ${RUTLAND_V2}`,
  answers: 'tls/accounting-unreliable',
  inWords: { situation: 'a task is switched out during a call of any kind, and in again', property: 'TPIDR_EL0 is what it was' },
  emulator: 'A',
  shapes: pairs.map(([a, b]) => ({
    ...switchedInCall(a, b),
    situation: ({ first }) => at(task(first.states[1]!, 'A'), 'entered'),
    property: ({ first }) => eq(first.states[1]!.cpus[0]!.TPIDR_EL0, first.states[3]!.cpus[0]!.TPIDR_EL0),
  })),
}
