import type { Claim, Shape } from '../claim.js'
import { and, inCompatCall, is, not, or, task } from '../observe.js'
import { ptraceCall, tracing } from './scripts.js'
import { THREAD } from './thread.js'
import { view } from '../../trace/state.js'

const shape = (tracer: 64 | 32): Shape => ({
  name: `${tracer}-bit tracer, 64-bit tracee`,
  tasks: tracing(tracer),
  script: ptraceCall,
  situation: ({ first }) => {
    const used = task(first.states[2]!, 'A').view
    return and(or(is(used, view.aarch32), is(used, view.aarch32_ptrace)), not(task(first.states[1]!, 'B').TIF_32BIT))
  },
  property: ({ first }) => inCompatCall(task(first.states[1]!, 'A')),
})

export const claim: Claim = {
  id: 'regset/aarch32-view-only-for-compat-tracer',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'user_aarch32_view is only returned when the tracer is performing a compat syscall',
  source: THREAD,
  inWords: {
    situation: 'a ptrace request of any task sees a 64-bit task through one of the AArch32 views (user_aarch32_view, user_aarch32_ptrace_view: in v5.11 they differ in the TLS set only)',
    property: 'the task that asks is in a compat system call',
  },
  emulator: 'B',
  shapes: [shape(64), shape(32)],
}
