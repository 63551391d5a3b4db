import type { Claim, Shape } from '../claim.js'
import { and, fits32, inCompatCall, isZero, not, ofItsWidth, requests, succeeded, task } from '../observe.js'
import { PRICE_V4 } from './mails.js'
import { ptraceCall, tracing } from './scripts.js'
import { ptraceRequest } from '../../model/syscalls/numbers.table.js'

/** A frame that was accepted was read where regs[13] pointed. */
const frame = (bits: 64 | 32, call: 'sigreturn' | 'rt_sigreturn'): Shape => ({
  name: `the frame of ${call}, by a ${bits}-bit task`,
  tasks: [{ bits }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call }],
  situation: ({ first }) => and(inCompatCall(task(first.states[1]!, 'A')), isZero(task(first.states[2]!, 'A').signo)),
  property: ({ first }) => fits32(task(first.states[1]!, 'A').frame.base),
})
/** A 64-bit task whose PSTATE another wrote while it was stopped at the report of a fake call; its x13 is its own. Only a kernel without guards lets that be. */
const writtenByTracer: Shape = {
  name: 'the frame of rt_sigreturn, by a 64-bit task whose PSTATE its tracer wrote',
  tasks: [{ bits: 64, TIF_SYSCALL_TRACE: true }, { bits: 64 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'trace_enter', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' },
    { kind: 'user', task: 'B', writes: ['regs[0]', 'regs[2]', 'regs[3]', 'regs[7]'] }, { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'ptrace', target: 'A' },
    { kind: 'resume', task: 'A', with: 'cont' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
    { kind: 'user', task: 'A', writes: ['regs[7]'] }, { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'rt_sigreturn' },
  ],
  situation: ({ first }) => and(...first.states[0]!.tasks.flatMap((t) => [ofItsWidth(t), not(t.compat_call)]), inCompatCall(task(first.states[14]!, 'A')), isZero(task(first.states[15]!, 'A').signo)),
  property: ({ first }) => fits32(task(first.states[14]!, 'A').frame.base),
}
/** What PEEKUSR stored went to where `data` pointed. */
const buffer = (bits: 64 | 32): Shape => ({
  name: `the word of PTRACE_PEEKUSR, by a ${bits}-bit task`,
  tasks: tracing(bits),
  script: ptraceCall,
  situation: ({ first }) => and(inCompatCall(task(first.states[1]!, 'A')), requests(task(first.states[1]!, 'A'), ptraceRequest.PEEKUSR), succeeded(task(first.states[2]!, 'A'))),
  property: ({ first }) => fits32(task(first.states[1]!, 'A').buf.base),
})

export const claim: Claim = {
  id: 'dispatch/memory-below-4g',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'The memory that a compat call reads or writes for its caller lies below 4 GB.',
  source: `what a "real compat process" keeps, in "would happily accept addresses >4GB even though they wouldn't if it was a real compat process", ${PRICE_V4}; said there of ioctls that take a u64, which this state does not have`,
  inWords: {
    situation: 'a compat call read or wrote a structure of its caller: the frame of sigreturn and rt_sigreturn, the word of PTRACE_PEEKUSR',
    property: 'the structure starts below 2^32',
  },
  emulator: 'A',
  shapes: [buffer(64), buffer(32), { ...frame(64, 'rt_sigreturn'), fromExec: () => writtenByTracer }, frame(64, 'sigreturn'), frame(32, 'rt_sigreturn'), frame(32, 'sigreturn')],
}
