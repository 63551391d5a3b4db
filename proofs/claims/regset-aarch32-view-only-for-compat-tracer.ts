import type { Claim, Shape } from '../claim.js'
import { and, inCompatCall, inFakeCall, is, not, or, task } from '../observe.js'
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
  ...tracer === 64 ? { fromExec: () => childTraces } : {},
})

/**
 * How a 64-bit task comes to have the per-call flag outside a call: its parent made it in a fake clone. B, the emulator, is traced; A and C are
 * others. C may be a tracer without a call of its own (which would clear the flag): A forks B, makes C by a fake clone with CLONE_THREAD, and
 * its thread exits; B's parent is C then (forget_original_parent(), kernel/exit.c), and B's PTRACE_TRACEME makes C its tracer (ptrace_traceme()).
 */
const childTraces: Shape = {
  name: 'the child of a fake clone traces a 64-bit task',
  tasks: [{ bits: 64 }, { bits: 64, stopped: true }, { bits: 0 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'C' }, { kind: 'switch', from: 'A', to: 'C' }, { kind: 'eret', task: 'C' },
    { kind: 'user', task: 'C', writes: ['regs[0]', 'regs[2]', 'regs[3]', 'regs[8]'] }, { kind: 'svc', task: 'C' }, { kind: 'handler', task: 'C', call: 'ptrace', target: 'B' },
  ],
  situation: ({ first }) => {
    const used = task(first.states[7]!, 'C').view
    return and(inFakeCall(task(first.states[1]!, 'A')), not(task(first.states[0]!, 'A').compat_call), or(is(used, view.aarch32), is(used, view.aarch32_ptrace)), not(task(first.states[6]!, 'B').TIF_32BIT))
  },
  property: ({ first }) => inCompatCall(task(first.states[6]!, 'C')),
}

export const claim: Claim = {
  id: 'regset/aarch32-view-only-for-compat-tracer',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'user_aarch32_view is only returned when the tracer is performing a compat syscall',
  source: THREAD,
  answers: 'regset/wrong-layout-conversion',
  inWords: {
    situation: 'a ptrace request of any task sees a 64-bit task through one of the AArch32 views (user_aarch32_view, user_aarch32_ptrace_view: in v5.11 they differ in the TLS set only)',
    property: 'the task that asks is in a compat system call',
  },
  emulator: 'B',
  shapes: [shape(64), shape(32)],
}
