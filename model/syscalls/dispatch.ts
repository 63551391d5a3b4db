/** From the SVC to the handler and back. arch/arm64/kernel/syscall.c, asm/syscall.h. */
import { and, bool, bv, bvadd, extract, False, is, ite, iteBool, lower32, not, or, sext, ult, zext } from '../terms/build.js'
import type { Bool, BV, Term } from '../terms/term.js'
import { place, table } from '../../trace/state.js'
import { dispatcherHalves, lifted, type Caller } from '../tasks/lifted.js'
import { asks, type Kernel, type SymConfig, type SymTask } from '../tasks/kernel.js'
import { kernelEntry } from '../tasks/entry.js'
import { compatThumbMode, drop, mode32, PSR } from '../tasks/sanitise.js'
import { copyTask, mergeTask, type SymCpu } from '../tasks/symbolic.js'
import { auditArch, errno } from './numbers.table.js'

/** What the model asks of a lifted invoke_syscall(): whether a handler of the table runs, which, and what is stored of its result `ret`. */
export const invokePieces = { runs: 'invoke_syscall: a handler runs', number: 'invoke_syscall: its number', result: 'invoke_syscall: its result' } as const

/** -errno as the 64-bit long a handler returns. */
export const negative = (e: number): BV<64> => bv(64, (1n << 64n) - BigInt(e))

/** syscall_get_arch(task): what seccomp and audit are told. */
export const syscallGetArch = (k: Kernel, t: SymTask): BV<32> => (lifted(k, 'syscall_get_arch', { target: t })?.result as BV<32> | undefined) ?? ite(asks(k, 'syscall_get_arch', t), bv(32, auditArch.arm), bv(32, auditArch.aarch64))

/** The event `svc`: SVC instruction to the door of invoke_syscall. */
export function svc(k: Kernel, config: SymConfig, cpu: SymCpu, task: SymTask, imm: BV<16>, upper: BV<15>, mteAsyncFault: Bool): void {
  const aarch32 = mode32(task.pstate)
  const size = ite(and(aarch32, compatThumbMode(task.pstate)), bv(64, 2), bv(64, 4))
  const next = bvadd(task.pc, size)
  task.pc = ite(aarch32, zext(64, lower32(next)), next)
  // the instruction advances the single-step state machine before its exception is taken (SSAdvance)
  task.pstate = drop(task.pstate, PSR.SS)
  kernelEntry(k, config, cpu, task, upper, mteAsyncFault)

  // do_el0_svc, do_el0_svc_compat: the vector chooses, that is the state the SVC came from
  if (dispatcherHalves.some((h) => k.lifted?.has(h.upToCall))) {
    const [from64, from32] = [copyTask(task), copyTask(task)]
    doEl0Svc(k, from64, imm)
    doEl0SvcCompat(k, from32)
    Object.assign(task, mergeTask(aarch32, from32, from64))
    return
  }
  const native = k.doEl0Svc(task, imm)
  const fake = and(not(aarch32), native.fake)
  task.compat_call = or(task.compat_call, fake)
  task.table = ite(aarch32, bv(8, table.compat), ite(fake, bv(8, table.fake), bv(8, table.native)))
  el0SvcCommonEntry(k, task, ite(aarch32, lower32(task.regs[7]!), native.scno))
}

/** do_el0_svc() up to invoke_syscall. */
export function doEl0Svc(k: Kernel, task: SymTask, imm: BV<16>): void {
  if (liftedUpToCall(k, task, dispatcherHalves[0].upToCall, { imm })) return
  const native = k.doEl0Svc(task, imm)
  task.compat_call = or(task.compat_call, native.fake)
  task.table = ite(native.fake, bv(8, table.fake), bv(8, table.native))
  el0SvcCommonEntry(k, task, native.scno)
}

/** do_el0_svc_compat() up to invoke_syscall. */
export function doEl0SvcCompat(k: Kernel, task: SymTask): void {
  if (liftedUpToCall(k, task, dispatcherHalves[1].upToCall, {})) return
  task.table = bv(8, table.compat)
  el0SvcCommonEntry(k, task, lower32(task.regs[7]!))
}

function liftedUpToCall(k: Kernel, task: SymTask, half: string, values: Readonly<Record<string, Term>>): boolean {
  if (lifted(k, half, { current: task, values }) === undefined) return false
  task.audit_arch = syscallGetArch(k, task)
  return true
}

/** el0_svc_common() up to invoke_syscall; its early return for a pending asynchronous tag fault (v5.10 on, without any clean-up). */
export function el0SvcCommonEntry(k: Kernel, task: SymTask, scno: BV<32>): void {
  task.orig_x0 = task.regs[0]!
  task.syscallno = scno
  task.audit_arch = syscallGetArch(k, task)
  const early = task.TIF_MTE_ASYNC_FAULT
  task.regs[0] = ite(early, errorResult(k, task, errno.ERESTARTNOINTR), task.regs[0]!)
  task.at = ite(early, bv(8, place.returning), bv(8, place.entered))
  task.compat_call = iteBool(early, afterDispatcher(k, task, false), task.compat_call)
  task.table = ite(early, bv(8, table.none), task.table)
}

/** The flag once do_el0_svc has returned. `common`: el0_svc_common ended in one of its two ordinary ways. */
function afterDispatcher(k: Kernel, task: SymTask, common: boolean): Bool {
  const afterCommon = k.flag.clearedByCommon && common ? bool(false) : task.compat_call
  return k.flag.clearedByDispatcher ? iteBool(is(task.table, table.fake), bool(false), afterCommon) : afterCommon
}

/** The event `leave`: the end of el0_svc_common and of do_el0_svc. */
export function leave(k: Kernel, task: SymTask): void {
  if (dispatcherHalves.some((h) => k.lifted?.has(h.afterCall))) {
    const [by64, by32] = [copyTask(task), copyTask(task)]
    afterCall(k, by64, dispatcherHalves[0])
    afterCall(k, by32, dispatcherHalves[1])
    Object.assign(task, mergeTask(is(task.table, table.compat), by32, by64))
  } else task.compat_call = afterDispatcher(k, task, true)
  task.table = bv(8, table.none)
  task.traced = False
  task.at = bv(8, place.returning)
}

/** A dispatcher after invoke_syscall, by its lifted half if it has one; that may have two ends which differ. */
function afterCall(k: Kernel, task: SymTask, half: typeof dispatcherHalves[number]): void {
  const ofExit = copyTask(task)
  const exits = lifted(k, half.afterTraceExit, { current: ofExit }) !== undefined
  const through = throughTraceExit(task)
  if (lifted(k, half.afterCall, { current: task }) === undefined) task.compat_call = afterDispatcher(k, task, true)
  else if (exits) Object.assign(task, mergeTask(through, ofExit, task))
}
/** As far as the state tells: at the end of the call el0_svc_common() goes through syscall_trace_exit(). `traced` without TIF_SYSCALL_TRACE: see leaveReport. */
export const throughTraceExit = (task: SymTask): Bool => or(task.traced, task.TIF_SYSCALL_TRACE, task.TIF_SINGLESTEP)

/** Is the call in the compat table, by either dispatcher? */
export const inCompatTable = (t: SymTask): Bool => or(is(t.table, table.compat), is(t.table, table.fake))

/** invoke_syscall(): is the number (unsigned) below the size of the table? */
export const inTable = (k: Kernel, t: SymTask): Bool => (lifted(k, invokePieces.runs, selecting(k, t))?.result as Bool | undefined) ?? ult(t.syscallno, tableSize(k, t))
/** invoke_syscall(): the number of the handler that runs, where one does. */
export const callNumber = (k: Kernel, t: SymTask): BV<32> => (lifted(k, invokePieces.number, selecting(k, t))?.result as BV<32> | undefined) ?? t.syscallno
const tableSize = (k: Kernel, t: SymTask): BV<32> => ite(inCompatTable(t), bv(32, k.nrCompatSyscalls), bv(32, k.nrSyscalls))
const selecting = (k: Kernel, t: SymTask): Caller => ({ current: t, values: { scno: t.syscallno, sc_nr: tableSize(k, t) } })

/** syscall_set_return_value(task): what it stores of a value (asm/syscall.h; it cuts from v5.8 on). */
export const syscallSetReturnValue = (k: Kernel, task: SymTask, value: BV<64>): BV<64> =>
  k.truncatesResult ? ite(asks(k, 'syscall_set_return_value', task), zext(64, lower32(value)), value) : value

/** An errno that the kernel itself stores as the result: cut for a compat task from v5.14 on. */
export const errorResult = (k: Kernel, task: SymTask, e: number): BV<64> =>
  k.everyResultBySetReturnValue ? syscallSetReturnValue(k, task, negative(e)) : negative(e)

/** invoke_syscall(): what it stores of a handler's result. */
export function storeResult(k: Kernel, task: SymTask, ret: BV<64>): void {
  const cut = k.truncatesResult ? asks(k, 'invoke_syscall', task) : bool(false)
  if (lifted(k, invokePieces.result, { current: task, values: { ret } }) === undefined) task.regs[0] = k.everyResultBySetReturnValue ? syscallSetReturnValue(k, task, ret) : ite(cut, zext(64, lower32(ret)), ret)
  leaveReport(k, task)
  task.at = bv(8, place.handled)
}

/**
 * A report to the tracer belongs to the place that the task leaves now. Where a lifted end of el0_svc_common() depends on whether its exit is traced,
 * `traced` remembers that without TIF_SYSCALL_TRACE: the entry was reported and the tracer let go, or a filter refused the call (`filtered`).
 */
export const leaveReport = (k: Kernel, task: SymTask, filtered: Bool = False): void => {
  task.traced = dispatcherHalves.some((h) => k.lifted?.has(h.afterTraceExit)) ? and(or(task.traced, filtered), not(task.TIF_SYSCALL_TRACE)) : False
}

/** (int)x, as a 64-bit value. */
export const asInt = (x: BV<64>): BV<64> => sext(64, extract<32>(31, 0, x))
