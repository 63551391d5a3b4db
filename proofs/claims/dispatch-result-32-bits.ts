import type { Claim, Shape } from '../claim.js'
import { alsoFromAarch32State } from './aarch32-state.js'
import { and, fits32, inCompatCall, inFakeCall, startsClean, task } from '../observe.js'
import type { Script } from '../run.js'
import { V4_COVER } from './mails.js'

const call: Script = [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }]
const shape = (bits: 64 | 32): Shape => ({
  name: `a ${bits}-bit task`,
  tasks: [{ bits }],
  script: call,
  situation: ({ first }) => inCompatCall(task(first.states[1]!, 'A')),
  property: ({ first }) => fits32(task(first.states[2]!, 'A').regs[0]!),
  ...bits === 32 ? { fromExec: () => execd } : {},
})

/** How a 32-bit task comes to be without a flag that its kernel sets for 32-bit tasks. */
const execd: Shape = {
  name: 'a 32-bit image that a fake call has exec\'d',
  tasks: [{ bits: 64 }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits: 32 }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }, ...call],
  situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), inCompatCall(task(first.states[5]!, 'A'))),
  property: ({ first }) => fits32(task(first.states[6]!, 'A').regs[0]!),
}

export const claim: Claim = {
  id: 'dispatch/result-32-bits',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'The result of a compat call is a 32-bit value.',
  source: `what mainline does for its 32-bit tasks since v5.8 (invoke_syscall); "perform 32-bit syscalls", ${V4_COVER}`,
  inWords: { situation: 'the handler of a compat call has returned any 64-bit long', property: 'x0 is below 2^32: the result is not left with the sign of the long' },
  emulator: 'A',
  shapes: [alsoFromAarch32State(shape(64)), shape(32)],
}
