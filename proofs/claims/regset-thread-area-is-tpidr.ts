import type { Claim } from '../claim.js'
import { and, eq, fits32, inFakeCall, isZero, lower32, not, requests, succeeded, task } from '../observe.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { ptraceCall, tracing } from './scripts.js'
import { ptraceRequest } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'regset/thread-area-is-tpidr',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "So this really doesn't make sense to expose either, the kernel cannot possibly do something that is correct in this case.",
  source: `${RUTLAND_TO_DANTRAS}; here PTRACE_GET_THREAD_AREA, which compat_arch_ptrace answers from uw.tp_value whatever the traced task is`,
  inWords: {
    situation: 'a tracer in a 32-bit ptrace call asks for the thread area of a stopped 64-bit task, and is answered',
    property: 'the answer is the lower half of the shadow of its TPIDR_EL0, and that has an upper half that is lost',
  },
  emulator: 'B',
  shapes: [{
    name: '64-bit tracer in a fake ptrace call',
    tasks: tracing(64),
    script: ptraceCall,
    situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), requests(task(first.states[1]!, 'A'), ptraceRequest.GET_THREAD_AREA), succeeded(task(first.states[2]!, 'A'))),
    property: ({ first }) => {
      const { tp_value } = task(first.states[1]!, 'B')
      return and(eq(task(first.states[2]!, 'A').buf.words[0]!, lower32(tp_value)), not(isZero(lower32(tp_value))), not(fits32(tp_value)))
    },
  }],
}
