import type { Claim } from '../claim.js'
import { and, bit, eq, inFakeCall, isErrno, isZero, keepsRegistersBut, not, startsClean, task } from '../observe.js'
import { V4_PATCH_8 } from './mails.js'
import { numberCall, one64 } from './scripts.js'
import { errno } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'dispatch/bit-31-enosys',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'Previously, setting bit 31 of the syscall number would always cause the sygscall to return ENOSYS.',
  source: V4_PATCH_8,
  inWords: { situation: 'a 64-bit task makes a native call with bit 31 of x8 set', property: 'x0 is -ENOSYS, all 64 bits, and nothing else of it changes' },
  emulator: 'A',
  shapes: [{
    name: 'a native call with bit 31',
    tasks: one64,
    script: numberCall,
    situation: ({ first }) => and(not(inFakeCall(task(first.states[1]!, 'A'))), bit(31, task(first.states[1]!, 'A').regs[8]!), startsClean(first.states[0]!)),
    property: ({ first }) => {
      const [a, b] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      return and(isErrno(b.regs[0]!, errno.ENOSYS), isZero(b.signo), keepsRegistersBut(a, b, 0), eq(a.pc, b.pc), eq(a.tp_value, b.tp_value), eq(a.tp2_value, b.tp2_value))
    },
  }],
}
