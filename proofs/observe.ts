/** What claims ask of observable states. Terms over trace/ fields only; no model function. */
import { and, bit, bv, bvadd, bvand, bvor, concat, eq, extract, iff, implies, is, isZero, ite, lower32, ne, not, or, sext, ule, ult, zext } from '../model/terms/build.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import type { SymEvent, SymState, SymTask } from '../model/index.js'
import { compat, native, note, ptraceRequest } from '../model/syscalls/numbers.table.js'
import { compatFrame } from '../model/syscalls/frames.table.js'
import { layout, place, table, taskNames, type Place, type TaskName } from '../trace/state.js'

export const task = (s: SymState, name: TaskName): SymTask => s.tasks[taskNames.indexOf(name)]!
export const at = (t: SymTask, p: Place): Bool => is(t.at, place[p])
/** A 64-bit task inside a 32-bit system call: the thread's "fake compat task". */
export const inFakeCall = (t: SymTask): Bool => is(t.table, table.fake)
/** A 64-bit task for which a module has set TIF_32BIT, inside a native ioctl. */
export const inModuleOperation = (t: SymTask): Bool => and(is(t.table, table.native), t.compat_call, not(t.TIF_32BIT))
export const callIs = (t: SymTask, number: number): Bool => is(t.syscallno, number)
/** A system call by either compat dispatcher. */
export const inCompatCall = (t: SymTask): Bool => or(is(t.table, table.compat), is(t.table, table.fake))
/** Takes the AArch64 format: M[4] is 0. */
export const aarch64Pstate = (p: BV<64>): Bool => not(bit(4, p))
/** EL0t with D, A, I, F, IL clear. */
export const legalAarch64 = (p: BV<64>): Bool => isZero(bvand(p, bv(64, 0xffffffff001003dfn)))
/** USR with A, I, F, IL clear. */
export const legalAarch32 = (p: BV<64>): Bool => and(bit(4, p), isZero(bvand(p, bv(64, 0xffffffff001001cfn))))
export const nzcv = (p: Term): BV<4> => extract<4>(31, 28, p)

/** Below 2^32: what a 32-bit program can have in a register, or as an address. */
export const fits32 = (v: BV<64>): Bool => isZero(extract<32>(63, 32, v))
/** The arguments as handlers, seccomp and audit get them: x0 to x5, whole (SC_ARM64_REGS_TO_ARGS, syscall_get_arguments; x0 is orig_x0 by then, the same value at the door). */
export const arguments6 = (t: SymTask): BV<64>[] => t.regs.slice(0, 6)
/** The result that a handler of no name is given by its event. */
export const givenResult = (e: SymEvent): BV<64> => e.kind === 'handler' && e.call === 'other' ? e.result as BV<64> : bv(64, 0)
/** Minus an errno, 64 bits and as a 32-bit program reads it. */
export const isErrno = (x: BV<64>, e: number): Bool => is(x, (1n << 64n) - BigInt(e))
export const isErrno32 = (x: BV<32>, e: number): Bool => is(x, 0x100000000 - e)
/** Everything of a task that its program set up, but the registers in `but`. */
export const keepsRegistersBut = (a: SymTask, b: SymTask, ...but: readonly number[]): Bool =>
  and(...a.regs.flatMap((r, i) => but.includes(i) ? [] : [eq(r, b.regs[i]!)]), eq(a.sp, b.sp), eq(a.pstate, b.pstate))

/** The general registers, sp and pc. */
export const registers = (t: SymTask): BV<64>[] => [...t.regs, t.sp, t.pc]
export const sameRegisters = (a: SymTask, b: SymTask): Bool => and(...registers(a).map((r, i) => eq(r, registers(b)[i]!)))
export const sameVectors = (a: SymTask, b: SymTask): Bool => and(...a.vregs.map((v, i) => eq(v, b.vregs[i]!)), eq(a.fpsr, b.fpsr), eq(a.fpcr, b.fpcr))
export const sameMemory = (a: SymTask, b: SymTask): Bool => and(...[...a.frame.words, ...a.buf.words].map((w, i) => eq(w, [...b.frame.words, ...b.buf.words][i]!)))

/** A task in the instruction set of its width: what comes from another state is top/legal-return's concern. */
export const ofItsWidth = (t: SymTask): Bool => iff(bit(4, t.pstate), t.TIF_32BIT)
/** A run that starts with task A of its width and without a per-call flag left over. */
export const startsClean = (s: SymState): Bool => and(ofItsWidth(task(s, 'A')), not(task(s, 'A').compat_call))

/** Fields that both formats have, as one tuple of bits: N, Z, C, V, DIT, SSBS. */
export const sharedOfPstate = (p: BV<64>): BV<1>[] => [31, 30, 29, 28, 24, 12].map((n) => extract<1>(n, n, p))
export const sharedOfPsr = (psr: BV<32>): BV<1>[] => [31, 30, 29, 28, 21, 23].map((n) => extract<1>(n, n, psr))
export const someDiffer = (a: readonly BV<1>[], b: readonly BV<1>[]): Bool => or(...a.map((x, i) => ne(x, b[i]!)))

/** The frame's PSR and the reading of it: `at` is regs[13] when the call is made. */
export const framePsr = (t: SymTask, rt: boolean): BV<32> => t.frame.words[(compatFrame.cpsr + (rt ? compatFrame.rt : 0)) / 4]!
/** The stack is where exec puts it, and all of the memory in view that a signal frame may take is mapped: one place stands for all. */
export const stackAtItsTop = (t: SymTask): Bool => and(eq(t.sp, bv(64, layout.sp64)), isZero(t.frame.lo), eq(t.frame.hi, bv(32, 4 * t.frame.words.length)))
/** Was the whole frame there for the kernel? */
export const frameReadable = (t: SymTask): Bool => and(eq(t.frame.base, t.regs[13]!), isZero(t.frame.lo), eq(t.frame.hi, bv(32, 4 * t.frame.words.length)))

/** A ptrace call by `t` with this request; `t` is the tracer in its call. */
export const requests = (t: SymTask, ...r: number[]): Bool =>
  and(or(and(inCompatCall(t), callIs(t, compat.ptrace)), and(is(t.table, table.native), callIs(t, native.ptrace))), or(...r.map((x) => is(lower32(t.regs[0]!), x))))
export const noteIs = (t: SymTask, n: number): Bool => is(lower32(t.regs[2]!), n)
/** The result of a call, as a 32-bit program sees it. */
export const result32 = (t: SymTask): BV<32> => lower32(t.regs[0]!)
export const succeeded = (t: SymTask): Bool => isZero(result32(t))

export interface PsrTransfer { happens: Bool, psr: BV<32> }
/** Word 16 as the tracer got it: by GETREGSET (iovec, then 16 bytes on), GETREGS or PEEKUSR. `before`, `after`: the tracer around the handler. */
export function psrRead(before: SymTask, after: SymTask): PsrTransfer {
  const gprset = and(requests(before, ptraceRequest.GETREGSET), noteIs(before, note.NT_PRSTATUS), ult(bv(32, 64), after.buf.words[1]!))
  const getregs = requests(before, ptraceRequest.GETREGS)
  const peek = and(requests(before, ptraceRequest.PEEKUSR), is(lower32(before.regs[2]!), 64))
  const psr = ite(gprset, after.buf.words[4 + 16]!, ite(getregs, after.buf.words[16]!, after.buf.words[0]!))
  return { happens: and(succeeded(after), inCompatCall(before), or(gprset, getregs, peek)), psr }
}
/** Word 16 as the tracer gave it: by SETREGSET, SETREGS or POKEUSR. */
export function psrWritten(before: SymTask, after: SymTask): PsrTransfer {
  const gprset = and(requests(before, ptraceRequest.SETREGSET), noteIs(before, note.NT_PRSTATUS), ult(bv(32, 64), before.buf.words[1]!))
  const setregs = requests(before, ptraceRequest.SETREGS)
  const poke = and(requests(before, ptraceRequest.POKEUSR), is(lower32(before.regs[2]!), 64))
  const psr = ite(gprset, before.buf.words[4 + 16]!, ite(setregs, before.buf.words[16]!, lower32(before.regs[3]!)))
  return { happens: and(succeeded(after), inCompatCall(before), or(gprset, setregs, poke)), psr }
}
export { and, bit, bv, bvadd, bvand, bvor, concat, eq, extract, iff, implies, is, isZero, ite, lower32, ne, not, or, sext, ule, ult, zext }
export type { Bool, BV, SymEvent, SymState, SymTask }
