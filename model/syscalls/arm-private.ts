/** do_ni_syscall() and compat_arm_syscall(): arch/arm64/kernel/syscall.c, sys_compat.c (v5.0 on: the number is signed). */
import { and, bv, bvsub, is, isZero, ite, iteBool, lower32, not, or, slt, ule, ult } from '../terms/build.js'
import type { BV } from '../terms/term.js'
import { lifted } from '../tasks/lifted.js'
import { asks, type Kernel, type SymTask } from '../tasks/kernel.js'
import { compatThumbMode } from '../tasks/sanitise.js'
import { forceSignal } from '../tasks/force-signal.js'
import { mergeTask, copyTask, type SymCpu } from '../tasks/symbolic.js'
import { TASK_SIZE_MAX, untagged } from '../tasks/uaccess.js'
import { negative } from './dispatch.js'
import { armPrivate, errno, siCode, signals } from './numbers.table.js'

/** do_compat_cache_op() as far as registers tell: 0, -EINVAL or -EFAULT. */
function cacheflush(t: SymTask): BV<64> {
  const [start, end, flags] = [t.regs[0]!, t.regs[1]!, t.regs[2]!]
  // `flags` is an int parameter, start and end are unsigned long
  const invalid = or(ult(end, start), not(isZero(lower32(flags))))
  // access_ok(start, end - start)
  const size = bvsub(end, start)
  const tagged = and(ule(size, bv(64, TASK_SIZE_MAX)), ule(untagged(start), bvsub(bv(64, TASK_SIZE_MAX), size)))
  const reachable = iteBool(t.TIF_TAGGED_ADDR, tagged, ule(end, bv(64, TASK_SIZE_MAX)))
  return ite(invalid, negative(errno.EINVAL), ite(reachable, bv(64, 0), negative(errno.EFAULT)))
}

/** compat_arm_syscall(regs, scno): changes the task and the CPU; the result. */
export function compatArmSyscall(cpu: SymCpu, t: SymTask): BV<64> {
  const scno = t.syscallno
  const setTls = is(scno, armPrivate.set_tls)
  const flush = is(scno, armPrivate.cacheflush)
  const enosys = slt(scno, bv(32, armPrivate.end))
  const before = copyTask(t)
  // __ARM_NR_compat_set_tls: the shadow first, then the register; all 64 bits of regs[0]
  t.tp_value = ite(setTls, t.regs[0]!, t.tp_value)
  cpu.TPIDRRO_EL0 = ite(setTls, t.regs[0]!, cpu.TPIDRRO_EL0)
  const sigill = not(or(setTls, flush, enosys))
  const addr = bvsub(t.pc, ite(compatThumbMode(t.pstate), bv(64, 2), bv(64, 4)))
  const killed = copyTask(t)
  forceSignal(killed, signals.SIGILL, bv(32, siCode.ILL_ILLTRP), addr)
  Object.assign(t, mergeTask(sigill, killed, t))
  return ite(setTls, bv(64, 0), ite(flush, cacheflush(before), ite(sigill, bv(64, 0), negative(errno.ENOSYS))))
}

/** do_ni_syscall(): the ARM-private calls first where the site's predicate says compat. */
export function doNiSyscall(k: Kernel, cpu: SymCpu, t: SymTask): BV<64> {
  const own = lifted(k, 'do_ni_syscall', { cpu, current: t, values: { scno: t.syscallno } })?.result
  if (own !== undefined) return own as BV<64>
  const compat = asks(k, 'do_ni_syscall', t)
  const cpu32 = { ...cpu }
  const task32 = copyTask(t)
  const ret = compatArmSyscall(cpu32, task32)
  cpu.TPIDRRO_EL0 = ite(compat, cpu32.TPIDRRO_EL0, cpu.TPIDRRO_EL0)
  Object.assign(t, mergeTask(compat, task32, t))
  return ite(compat, ret, negative(errno.ENOSYS))
}
