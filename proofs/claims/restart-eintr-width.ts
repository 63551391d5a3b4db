import type { Claim } from '../claim.js'
import { and, concat, fits32, inFakeCall, is, isZero, result32, stackAtItsTop, startsClean, task, type BV, type SymTask } from '../observe.js'
import { lower32 } from '../../model/terms/build.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'
import { errno } from '../../model/syscalls/numbers.table.js'
import { nativeFrame } from '../../model/syscalls/frames.table.js'

/** x0 as the signal frame has it: what the interrupted program will find in it after sigreturn. */
const savedX0 = (t: SymTask): BV<64> => concat<64>(t.frame.words[nativeFrame.regs / 4 + 1]!, t.frame.words[nativeFrame.regs / 4]!)

export const claim: Claim = {
  id: 'restart/eintr-width',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'An interrupted compat call that is not restarted ends with -EINTR as 32-bit value.',
  source: `"properly restarted as compat syscalls", ${V4_COVER}: where a signal has a handler, the end of the call instead of its restart`,
  inWords: {
    situation: 'a 32-bit call of a 64-bit task returns -ERESTARTNOHAND, and a signal with a handler is delivered, its frame written',
    property: 'x0 in the frame is -EINTR as every other error of a compat call arrives: in the lower half, the upper half 0',
  },
  emulator: 'A',
  shapes: [{
    name: 'a signal during a fake call',
    tasks: one64,
    script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'signal', task: 'A' }],
    situation: ({ first }) => {
      const done = task(first.states[4]!, 'A')
      return and(startsClean(first.states[0]!), stackAtItsTop(task(first.states[0]!, 'A')), inFakeCall(task(first.states[1]!, 'A')), is(result32(task(first.states[2]!, 'A')), 0x100000000 - errno.ERESTARTNOHAND),
        isZero(done.signo), is(lower32(savedX0(done)), 0x100000000 - errno.EINTR))
    },
    property: ({ first }) => fits32(savedX0(task(first.states[4]!, 'A'))),
  }],
}
