import type { Kernel } from '../../model/index.js'
import type { Claim, Shape } from '../claim.js'
import { and, eq, inFakeCall, sameMemory, sameRegisters, sameVectors, task } from '../observe.js'
import { last } from '../run.js'
import { one64, sigreturnCall } from './scripts.js'
import { THREAD } from './thread.js'

/** The same kernel with "an explicit check against is_aarch32_compat_task in the compat syscall". */
const checked = (k: Kernel): Kernel => ({ ...k, id: `${k.id}+check`, name: `${k.name}+check`, sites: { ...k.sites, 'compat sigreturn: refuse unless': 'is_aarch32_compat_task' } })

const shape = (call: 'sigreturn' | 'rt_sigreturn'): Shape => ({
  name: call,
  tasks: one64,
  script: sigreturnCall(call),
  second: { kernel: checked, label: 'with the explicit check' },
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first, second }) => {
    const [a, b] = [task(last(first), 'A'), task(last(second!), 'A')]
    return and(eq(a.signo, b.signo), eq(a.si_code, b.si_code), eq(a.si_addr, b.si_addr), eq(a.pstate, b.pstate), eq(a.blocked, b.blocked), sameRegisters(a, b), sameVectors(a, b), sameMemory(a, b))
  },
})

export const claim: Claim = {
  id: 'sigreturn/explicit-check-same-result',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'We could add an explicit check against is_aarch32_compat_task in the compat syscall but the end result will be the same.',
  source: THREAD,
  answers: 'sigreturn/state-lost',
  inWords: {
    situation: 'a 64-bit task makes the 32-bit sigreturn or rt_sigreturn call, on the kernel as it is and on the same kernel with the check',
    property: 'both end in the same signal with the same siginfo, the same general and vector registers, PSTATE, mask and memory',
  },
  emulator: 'A',
  shapes: [shape('rt_sigreturn'), shape('sigreturn')],
}
