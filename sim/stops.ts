/**
 * Reports to a tracer before and after a system call, and how a stopped task goes on.
 * tracehook_report_syscall, syscall_trace_enter, syscall_trace_exit (arch/arm64/kernel/ptrace.c; report_syscall from v5.18 on), el0_svc_common
 * (syscall.c), ptrace_resume (kernel/ptrace.c), user_enable_single_step (debug-monitors.c).
 */
import type { Event } from '../trace/events.js'
import { place, syscallStop, type Task } from '../trace/state.js'
import { ENOSYS, NO_SYSCALL, errno, u32 } from './bits.js'
import type { Kernel } from './kernel.js'
import type { Machine } from './machine.js'
import { need } from './not-enabled.js'
import { SS } from './psr.js'

/** syscall_set_return_value() with an error: v5.4 never cuts, later kernels where their predicate says compat. */
export function setReturnError(k: Kernel, t: Task, n: number): void {
  t.regs[0] = k.cutsReturnValues && k.sites.syscallSetReturnValue(t) ? u32(errno(n)) : errno(n)
}

/** Is the report to the tracer due where the task is, and not yet made? */
export function reportDue(k: Kernel, t: Task): boolean {
  if (!t.TIF_SYSCALL_TRACE || t.traced) return false
  // with TIF_SINGLESTEP the exit is reported as a step, which is a stop with all registers as they are
  return t.at === place.entered || (t.at === place.handled && !(k.stepsAtExit && t.TIF_SINGLESTEP))
}

/** The call goes on from `entered`: not stopped, reported if that is due. `skipped`: what a report that left the number -1 makes of it. */
export function needGoingOn(k: Kernel, t: Task): void {
  need(!t.stopped, 'the task is stopped')
  need(!reportDue(k, t), 'the tracer is told first')
}

/** A report before left the number -1: no handler runs. */
export const takenAway = (t: Task): boolean => t.traced && t.syscallno === NO_SYSCALL

function report(k: Kernel, t: Task, stop: bigint): void {
  const regno = k.sites.tracehookReportSyscall(t) ? 12 : 7
  t.stop_reg = BigInt(regno)
  t.stop_saved = t.regs[regno]!
  t.regs[regno] = stop - 1n // PTRACE_SYSCALL_ENTER 0, PTRACE_SYSCALL_EXIT 1
  t.syscall_stop = stop
  t.traced = true
  t.stopped = true
}

export function traceEnter(m: Machine, t: Task): void {
  need(!t.stopped && reportDue(m.kernel, t), 'no report is due')
  // el0_svc_common: a user's own syscall(-1) fails unless the tracer does something about it
  if (t.syscallno === NO_SYSCALL) {
    if (m.kernel.cutsErrnos) setReturnError(m.kernel, t, ENOSYS)
    else t.regs[0] = errno(ENOSYS)
  }
  report(m.kernel, t, syscallStop.enter)
}

export function traceExit(m: Machine, t: Task): void {
  need(!t.stopped && reportDue(m.kernel, t), 'no report is due')
  report(m.kernel, t, syscallStop.exit)
}

/** syscall_trace_enter() returned NO_SYSCALL: on to trace_exit. */
export function skip(m: Machine, t: Task): void {
  needGoingOn(m.kernel, t)
  need(takenAway(t), 'the tracer has not taken the call away')
  t.traced = false
  t.at = place.handled
}

/** The task goes on; what the tracer wrote to the register of the report is gone. */
export function resume(t: Task, how: Extract<Event, { kind: 'resume' }>['with']): void {
  t.stopped = false
  if (t.syscall_stop !== syscallStop.none) {
    t.regs[Number(t.stop_reg)] = t.stop_saved
    t.syscall_stop = syscallStop.none
    t.stop_reg = 0n
    t.stop_saved = 0n
  }
  if (how === undefined) return
  t.TIF_SYSCALL_TRACE = how === 'syscall'
  if (how === 'singlestep') {
    if (!t.TIF_SINGLESTEP) t.pstate |= BigInt(SS)
    t.TIF_SINGLESTEP = true
  } else t.TIF_SINGLESTEP = false // user_disable_single_step: PSTATE.SS stays
}
