import type { Claim } from '../claim.js'
import { and, eq, inFakeCall, isErrno32, isZero, keepsRegistersBut, result32, task } from '../observe.js'
import { V4_PATCH_8 } from './mails.js'
import { numberCall, one64 } from './scripts.js'
import { errno } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'dispatch/outside-the-table',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'The AArch32-private compat syscalls (__ARM_NR_compat_*) are not exposed through this interface.',
  source: V4_PATCH_8,
  inWords: {
    situation: 'a 64-bit task makes a 32-bit call whose number is not in the table: the ARM-private ones, and every other of 32 bits',
    property: 'the result is -ENOSYS, no signal is forced, and no register of it, TLS included, changes',
  },
  emulator: 'A',
  shapes: [{
    name: 'any number outside the table',
    tasks: one64,
    script: numberCall,
    situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
    property: ({ first }) => {
      const [a, b] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      const [before, after] = [first.states[1]!.cpus[0]!, first.states[2]!.cpus[0]!]
      return and(isErrno32(result32(b), errno.ENOSYS), isZero(b.signo), keepsRegistersBut(a, b, 0), eq(a.pc, b.pc), eq(a.tp_value, b.tp_value), eq(a.tp2_value, b.tp2_value),
        eq(before.TPIDR_EL0, after.TPIDR_EL0), eq(before.TPIDRRO_EL0, after.TPIDRRO_EL0))
    },
  }],
}
