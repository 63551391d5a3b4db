import type { Claim } from '../claim.js'
import { and, callIs, eq, inFakeCall, is, result32, task } from '../observe.js'
import { numberCall } from './scripts.js'
import { THREAD } from './thread.js'
import { armPrivate, errno } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'tls/set-tls-unreachable',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'The call to compat_arm_syscall which handles __ARM_NR_compat_set_tls is also guarded by is_aarch32_compat_task.',
  source: THREAD,
  answers: 'tls/set-clobbers-tpidrro',
  inWords: { situation: 'a 64-bit task makes the 32-bit call __ARM_NR_compat_set_tls', property: 'the result is -ENOSYS, and neither TPIDRRO_EL0 nor the task\'s shadows change' },
  emulator: 'A',
  shapes: [{
    name: 'fake set_tls',
    tasks: [{ bits: 64 }],
    script: numberCall,
    situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), callIs(task(first.states[1]!, 'A'), armPrivate.set_tls)),
    property: ({ first }) => {
      const [before, after] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      return and(is(result32(after), 0x100000000 - errno.ENOSYS), eq(before.tp_value, after.tp_value), eq(before.tp2_value, after.tp2_value),
        eq(first.states[1]!.cpus[0]!.TPIDRRO_EL0, first.states[2]!.cpus[0]!.TPIDRRO_EL0))
    },
  }],
}
