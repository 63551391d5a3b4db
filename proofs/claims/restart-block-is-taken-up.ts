import type { Claim, Shape } from '../claim.js'
import { and, callIs, inCompatCall, inFakeCall, is, or, result32, startsClean, task } from '../observe.js'
import { table } from '../../trace/state.js'
import { V4_COVER } from './mails.js'
import { restartedCall } from './restarted.js'
import { compat, errno, native } from '../../model/syscalls/numbers.table.js'

const shape = (kind: 'fake' | 'native' | 'compat'): Shape => ({
  name: `a ${kind} call`,
  tasks: [{ bits: kind === 'compat' ? 32 : 64 }],
  script: restartedCall.script,
  situation: ({ first }) => {
    const call = task(first.states[1]!, 'A')
    return and(kind === 'fake' ? and(inFakeCall(call), startsClean(first.states[0]!)) : is(call.table, table[kind]), restartedCall.again(first),
      is(result32(task(first.states[2]!, 'A')), 0x100000000 - errno.ERESTART_RESTARTBLOCK))
  },
  property: ({ first }) => {
    const call = task(first.states[6]!, 'A')
    return or(and(is(call.table, table.native), callIs(call, native.restart_syscall)), and(inCompatCall(call), callIs(call, compat.restart_syscall)))
  },
})

export const claim: Claim = {
  id: 'restart/block-is-taken-up',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'A restart block is taken up by restart_syscall, not by the call that left it.',
  source: `the least that "properly restarted" can mean, ${V4_COVER}`,
  answers: 'restart/block-as-compat',
  inWords: {
    situation: 'a call of any kind returns -ERESTART_RESTARTBLOCK, no signal has a handler, and the program goes on',
    property: 'its next call is restart_syscall, of the native or of the compat table: a sleep goes on for what is left of it, and does not begin anew',
  },
  emulator: 'A',
  shapes: [shape('fake'), shape('native'), shape('compat')],
}
