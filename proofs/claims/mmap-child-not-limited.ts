import type { Claim } from '../claim.js'
import { and, fits32, inFakeCall, is, not, startsClean, task } from '../observe.js'
import { HOUDEK_V4 } from './mails.js'
import { chosen, free, mapped } from './mapped.js'
import { withChild } from './scripts.js'
import { table } from '../../trace/state.js'

export const claim: Claim = {
  id: 'mmap/child-not-limited',
  quantifier: 'exists',
  whose: 'project',
  sentence: 'The native mmap of a child that a compat clone made returns memory above 4 GB.',
  source: `what "doesn't want only one or the other working" (${HOUDEK_V4}) asks of a child, whose first call is no end of another one`,
  answers: 'fork/flag-outlives-call',
  inWords: {
    situation: 'the child of a 32-bit clone by a 64-bit task maps memory by its first call, a native mmap, the kernel choosing the place',
    property: 'the mapping lies above 4 GB',
  },
  emulator: 'A',
  shapes: [{
    name: 'the first call of a child is mmap',
    tasks: withChild,
    script: [
      { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' },
      { kind: 'user', task: 'B', writes: ['regs[1]', 'regs[3]', 'regs[8]'] }, { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'mmap' },
    ],
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), is(task(first.states[6]!, 'B').table, table.native), free(task(first.states[6]!, 'B')), mapped(first.events[6]!)),
    property: ({ first }) => not(fits32(chosen(first.events[6]!))),
  }],
}
