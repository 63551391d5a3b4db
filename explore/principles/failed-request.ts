import { and, ne, not, isZero } from '../../model/terms/build.js'
import { last, type Template } from '../../proofs/run.js'
import { inFake } from '../cases.js'
import { changed, kept, taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { failed, isRequest, ptraceOfB, requestKinds, type Request } from '../requests.js'
import { handler, irq, named, svc, widths, type Width } from '../scripts.js'

/** What changes with every call: its result, how far it is. */
const progress = ['x0', 'at', 'table', 'view', 'syscallno', 'restart_fn']

const ptrace = (tracer: Width, target: Width) => (k: Request): Probe => ({
  event: `${k.name} fails`, variant: `${named(tracer)} tracer, ${named(target)} tracee`,
  tasks: [{ bits: tracer }, { bits: target, stopped: true }], script: ptraceOfB,
  situation: ({ first }) => and(isRequest(taskOf(first.states[1]!, 'A'), k), failed(taskOf(first.states[1]!, 'A'), taskOf(last(first), 'A'))),
  aspects: ({ first }) => [
    ...changed(kept(taskOf(first.states[1]!, 'B')), kept(taskOf(last(first), 'B')), (f) => `${f} of the tracee`),
    ...changed(kept(taskOf(first.states[1]!, 'A'), progress), kept(taskOf(last(first), 'A')), (f) => `${f} of the tracer`),
  ],
  cases: ({ first }) => [inFake('the tracer', taskOf(first.states[1]!, 'A'))],
})

/** A sigreturn that fails forces SIGSEGV; what it was called from should be left alone. */
const sigreturn = (bits: Width, call: 'rt_sigreturn' | 'sigreturn'): Probe => ({
  event: `${call} fails`, variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [svc('A'), handler('A', call)],
  situation: ({ first }) => not(isZero(taskOf(last(first), 'A').signo)),
  aspects: ({ first }) => changed(kept(taskOf(first.states[1]!, 'A'), [...progress, 'signo', 'si_code', 'si_addr']), kept(taskOf(last(first), 'A'))),
  cases: ({ first }) => [inFake('the task', taskOf(first.states[1]!, 'A'))],
})

/** A number that is in no table. */
const unknownNumber = (bits: Width): Probe => ({
  event: 'a call whose number is in no table fails', variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [svc('A'), handler('A', 'ni')],
  situation: ({ first }) => failed(taskOf(first.states[1]!, 'A'), taskOf(last(first), 'A')),
  aspects: ({ first }) => [
    ...changed(kept(taskOf(first.states[1]!, 'A'), ['x0', 'at']), kept(taskOf(last(first), 'A'))),
    { field: 'TPIDRRO_EL0', broken: ne(first.states[1]!.cpus[0]!.TPIDRRO_EL0, last(first).cpus[0]!.TPIDRRO_EL0) }],
})

/** A filter, an address that is not free, an option that is refused, any other error. */
const call = (bits: Width, event: string, by: Template): Probe => ({
  event, variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [svc('A'), by],
  situation: ({ first }) => failed(taskOf(first.states[1]!, 'A'), taskOf(last(first), 'A')),
  aspects: ({ first }) => changed(kept(taskOf(first.states[1]!, 'A'), ['x0', 'at', 'restart_fn']), kept(taskOf(last(first), 'A'))),
})
/** A signal whose frame cannot be written: SIGSEGV is forced instead. What was written of the frame is on the program's own stack. */
const signal = (bits: Width): Probe => ({
  event: 'the delivery of a signal fails', variant: `${named(bits)} task`,
  tasks: [{ bits }], script: [irq('A'), { kind: 'signal', task: 'A' }],
  situation: ({ first }) => and(isZero(taskOf(first.states[1]!, 'A').signo), not(isZero(taskOf(last(first), 'A').signo))),
  aspects: ({ first }) => changed(kept(taskOf(first.states[1]!, 'A'), ['at', 'signo', 'si_code', 'si_addr', 'blocked', 'frame', 'TIF_MTE_ASYNC_FAULT']), kept(taskOf(last(first), 'A'))),
})

export const failedRequest: Principle = {
  name: 'failed-request',
  sentence: 'A request that fails changes nothing.',
  probes: () => [
    ...widths.flatMap((a) => widths.flatMap((b) => requestKinds.map(ptrace(a, b)))),
    sigreturn(64, 'rt_sigreturn'), sigreturn(64, 'sigreturn'), sigreturn(32, 'rt_sigreturn'), sigreturn(32, 'sigreturn'),
    ...widths.map(unknownNumber),
    ...widths.flatMap((w) => [
      call(w, 'a call fails', handler('A', 'other')), call(w, 'mmap fails', handler('A', 'mmap')), call(w, 'PR_SET_TAGGED_ADDR_CTRL fails', handler('A', 'tagged_addr')),
      call(w, 'a filter answers with an errno', { kind: 'seccomp', task: 'A', action: 'errno' }), signal(w)]),
  ],
  says: (event, fields) => `${event}, and ${fields} changed all the same`,
}
