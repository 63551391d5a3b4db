import type { Claim, Shape } from '../claim.js'
import { inFakeCall, is, task } from '../observe.js'
import { last } from '../run.js'
import { one64, sigreturnCall } from './scripts.js'
import { THREAD } from './thread.js'
import { signals } from '../../model/syscalls/numbers.table.js'

const shape = (call: 'sigreturn' | 'rt_sigreturn'): Shape => ({
  name: call,
  tasks: one64,
  script: sigreturnCall(call),
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => is(task(last(first), 'A').signo, signals.SIGSEGV),
})

export const claim: Claim = {
  id: 'sigreturn/always-sigsegv',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'it will trigger a SIGSEGV due to valid_user_regs failing',
  source: THREAD,
  answers: 'sigreturn/state-lost',
  inWords: { situation: 'a 64-bit task makes the 32-bit sigreturn or rt_sigreturn call', property: 'SIGSEGV is forced on it' },
  emulator: 'A',
  shapes: [shape('rt_sigreturn'), shape('sigreturn')],
}
