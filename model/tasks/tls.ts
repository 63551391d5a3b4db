/** The TLS registers and their shadows. arch/arm64/kernel/process.c, asm/processor.h. */
import { and, bool, bv, ite, iteBool, not, or } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { lifted } from './lifted.js'
import { asks, type Kernel, type SymConfig, type SymTask } from './kernel.js'
import type { SymCpu } from './symbolic.js'

const zero = bv(64, 0)

/** *task_user_tls(t): the shadow of TPIDR_EL0: tp2_value of a compat task, tp_value of a native one. */
export const taskUserTls = (k: Kernel, t: SymTask): BV<64> => ite(asks(k, 'task_user_tls', t), t.tp2_value, t.tp_value)
/** *task_user_tls(t) := value. */
export function setTaskUserTls(k: Kernel, t: SymTask, value: BV<64>): void {
  const compat = asks(k, 'task_user_tls', t)
  const tp2 = ite(compat, value, t.tp2_value)
  t.tp_value = ite(compat, t.tp_value, value)
  t.tp2_value = tp2
}

/** tls_preserve_current_state(): the live TPIDR_EL0 into the shadow of current. */
export function tlsPreserveCurrentState(k: Kernel, cpu: SymCpu, current: SymTask): void {
  if (lifted(k, 'tls_preserve_current_state', { cpu, current }) !== undefined) return
  setTaskUserTls(k, current, cpu.TPIDR_EL0)
}

/** tls_thread_switch(next): TPIDRRO_EL0 is tp_value of a compat next, else 0; from v4.16 to v6.12 the 0 is left to the KPTI trampoline where there is one. */
export function tlsThreadSwitch(k: Kernel, config: SymConfig, cpu: SymCpu, prev: SymTask, next: SymTask): void {
  if (lifted(k, 'tls_thread_switch', { config, cpu, current: prev, target: next }) !== undefined) return
  tlsPreserveCurrentState(k, cpu, prev)
  const compat = asks(k, 'tls_thread_switch', next)
  const leave = and(bool(k.tlsSwitchLeavesTpidrroToKpti), config.kpti)
  cpu.TPIDRRO_EL0 = ite(compat, next.tp_value, ite(leave, cpu.TPIDRRO_EL0, zero))
  cpu.TPIDR_EL0 = taskUserTls(k, next)
}

/** tls_thread_flush(), from flush_thread() in exec, before the new personality is set. */
export function tlsThreadFlush(k: Kernel, cpu: SymCpu, current: SymTask): void {
  if (lifted(k, 'tls_thread_flush', { cpu, current }) !== undefined) return
  cpu.TPIDR_EL0 = zero
  const compat = asks(k, 'tls_thread_flush', current)
  current.tp_value = ite(compat, zero, current.tp_value)
  cpu.TPIDRRO_EL0 = ite(compat, zero, cpu.TPIDRRO_EL0)
}

/** EL0's counter access at a switch. v5.11: it changes only where the two tasks differ in width; 6.1: it is what `next` needs; v6.12: it is set where TIF_32BIT differs. */
export function erratum1418040ThreadSwitch(k: Kernel, config: SymConfig, cpu: SymCpu, prev: SymTask, next: SymTask): void {
  if (k.erratum1418040At === 'kernel_exit') return
  if (k.erratum1418040At === 'next') return counterAccessFor(k, config, cpu, next)
  if (k.erratum1418040At === 'cntkctl_thread_switch') {
    // cntkctl_thread_switch() compares the flags themselves, update_cntkctl_el1() asks is_compat_thread(); TIF_TSC_SIGSEGV is clear
    const differ = or(and(prev.TIF_32BIT, not(next.TIF_32BIT)), and(not(prev.TIF_32BIT), next.TIF_32BIT))
    cpu.CNTKCTL_EL0VCTEN = iteBool(differ, updatedCntkctl(k, config, next), cpu.CNTKCTL_EL0VCTEN)
    return
  }
  const prev32 = asks(k, 'erratum_1418040_thread_switch', prev)
  const next32 = asks(k, 'erratum_1418040_thread_switch', next)
  const acts = and(config.erratum_1418040, or(and(prev32, not(next32)), and(not(prev32), next32)))
  cpu.CNTKCTL_EL0VCTEN = iteBool(acts, not(next32), cpu.CNTKCTL_EL0VCTEN)
}

/** update_cntkctl_el1(next) of v6.12: closed for a compat task where the CPU has the erratum, else open (other errata of the counter are not modelled). */
const updatedCntkctl = (k: Kernel, config: SymConfig, next: SymTask): Bool => not(and(config.erratum_1418040, asks(k, 'erratum_1418040_thread_switch', next)))

/** erratum_1418040_thread_switch(next) of 5.10.223 to 6.1: whatever the previous task was. */
function counterAccessFor(k: Kernel, config: SymConfig, cpu: SymCpu, next: SymTask): void {
  cpu.CNTKCTL_EL0VCTEN = iteBool(config.erratum_1418040, not(asks(k, 'erratum_1418040_thread_switch', next)), cpu.CNTKCTL_EL0VCTEN)
}

/** arch_setup_new_exec(): erratum_1418040_new_exec() of 6.1, do_set_tsc_mode(PR_TSC_ENABLE) of v6.12. */
export function erratum1418040NewExec(k: Kernel, config: SymConfig, cpu: SymCpu, current: SymTask): void {
  if (k.erratum1418040At === 'next') counterAccessFor(k, config, cpu, current)
  if (k.erratum1418040At === 'cntkctl_thread_switch') cpu.CNTKCTL_EL0VCTEN = updatedCntkctl(k, config, current)
}
