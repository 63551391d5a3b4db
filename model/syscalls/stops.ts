/**
 * System call stops. arch/arm64/kernel/ptrace.c: tracehook_report_syscall (report_syscall from v5.18 on), syscall_trace_enter,
 * syscall_trace_exit; syscall.c: el0_svc_common; kernel/ptrace.c: ptrace_resume; debug-monitors.c: user_enable_single_step.
 */
import { and, bool, bv, eq, False, is, isZero, ite, not, or, True } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { syscallStop } from '../../trace/state.js'
import { NO_SYSCALL } from '../tasks/entry.js'
import { asks, type Kernel, type SymTask } from '../tasks/kernel.js'
import { PSR, set } from '../tasks/sanitise.js'
import { errorResult } from './dispatch.js'
import { errno } from './numbers.table.js'

/** The registers that tell entry from exit: ip of AArch32, x7 of AArch64. */
const COMPAT_REG = 12, NATIVE_REG = 7

/** The task is not stopped, and a report that is due at `entered` has been made. */
export const callGoesOnAtAll = (t: SymTask): Bool => and(not(t.stopped), or(not(t.TIF_SYSCALL_TRACE), t.traced))
/** After the report, the tracer has left NO_SYSCALL (-1) as the number. */
export const takenAway = (t: SymTask): Bool => and(t.traced, eq(t.syscallno, NO_SYSCALL))
/** The call's handler may run. */
export const callGoesOn = (t: SymTask): Bool => and(callGoesOnAtAll(t), not(takenAway(t)))

/** syscall_trace_exit(): is there a stop? Under single-step there is a SIGTRAP instead (v5.8 on), which stops the task at its return. */
export const exitReportDue = (k: Kernel, t: SymTask): Bool => k.stepReportedAtExit ? and(t.TIF_SYSCALL_TRACE, not(t.TIF_SINGLESTEP)) : t.TIF_SYSCALL_TRACE
export const exitReported = (k: Kernel, t: SymTask): Bool => and(not(t.stopped), or(not(exitReportDue(k, t)), t.traced))

/** el0_svc_common() before syscall_trace_enter(): a program's own syscall(-1) has -ENOSYS already. Then the stop. */
export function reportEntry(k: Kernel, t: SymTask): void {
  t.regs[0] = ite(eq(t.syscallno, NO_SYSCALL), errorResult(k, t, errno.ENOSYS), t.regs[0]!)
  report(k, t, syscallStop.enter, 0)
}

export const reportExit = (k: Kernel, t: SymTask): void => report(k, t, syscallStop.exit, 1)

/** tracehook_report_syscall() up to the stop: the register says which of the two it is. */
function report(k: Kernel, t: SymTask, which: bigint, direction: 0 | 1): void {
  const compat = asks(k, 'tracehook_report_syscall', t)
  t.stop_saved = ite(compat, t.regs[COMPAT_REG]!, t.regs[NATIVE_REG]!)
  t.stop_reg = ite(compat, bv(8, COMPAT_REG), bv(8, NATIVE_REG))
  t.regs[COMPAT_REG] = ite(compat, bv(64, direction), t.regs[COMPAT_REG]!)
  t.regs[NATIVE_REG] = ite(compat, t.regs[NATIVE_REG]!, bv(64, direction))
  t.syscall_stop = bv(8, which)
  t.stopped = True
  t.traced = True
}

/** The event `resume`: the register comes back, whatever the tracer wrote there; the request's flags. */
export function goOn(t: SymTask, request?: 'cont' | 'syscall' | 'singlestep'): void {
  const reported = not(isZero(t.syscall_stop))
  for (const r of [COMPAT_REG, NATIVE_REG]) t.regs[r] = ite(and(reported, is(t.stop_reg, r)), t.stop_saved, t.regs[r]!)
  t.stop_saved = bv(64, 0)
  t.stop_reg = bv(8, 0)
  t.syscall_stop = bv(8, syscallStop.none)
  t.stopped = False
  if (request !== undefined) ptraceResume(t, request)
}

/** ptrace_resume(): TIF_SYSCALL_TRACE and TIF_SINGLESTEP as the request says; PSTATE.SS is set with TIF_SINGLESTEP, and left when it is cleared. */
function ptraceResume(t: SymTask, request: 'cont' | 'syscall' | 'singlestep'): void {
  t.TIF_SYSCALL_TRACE = bool(request === 'syscall')
  if (request === 'singlestep') t.pstate = ite(t.TIF_SINGLESTEP, t.pstate, set(t.pstate, PSR.SS))
  t.TIF_SINGLESTEP = bool(request === 'singlestep')
}
