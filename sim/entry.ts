/**
 * From EL0 into the kernel: the exception, the vectors, kernel_entry, do_el0_svc / do_el0_svc_compat,
 * el0_svc_common up to invoke_syscall. arch/arm64/kernel/entry.S, syscall.c.
 */
import type { Event } from '../trace/events.js'
import { place, table, type Cpu, type Task } from '../trace/state.js'
import { ERESTARTNOINTR, NO_SYSCALL, errno, low32, u32, u64 } from './bits.js'
import type { Kernel } from './kernel.js'
import type { Machine } from './machine.js'
import { need } from './not-enabled.js'
import { IL, MODE32, SS, T } from './psr.js'
import { setReturnError } from './stops.js'

const LOW = 0xffffffffn
const AUDIT_ARCH_ARM = 0x40000028n, AUDIT_ARCH_AARCH64 = 0xc00000b7n

/** Exception entry from EL0 to EL1 by the kernel's vectors; regs, sp, pc, pstate are struct pt_regs afterwards. Whether it came from AArch32. */
function enter(m: Machine, cpu: Cpu, t: Task, e: Pick<Extract<Event, { kind: 'svc' }>, 'upper' | 'mte_async_fault'>): boolean {
  const aarch32 = (low32(t.pstate) & MODE32) !== 0
  need(aarch32 || e.upper === 0n, 'upper register halves are a choice only of an exception from AArch32')
  need(!e.mte_async_fault || (m.config.mte && m.kernel.knowsMte), 'no asynchronous tag check fault without MTE')
  // the architecture zeroes or keeps the upper half of each register AArch32 could see
  if (aarch32) zeroUpper(t, Number(e.upper))
  if (m.config.kpti) {
    if (aarch32) {
      // tramp_ventry 32 takes x30 for itself, kernel_ventry zeroes it
      t.regs[30] = 0n
    } else {
      const tramp = t.regs[30]!
      cpu.TPIDRRO_EL0 = tramp // tramp_ventry: msr tpidrro_el0, x30
      t.regs[30] = 0xffff_0000_0000_0000n // x30 holds the address of the vectors meanwhile
      t.regs[30] = cpu.TPIDRRO_EL0 // kernel_ventry: mrs x30, tpidrro_el0
      cpu.TPIDRRO_EL0 = 0n // msr tpidrro_el0, xzr
    }
  }
  if (aarch32 && t.regs[0]! > LOW) t.regs[0] = u32(t.regs[0]!) // kernel_entry 0, 32: mov w0, w0
  if (e.mte_async_fault) t.TIF_MTE_ASYNC_FAULT = true // check_mte_async_tcf
  t.syscallno = NO_SYSCALL
  t.traced = false
  return aarch32
}

function zeroUpper(t: Task, survives: number): void {
  for (let i = 0; i < 15; i++) if (t.regs[i]! > LOW && (survives >> i & 1) === 0) t.regs[i] = u32(t.regs[i]!)
}

/** An interrupt. */
export function irq(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'irq' }>): void {
  enter(m, cpu, t, e)
  t.table = table.none
  t.at = place.returning
}

/**
 * A software step exception, after an instruction or in the active-pending state: single_step_handler sends SIGTRAP and rewinds the step
 * (debug-monitors.c); on the way back the signal is reported to the tracer.
 */
export function softwareStep(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'step' }>): void {
  need(t.TIF_SINGLESTEP, 'MDSCR_EL1.SS is clear')
  enter(m, cpu, t, { upper: e.upper, mte_async_fault: false })
  t.table = table.none
  t.pstate |= BigInt(SS) // user_rewind_single_step
  t.stopped = true
  t.at = place.returning
}

/** The SVC instruction. */
export function svc(m: Machine, cpu: Cpu, t: Task, e: Extract<Event, { kind: 'svc' }>): void {
  const pstate = low32(t.pstate), from32 = (pstate & MODE32) !== 0
  need((pstate & IL) === 0, 'PSTATE.IL: every instruction is an Illegal Execution state exception')
  need((low32(t.pc) & (!from32 || (pstate & T) === 0 ? 3 : 1)) === 0, 'pc is not aligned: a PC alignment fault comes instead')
  // the software step state machine advances before the exception is taken: active-not-pending becomes active-pending (SSAdvance)
  if ((pstate & SS) !== 0) t.pstate &= ~BigInt(SS)
  t.pc = from32 ? u32(t.pc + ((pstate & T) !== 0 ? 2n : 4n)) : u64(t.pc + 4n)
  enter(m, cpu, t, e)
  if (from32) {
    el0SvcCommon(m, t, u32(t.regs[7]!), table.compat)
    return
  }
  const call = m.kernel.doEl0Svc(t, e.imm)
  el0SvcCommon(m, t, call.number, call.fake ? table.fake : table.native)
  // an early return of el0_svc_common goes on in do_el0_svc
  if (t.at === place.returning && call.fake) m.kernel.endOfFakeCall(t)
}

/** syscall_get_arch(current) */
export const auditArch = (k: Kernel, t: Task): bigint => k.sites.syscallGetArch(t) ? AUDIT_ARCH_ARM : AUDIT_ARCH_AARCH64

function el0SvcCommon(m: Machine, t: Task, scno: bigint, dispatcher: bigint): void {
  t.orig_x0 = t.regs[0]!
  t.syscallno = scno
  t.audit_arch = auditArch(m.kernel, t)
  if (m.kernel.knowsMte && t.TIF_MTE_ASYNC_FAULT) {
    if (m.kernel.cutsErrnos) setReturnError(m.kernel, t, ERESTARTNOINTR)
    else t.regs[0] = errno(ERESTARTNOINTR)
    t.table = table.none
    t.at = place.returning
    return
  }
  t.table = dispatcher
  t.at = place.entered
}
