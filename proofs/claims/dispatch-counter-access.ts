import type { Claim } from '../claim.js'
import { and, inFakeCall, not, startsClean, task } from '../observe.js'
import { last } from '../run.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'

export const claim: Claim = {
  id: 'dispatch/counter-access',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'I fully expect that there are more cases where this sort of mismatch exists',
  source: `${RUTLAND_TO_DANTRAS}; here the case of erratum_1418040_thread_switch, a context switch that takes a 64-bit task in its call for a 32-bit one`,
  inWords: {
    situation: 'on a CPU with erratum 1418040 a 64-bit task that may read CNTVCT_EL0 is switched out for another 64-bit task during its 32-bit call, and in again',
    property: 'back at EL0 it may not read CNTVCT_EL0 any more (CNTKCTL_EL1.EL0VCTEN is 0)',
  },
  emulator: 'A',
  shapes: [{
    name: 'switched out and in during a fake call',
    tasks: [{ bits: 64 }, { bits: 64 }],
    script: [
      { kind: 'svc', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'handler', task: 'A', call: 'other' },
      { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
    ],
    situation: ({ first }) => and(first.config.erratum_1418040, first.states[0]!.cpus[0]!.CNTKCTL_EL0VCTEN, inFakeCall(task(first.states[1]!, 'A')),
      startsClean(first.states[0]!), not(task(first.states[0]!, 'B').compat_call)),
    property: ({ first }) => not(last(first).cpus[0]!.CNTKCTL_EL0VCTEN),
  }],
}
