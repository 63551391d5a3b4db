import { and, bv, bvand, eq, is, isZero, zext } from '../../model/terms/build.js'
import type { Bool, BV } from '../../model/terms/term.js'
import type { SymTask } from '../../model/index.js'
import { note, ptraceRequest as r, saFlags } from '../../model/syscalls/numbers.table.js'
import { at } from '../../proofs/observe.js'
import { last, type Script } from '../../proofs/run.js'
import { table } from '../../trace/state.js'
import { changed, only, kept, seen, taskOf } from '../fields.js'
import { inFake } from '../cases.js'
import type { Principle, Probe } from '../principle.js'
import { isRequest, succeeded, wholeBuffer } from '../requests.js'
import { eret, handler, irq, leave, named, svc, user, widths, type Width } from '../scripts.js'

/** A pair of requests: one reads, the other writes what was read. */
const pairs: readonly { name: string, read: number, write: number, note?: number }[] = [
  { name: 'NT_PRSTATUS', read: r.GETREGSET, write: r.SETREGSET, note: note.NT_PRSTATUS },
  { name: 'NT_ARM_TLS', read: r.GETREGSET, write: r.SETREGSET, note: note.NT_ARM_TLS },
  { name: 'NT_ARM_SYSTEM_CALL', read: r.GETREGSET, write: r.SETREGSET, note: note.NT_ARM_SYSTEM_CALL },
  { name: 'the registers of PTRACE_GETREGS', read: r.GETREGS, write: r.SETREGS },
]
const ptrace: Script = [svc('A'), { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }, leave('A'), eret('A')]

/** At a stop on the way back to user space do_signal() has forgotten the call (arch/arm64/kernel/signal.c: forget_syscall() comes before get_signal()). */
const atSignalStop = (t: SymTask): Bool => eq(t.syscallno, bv(32, 0xffffffff))
/** Two requests of one tracer; its program changes the number of the request between them. */
const regset = (tracer: Width, target: Width) => ({ name, read, write, note: type }: typeof pairs[number]): Probe => ({
  event: `a tracer reads ${name} and writes it back`, variant: `${named(tracer)} tracer, ${named(target)} tracee`,
  tasks: [{ bits: tracer }, { bits: target, stopped: true }],
  script: [...ptrace, user('A', 'regs[0]'), ...ptrace.slice(0, 2)],
  situation: ({ first }) => {
    const [get, got, put, done] = [1, 2, 6, 7].map((i) => taskOf(first.states[i]!, 'A')) as [SymTask, SymTask, SymTask, SymTask]
    const of = (request: number): { request: number, note?: number } => ({ request, ...type === undefined ? {} : { note: type } })
    return and(atSignalStop(taskOf(first.states[0]!, 'B')), isRequest(get, of(read)), isRequest(put, of(write)), wholeBuffer(get), succeeded(get, got), succeeded(put, done), eq(get.table, put.table))
  },
  aspects: ({ first }) => changed(kept(taskOf(first.states[0]!, 'B')), kept(taskOf(last(first), 'B'))),
  cases: ({ first }) => [inFake('the tracer', taskOf(first.states[1]!, 'A'))],
})

/** PTRACE_PEEKUSR of a word of the register area, PTRACE_POKEUSR of the same. */
const word = (tracer: Width, target: Width): Probe => ({
  event: 'a tracer reads a word by PTRACE_PEEKUSR and writes it back', variant: `${named(tracer)} tracer, ${named(target)} tracee`,
  tasks: [{ bits: tracer }, { bits: target, stopped: true }],
  script: [...ptrace, user('A', 'regs[0]', 'regs[3]'), ...ptrace.slice(0, 2)],
  situation: ({ first }) => {
    const [get, got, put, done] = [1, 2, 6, 7].map((i) => taskOf(first.states[i]!, 'A')) as [SymTask, SymTask, SymTask, SymTask]
    return and(atSignalStop(taskOf(first.states[0]!, 'B')), isRequest(get, { request: r.PEEKUSR }), isRequest(put, { request: r.POKEUSR }), wholeBuffer(get), succeeded(get, got), succeeded(put, done), eq(get.table, put.table),
      eq(put.regs[3]!, zext(64, got.buf.words[0]!)))
  },
  aspects: ({ first }) => changed(kept(taskOf(first.states[0]!, 'B')), kept(taskOf(last(first), 'B'))),
  cases: ({ first }) => [inFake('the tracer', taskOf(first.states[1]!, 'A'))],
})

/** Delivery of a signal, then sigreturn from the frame as it was written. */
const frame = (bits: Width, call: 'rt_sigreturn' | 'sigreturn'): Probe => ({
  event: `a signal is delivered and its handler returns by ${call}`, variant: `${named(bits)} task`,
  tasks: [{ bits }],
  script: [irq('A'), { kind: 'signal', task: 'A' }, eret('A'), user('A', 'regs[7]', 'regs[8]'), svc('A'), handler('A', call), leave('A'), eret('A')],
  situation: ({ first }) => {
    const e = first.events[1]!
    const [delivered, made, done] = [2, 5, 6].map((i) => taskOf(first.states[i]!, 'A')) as [SymTask, SymTask, SymTask]
    // SA_SIGINFO chooses between the two compat frames
    const siginfo = e.kind === 'signal' ? is(bvand(e.flags as BV<32>, bv(32, saFlags.SA_SIGINFO)), call === 'sigreturn' ? 0 : saFlags.SA_SIGINFO) : eq(made.at, made.at)
    return and(siginfo, isZero(delivered.signo), isZero(done.signo), at(taskOf(last(first), 'A'), 'el0'), is(made.table, bits === 64 ? table.native : table.compat))
  },
  aspects: ({ first }) => {
    const [a, b] = [taskOf(first.states[0]!, 'A'), taskOf(last(first), 'A')]
    return [...changed(seen(a, first.states[0]!.cpus[0]!), seen(b, last(first).cpus[0]!)), ...changed(only(kept(a), 'blocked'), kept(b))]
  },
})

export const writtenBack: Principle = {
  name: 'written-back',
  sentence: 'What is read and written back unchanged changes nothing.',
  probes: () => [
    ...widths.flatMap((a) => widths.flatMap((b) => [...pairs.map(regset(a, b)), word(a, b)])),
    frame(64, 'rt_sigreturn'), frame(32, 'rt_sigreturn'), frame(32, 'sigreturn'),
  ],
  says: (event, fields) => `${event}, and the task no longer has the ${fields} that it had`,
}
