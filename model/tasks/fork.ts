/** copy_process(), arch_dup_task_struct(), copy_thread(): what a child gets. kernel/fork.c, arch/arm64/kernel/process.c (v5.4, v5.11). */
import { bv, bvand, False, isZero, ite, not, zext, lower32 } from '../terms/build.js'
import type { BV } from '../terms/term.js'
import { place, table, view } from '../../trace/state.js'
import { cloneFlags } from '../syscalls/numbers.table.js'
import { lifted } from './lifted.js'
import { asks, type Kernel, type SymTask } from './kernel.js'
import { copyTask, type SymCpu } from './symbolic.js'
import { setTaskUserTls } from './tls.js'

/** Arguments of clone as the handler takes them: `flags` and `newsp`, `tls` are unsigned long in both tables (CLONE_BACKWARDS). */
export interface CloneArguments { flags: BV<64>, newsp: BV<64>, tls: BV<64> }

/** The child. It starts in ret_from_fork: at the return to user, without the tail of its parent's call. thread_info is a copy, the variant's flag with it. */
export function copyProcess(k: Kernel, cpu: SymCpu, parent: SymTask, args: CloneArguments): SymTask {
  const child = copyTask(parent)
  child.TIF_SINGLESTEP = False
  child.TIF_SYSCALL_TRACE = False
  if (k.hasMte) child.TIF_MTE_ASYNC_FAULT = False
  child.signo = bv(8, 0)
  child.si_code = bv(32, 0)
  child.si_addr = bv(64, 0)
  child.si_errno = bv(32, 0)
  child.si_syscall = bv(32, 0)
  child.si_arch = bv(32, 0)
  child.stopped = False
  child.traced = False
  child.syscall_stop = bv(8, 0)
  child.stop_reg = bv(8, 0)
  child.stop_saved = bv(64, 0)
  child.core = bv(8, view.none)
  child.core_psr = bv(64, 0)
  child.at = bv(8, place.returning)
  child.table = bv(8, table.none)
  child.view = bv(8, view.none)
  copyThread(k, cpu, child, args)
  return child
}

/** copy_thread(): x0 is 0; the shadow of TPIDR_EL0 is the live register; CLONE_SETTLS writes uw.tp_value. */
export function copyThread(k: Kernel, cpu: SymCpu, child: SymTask, args: CloneArguments): void {
  // the parent's registers are the child's already: copy_process() has copied the task
  if (lifted(k, 'copy_thread', { cpu, current: child, target: child, values: { clone_flags: args.flags, newsp: args.newsp, tls: args.tls } }) !== undefined) return
  child.regs[0] = bv(64, 0)
  setTaskUserTls(k, child, cpu.TPIDR_EL0)
  const given = not(isZero(args.newsp))
  const compat = asks(k, 'copy_thread', child)
  child.regs[13] = ite(given, ite(compat, args.newsp, child.regs[13]!), child.regs[13]!)
  child.sp = ite(given, ite(compat, child.sp, args.newsp), child.sp)
  const settls = not(isZero(bvand(args.flags, bv(64, cloneFlags.CLONE_SETTLS))))
  child.tp_value = ite(settls, args.tls, child.tp_value)
}

/** SYSCALL_DEFINE5(clone), the handler of either table: all parameters are 64 bits wide; clone_args keeps the lower 32 bits of flags. */
export function cloneArguments(k: Kernel, t: SymTask): CloneArguments {
  return { flags: zext(64, lower32(firstArgument(k, t))), newsp: t.regs[1]!, tls: t.regs[3]! }
}

/** The first argument of a native handler, in whichever table (asm/syscall_wrapper.h, SC_ARM64_REGS_TO_ARGS). A COMPAT_SYSCALL_DEFINE always takes regs[0]. */
export const firstArgument = (k: Kernel, t: SymTask): BV<64> => k.firstArgumentIsOrigX0 ? t.orig_x0 : t.regs[0]!
