import type { Claim } from '../claim.js'
import { and, at, inFakeCall, startsClean, task } from '../observe.js'
import { last } from '../run.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { withChild } from './scripts.js'

export const claim: Claim = {
  id: 'fork/flag-outlives-call',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "there isn't some final sanity check that prevents said mismatch from breaking the kernel",
  source: `${RUTLAND_TO_DANTRAS}; here the flag of a call that a child inherits and no end of a call clears`,
  inWords: {
    situation: 'a 64-bit task makes a 32-bit clone, and the child is at EL0',
    property: 'the child has the per-call flag, though it is in no call',
  },
  emulator: 'A',
  shapes: [{
    name: 'the child of a fake clone',
    tasks: withChild,
    script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }],
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), at(task(last(first), 'B'), 'el0')),
    property: ({ first }) => task(last(first), 'B').compat_call,
  }],
}
