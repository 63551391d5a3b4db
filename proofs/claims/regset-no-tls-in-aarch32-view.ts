import type { Claim } from '../claim.js'
import { and, eq, inFakeCall, isErrno32, not, noteIs, or, requests, result32, task } from '../observe.js'
import { THREAD } from './thread.js'
import { ptraceCall, tracing } from './scripts.js'
import { errno, note, ptraceRequest } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'regset/no-tls-in-aarch32-view',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'All the code paths that modify TPIDRR0_EL0 are guarded by is_aarch32_compat_task which returns false for fake compat tasks.',
  source: `${THREAD}; the path is "attempting to set the TLS" through the view of a fake tracer`,
  answers: 'tls/set-clobbers-tpidrro',
  inWords: {
    situation: 'a tracer in a 32-bit ptrace call reads or writes NT_ARM_TLS of a stopped 64-bit task',
    property: 'it gets an error (-EINVAL, or -EFAULT for its iovec), and the shadows of the traced task stay: user_aarch32_view has no such set',
  },
  emulator: 'B',
  shapes: [{
    name: '64-bit tracer in a fake ptrace call',
    tasks: tracing(64),
    script: ptraceCall,
    situation: ({ first }) => {
      const call = task(first.states[1]!, 'A')
      return and(inFakeCall(call), requests(call, ptraceRequest.GETREGSET, ptraceRequest.SETREGSET), noteIs(call, note.NT_ARM_TLS), not(task(first.states[1]!, 'B').TIF_32BIT))
    },
    property: ({ first }) => {
      const [done, a, b] = [task(first.states[2]!, 'A'), task(first.states[1]!, 'B'), task(first.states[2]!, 'B')]
      return and(or(isErrno32(result32(done), errno.EINVAL), isErrno32(result32(done), errno.EFAULT)), eq(a.tp_value, b.tp_value), eq(a.tp2_value, b.tp2_value))
    },
  }],
}
