import type { Claim, Shape } from '../claim.js'
import { and, eq, inFakeCall, is, or, result32, startsClean, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { restartedCall } from './restarted.js'
import { one64 } from './scripts.js'
import { errno } from '../../model/syscalls/numbers.table.js'

const plain = [errno.ERESTARTSYS, errno.ERESTARTNOINTR, errno.ERESTARTNOHAND] as const

const shape: Shape = {
  name: 'the SVC is run again',
  tasks: one64,
  script: restartedCall.script,
  situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), restartedCall.again(first),
    or(...plain.map((e) => is(result32(task(first.states[2]!, 'A')), 0x100000000 - e)))),
  property: ({ first }) => {
    const [one, two] = [task(first.states[1]!, 'A'), task(first.states[6]!, 'A')]
    return and(inFakeCall(two), eq(one.syscallno, two.syscallno), eq(one.orig_x0, two.orig_x0), eq(one.pc, two.pc), ...one.regs.map((r, i) => eq(r, two.regs[i]!)))
  },
}

export const claim: Claim = {
  id: 'restart/same-call',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'Interrupted compat syscalls are properly restarted as compat syscalls.',
  source: `${V4_COVER}; the results -ERESTARTSYS, -ERESTARTNOINTR, -ERESTARTNOHAND`,
  inWords: {
    situation: 'a 32-bit call of a 64-bit task returns one of the three, no signal has a handler, and the program goes on',
    property: 'its next call is the same: 32-bit, the number, every register',
  },
  emulator: 'A',
  shapes: [shape],
}
