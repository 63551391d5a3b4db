import type { Claim } from '../claim.js'
import { and, callIs, inFakeCall, is, result32, startsClean, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { restartedCall } from './restarted.js'
import { one64 } from './scripts.js'
import { compat, errno } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'restart/block-as-compat',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'Interrupted compat syscalls are properly restarted as compat syscalls.',
  source: `${V4_COVER}; the result -ERESTART_RESTARTBLOCK`,
  inWords: {
    situation: 'a 32-bit call of a 64-bit task returns -ERESTART_RESTARTBLOCK, no signal has a handler, and the program goes on',
    property: 'its next call is restart_syscall of the compat table (0), as a 32-bit call',
  },
  emulator: 'A',
  shapes: [{
    name: 'the restart block',
    tasks: one64,
    script: restartedCall.script,
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), restartedCall.again(first),
      is(result32(task(first.states[2]!, 'A')), 0x100000000 - errno.ERESTART_RESTARTBLOCK)),
    property: ({ first }) => and(inFakeCall(task(first.states[6]!, 'A')), callIs(task(first.states[6]!, 'A'), compat.restart_syscall)),
  }],
}
