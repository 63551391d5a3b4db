/** The TLS registers and their shadows. arch/arm64/kernel/process.c, asm/processor.h. */
import { and, bool, bv, ite, iteBool, not, or } from '../terms/build.js'
import type { BV } from '../terms/term.js'
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
  setTaskUserTls(k, current, cpu.TPIDR_EL0)
}

/** tls_thread_switch(next): TPIDRRO_EL0 is tp_value of a compat next, else 0; from v4.16 to v6.12 the 0 is left to the KPTI trampoline where there is one. */
export function tlsThreadSwitch(k: Kernel, config: SymConfig, cpu: SymCpu, prev: SymTask, next: SymTask): void {
  tlsPreserveCurrentState(k, cpu, prev)
  const compat = asks(k, 'tls_thread_switch', next)
  const leave = and(bool(k.tlsSwitchLeavesTpidrroToKpti), config.kpti)
  cpu.TPIDRRO_EL0 = ite(compat, next.tp_value, ite(leave, cpu.TPIDRRO_EL0, zero))
  cpu.TPIDR_EL0 = taskUserTls(k, next)
}

/** tls_thread_flush(), from flush_thread() in exec, before the new personality is set. */
export function tlsThreadFlush(k: Kernel, cpu: SymCpu, current: SymTask): void {
  cpu.TPIDR_EL0 = zero
  const compat = asks(k, 'tls_thread_flush', current)
  current.tp_value = ite(compat, zero, current.tp_value)
  cpu.TPIDRRO_EL0 = ite(compat, zero, cpu.TPIDRRO_EL0)
}

/** erratum_1418040_thread_switch(prev, next): EL0's counter access changes only where the two differ in width (v5.11). */
export function erratum1418040ThreadSwitch(k: Kernel, config: SymConfig, cpu: SymCpu, prev: SymTask, next: SymTask): void {
  if (k.erratum1418040At !== 'switch') return
  const prev32 = asks(k, 'erratum_1418040_thread_switch', prev)
  const next32 = asks(k, 'erratum_1418040_thread_switch', next)
  const acts = and(config.erratum_1418040, or(and(prev32, not(next32)), and(not(prev32), next32)))
  cpu.CNTKCTL_EL0VCTEN = iteBool(acts, not(next32), cpu.CNTKCTL_EL0VCTEN)
}
