import type { Claim } from '../claim.js'
import { bv, inFakeCall, task, ule } from '../observe.js'
import { BERGMANN_V4 } from './mails.js'
import { numberCall, one64 } from './scripts.js'
import { tableSize } from '../../model/syscalls/numbers.table.js'

/** The smallest table of the kernels here: later ones only grow. */
const size = Math.min(...Object.values(tableSize))

export const claim: Claim = {
  id: 'dispatch/entire-table',
  quantifier: 'forall',
  whose: 'reviewer',
  sentence: 'exposing the entire aarch32 syscall set seems both too broad and not broad enough',
  source: BERGMANN_V4,
  inWords: {
    situation: 'a 64-bit task makes a 32-bit call and is told that there is no such call',
    property: `the number is ${size} or more: every number of the table leads to its handler, nothing between the SVC and the table makes a choice`,
  },
  emulator: 'A',
  shapes: [{
    name: 'a number that is in no table',
    tasks: one64,
    script: numberCall,
    situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
    property: ({ first }) => ule(bv(32, size), task(first.states[1]!, 'A').syscallno),
  }],
}
