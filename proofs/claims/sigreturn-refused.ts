import type { Claim, Shape } from '../claim.js'
import { and, eq, inFakeCall, is, keepsRegistersBut, startsClean, task } from '../observe.js'
import { V4_PATCH_7 } from './mails.js'
import { one64, sigreturnCall } from './scripts.js'
import { signals } from '../../model/syscalls/numbers.table.js'

const shape = (call: 'sigreturn' | 'rt_sigreturn'): Shape => ({
  name: call,
  tasks: one64,
  script: sigreturnCall(call).slice(0, 2),
  situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), startsClean(first.states[0]!)),
  property: ({ first }) => {
    const [a, b] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
    return and(is(b.signo, signals.SIGSEGV), keepsRegistersBut(a, b, 0), eq(a.pc, b.pc))
  },
})

export const claim: Claim = {
  id: 'sigreturn/refused',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'Forbid calling compat sigreturn from 64-bit tasks',
  source: V4_PATCH_7,
  answers: 'sigreturn/state-lost',
  inWords: { situation: 'a 64-bit task makes the 32-bit sigreturn or rt_sigreturn call', property: 'SIGSEGV is forced on it, and of its registers only x0 has changed' },
  emulator: 'A',
  shapes: [shape('rt_sigreturn'), shape('sigreturn')],
}
