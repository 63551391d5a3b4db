import { and, bv, bvand, bvor, bvsub, concat, extract, is, isZero, ite, lower32, ne, not, or, shl, True, ult, xor, zext } from '../../model/terms/build.js'
import type { Bool, BV } from '../../model/terms/term.js'
import type { SymTask } from '../../model/index.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'
import { at, inCompatCall } from '../../proofs/observe.js'
import { last, type Script, type TaskStart } from '../../proofs/run.js'
import { view, type TaskName } from '../../trace/state.js'
import { inFake } from '../cases.js'
import { taskOf } from '../fields.js'
import type { Aspect, Principle, Probe } from '../principle.js'
import { isRequest, ptraceOfB, requestNamed, resultOf, succeeded, wholeBuffer } from '../requests.js'
import { absent, argumentRegisters, eret, handler, leave, named, svc, switchTo, user, wholeCall, widths, type Width } from '../scripts.js'

/** B goes on after the request. */
const goesOn: Script = [leave('A'), { kind: 'resume', task: 'B' }, switchTo('A', 'B'), eret('B')]
/** The payload stands 16 bytes behind the iovec. */
const word = (t: SymTask, i: number): BV<64> => zext(64, t.buf.words[4 + i]!)
const dword = (t: SymTask, i: number): BV<64> => concat<64>(t.buf.words[5 + 2 * i]!, t.buf.words[4 + 2 * i]!)
/** iov_len: the second word of a compat iovec, the low half of the second dword of a native one. */
const length = (call: SymTask, buffer: SymTask): BV<32> => ite(inCompatCall(call), buffer.buf.words[1]!, buffer.buf.words[2]!)

/** Registers as they stand in a tracer's buffer, against what B then runs with; only what the transfer covered. */
function registers(call: SymTask, buffer: SymTask, b: SymTask): Aspect[] {
  // user_aarch32_view for a compat call, user_aarch32_ptrace_view for a 32-bit tracee
  const compat = or(inCompatCall(call), b.TIF_32BIT)
  const covered = (end: number): Bool => not(ult(length(call, buffer), bv(32, end)))
  /** number `i` of struct user_pt_regs, `j` of the compat layout */
  const wrong = (i: number, j: number, value: BV<64>): Bool => or(
    and(not(compat), covered(8 * i + 8), ne(dword(buffer, i), value)),
    and(compat, covered(4 * j + 4), ne(word(buffer, j), value)))
  const beyond = (i: number, value: BV<64>): Bool => and(not(compat), covered(8 * i + 8), ne(dword(buffer, i), value))
  return [
    { field: 'x0', broken: wrong(0, 0, b.regs[0]!) },
    { field: 'x1..x14', broken: or(...Array.from({ length: 14 }, (_, i) => wrong(i + 1, i + 1, b.regs[i + 1]!))) },
    { field: 'x15..x30, sp', broken: or(...b.regs.slice(15).map((v, i) => beyond(15 + i, v)), beyond(31, b.sp)) },
    { field: 'pc', broken: wrong(32, 15, b.pc) },
  ]
}

/** The same with PSTATE, where it is read: what `stopped` has, in the format that the layout stands for. */
function registersRead(call: SymTask, buffer: SymTask, b: SymTask, _cpu: unknown, stopped: SymTask): Aspect[] {
  const compat = or(inCompatCall(call), b.TIF_32BIT)
  const covered = (end: number): Bool => not(ult(length(call, buffer), bv(32, end)))
  // of an AArch32 PSR bit 21 is DIT, which an SPSR has in bit 24; an AArch64 PSTATE has no other format
  const dit = zext<32>(32, extract<1>(24, 24, stopped.pstate))
  const psr = bvor(bvand(lower32(stopped.pstate), bv(32, 0xfedfffff)), shl(dit, 21))
  const wrong = or(and(not(compat), covered(34 * 8), ne(dword(buffer, 33), stopped.pstate)), and(compat, covered(17 * 4), ne(buffer.buf.words[4 + 16]!, ite(b.TIF_32BIT, psr, lower32(stopped.pstate)))))
  return [...registers(call, buffer, b), { field: 'PSTATE', broken: wrong }]
}

/** What a tracer reads of B, or writes into it, is what B has when it goes on. */
const transfer = (name: string, tracer: Width, target: Width, aspects: (call: SymTask, buffer: SymTask, end: SymTask, cpu: { TPIDR_EL0: BV<64>, TPIDRRO_EL0: BV<64> }, stopped: SymTask) => Aspect[]): Probe => ({
  event: name, variant: `${named(tracer)} tracer, ${named(target)} tracee`,
  tasks: [{ bits: tracer }, { bits: target, stopped: true }], script: [...ptraceOfB, ...goesOn],
  situation: ({ first }) => {
    const [call, done] = [taskOf(first.states[1]!, 'A'), taskOf(first.states[2]!, 'A')]
    return and(isRequest(call, requestNamed(name)), wholeBuffer(call), succeeded(call, done), at(taskOf(last(first), 'B'), 'el0'))
  },
  // what was asked for stands in the buffer after the call, what was given before it
  aspects: ({ first }) => aspects(taskOf(first.states[1]!, 'A'), taskOf(first.states[requestNamed(name).reads ? 2 : 1]!, 'A'), taskOf(last(first), 'B'), last(first).cpus[0]!, taskOf(first.states[2]!, 'B')),
  cases: ({ first }) => [inFake('the tracer', taskOf(first.states[1]!, 'A'))],
})
/** The TLS that a tracer sees is the one that the program reads: TPIDR_EL0 of AArch64, TPIDRRO_EL0 (TPIDRURO) of AArch32, of which only 32 bits count. */
const tls = (bytes: (call: SymTask, buffer: SymTask) => { value: BV<64>, given: Bool }) => (call: SymTask, buffer: SymTask, b: SymTask, cpu: { TPIDR_EL0: BV<64>, TPIDRRO_EL0: BV<64> }): Aspect[] => {
  const { value, given } = bytes(call, buffer)
  const wrong = ite(b.TIF_32BIT, zext(64, bvDiffer(lower32(value), lower32(cpu.TPIDRRO_EL0))), zext(64, bvDiffer(value, cpu.TPIDR_EL0)))
  return [{ field: 'the TLS register', broken: and(given, not(isZero(wrong))) }]
}
const bvDiffer = <W extends number>(a: BV<W>, b: BV<W>): BV<1> => ite(ne(a, b), bv(1, 1), bv(1, 0))
const inRegset = tls((call, buffer) => ({ value: ite(inCompatCall(call), word(buffer, 0), dword(buffer, 0)), given: not(isZero(length(call, buffer))) }))
const inArea = tls((_call, buffer) => ({ value: zext(64, buffer.buf.words[0]!), given: True }))

/** A call of `who` after some history: the table, what seccomp and audit are told, and what becomes of its handler's result. */
const dispatched = (event: string, tasks: readonly TaskStart[], before: Script, who: TaskName): Probe => ({
  event, variant: `${named(tasks[0]!.bits as Width)} task`, tasks, script: [...before, svc(who), handler(who, 'other')],
  aspects: ({ first }) => {
    const e = first.events[first.events.length - 1]!
    const call = taskOf(first.states[first.events.length - 1]!, who)
    const value = e.kind === 'handler' && e.call === 'other' ? e.result as BV<64> : bv(64, 0)
    const x0 = taskOf(last(first), who).regs[0]!
    return [
      { field: 'AUDIT_ARCH', broken: xor(is(call.audit_arch, auditArch.arm), inCompatCall(call)) },
      { field: 'the result of the call', broken: or(ne(lower32(x0), lower32(value)), and(not(inCompatCall(call)), ne(x0, value))) },
    ]
  },
  cases: ({ first }) => [inFake('the task', taskOf(first.states[first.events.length - 1]!, who))],
})
/** The dump's NT_PRSTATUS note is of the task's width, with its own PSTATE in it. */
const dumped = (event: string, bits: Width, script: Script, before: number): Probe => ({
  event, variant: `${named(bits)} task`, tasks: [{ bits }], script,
  situation: ({ first }) => not(isZero(taskOf(last(first), 'A').core)),
  aspects: ({ first }) => {
    const [t, a] = [taskOf(last(first), 'A'), taskOf(first.states[before]!, 'A')]
    return [
      { field: 'the core dump', broken: xor(is(t.core, view.aarch64), not(t.TIF_32BIT)) },
      { field: 'PSTATE of the core dump', broken: and(not(t.TIF_32BIT), ne(t.core_psr, a.pstate)) },
    ]
  },
  cases: ({ first }) => [inFake('the task', taskOf(first.states[1]!, 'A'))],
})
/** What a filter answers is what the program reads. */
const refused = (bits: Width): Probe => ({
  event: 'a filter answers with an errno', variant: `${named(bits)} task`, tasks: [{ bits }], script: [svc('A'), { kind: 'seccomp', task: 'A', action: 'errno' }],
  aspects: ({ first }) => {
    const e = first.events[1]!
    const [call, done] = [taskOf(first.states[1]!, 'A'), taskOf(last(first), 'A')]
    const errno = e.kind === 'seccomp' ? e.data as BV<16> : bv(16, 0)
    return [{ field: 'the result of the call', broken: and(ult(errno, bv(16, 4096)), ne(resultOf(call, done), bvsub(bv(64, 0), zext(64, errno)))) }]
  },
  cases: ({ first }) => [inFake('the task', taskOf(first.states[1]!, 'A'))],
})
const numbers = user('B', ...argumentRegisters.filter((r) => r !== 'TPIDR_EL0'))
const again = user('A', ...argumentRegisters.filter((r) => r !== 'TPIDR_EL0'))
const histories: readonly { name: string, more?: readonly TaskStart[], before: Script, who?: TaskName }[] = [
  { name: 'a call', before: [] },
  { name: 'a call after exec of a 64-bit image', before: [...wholeCall('A', 'execve 64'), eret('A')] },
  { name: 'a call after exec of a 32-bit image', before: [...wholeCall('A', 'execve 32'), eret('A')] },
  { name: 'the first call of a forked child', more: [absent], who: 'B', before: [svc('A'), handler('A', 'clone'), switchTo('A', 'B'), eret('B'), numbers] },
  { name: 'a call after an early return for a pending tag check fault', before: [svc('A'), { kind: 'signal', task: 'A' }, eret('A'), again] },
]

export const views: Principle = {
  name: 'views',
  sentence: 'Two views of one state agree: the task\'s own, its tracer\'s, seccomp\'s and audit\'s, the dispatcher\'s.',
  probes: () => [
    ...widths.flatMap((w) => histories.map((h) => dispatched(h.name, [{ bits: w }, ...h.more ?? []], h.before, h.who ?? 'A'))),
    ...widths.flatMap((w) => [
      dumped('a filter kills the task', w, [svc('A'), { kind: 'seccomp', task: 'A', action: 'kill' }], 1),
      dumped('a signal kills the task', w, [...wholeCall('A', 'rt_sigreturn'), { kind: 'die', task: 'A' }], 3), refused(w)]),
    ...widths.flatMap((a) => widths.flatMap((b) => [
      transfer('PTRACE_GETREGSET NT_PRSTATUS', a, b, registersRead), transfer('PTRACE_SETREGSET NT_PRSTATUS', a, b, registers),
      transfer('PTRACE_GETREGSET NT_ARM_TLS', a, b, inRegset), transfer('PTRACE_SETREGSET NT_ARM_TLS', a, b, inRegset), transfer('PTRACE_GET_THREAD_AREA', a, b, inArea)])),
  ],
  says: (event, fields) => `${event}: ${fields} as one view has it is not what the other has`,
}
