import type { Claim } from '../claim.js'
import { and, fits32, inFakeCall, is, not, startsClean, task } from '../observe.js'
import { HOUDEK_V4 } from './mails.js'
import { chosen, free, mapped } from './mapped.js'
import { one64 } from './scripts.js'
import { table } from '../../trace/state.js'

export const claim: Claim = {
  id: 'mmap/native-not-limited',
  quantifier: 'exists',
  whose: 'author',
  sentence: "FEX lives in a mixed syscall world and doesn't want only one or the other working.",
  source: HOUDEK_V4,
  inWords: {
    situation: 'a 64-bit task that has made a 32-bit call maps memory by the native mmap, the kernel choosing the place',
    property: 'the mapping lies above 4 GB: the limit belongs to the call, not to the task',
  },
  emulator: 'A',
  shapes: [{
    name: 'a compat call, then a native mmap',
    tasks: one64,
    script: [
      { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
      { kind: 'user', task: 'A', writes: ['regs[1]', 'regs[3]', 'regs[8]'] }, { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'mmap' },
    ],
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), is(task(first.states[6]!, 'A').table, table.native), free(task(first.states[6]!, 'A')), mapped(first.events[6]!)),
    property: ({ first }) => not(fits32(chosen(first.events[6]!))),
  }],
}
