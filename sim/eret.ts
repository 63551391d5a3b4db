/**
 * From the kernel back to EL0: finish_ret_to_user, kernel_exit, the KPTI trampoline, ERET.
 * arch/arm64/kernel/entry.S; the Arm ARM's IllegalExceptionReturn, SetPSTATEFromPSR and RestoredITBits.
 */
import { place, type Config, type Cpu, type Task } from '../trace/state.js'
import { low32, u32 } from './bits.js'
import type { Machine } from './machine.js'
import { need } from './not-enabled.js'
import { AIF, BTYPE, DAIF, DIT, E, GE, IL, IT, MODE32, NZCV, Q, SS, SSBS32, SSBS64, T, TCO } from './psr.js'

export function eret(m: Machine, cpu: Cpu, t: Task): void {
  need(!t.stopped, 'the task is stopped')
  need(t.signo === 0n, 'a signal is forced on the task')
  need(!(t.TIF_MTE_ASYNC_FAULT && m.kernel.knowsMte), 'a tag check fault is pending')
  if (m.kernel.cntkctl === 'exit' && m.config.erratum_1418040) cpu.CNTKCTL_EL0VCTEN = (low32(t.pstate) & MODE32) === 0
  // KPTI: x30 goes through FAR_EL1 for an AArch64 exit and is left behind for an AArch32 one (no r30 there): nothing to see
  const spsr = low32(t.pstate)
  const mode = spsr & 0x1f
  if (mode === 4 || mode === 5) {
    t.at = place.el1 // EL1t, EL1h: a legal return to EL1
    return
  }
  if (mode !== 0 && !(mode === 0x10 && m.config.aarch32_el0)) {
    t.at = place.panic // illegal exception return: PSTATE.IL at EL1
    return
  }
  if (mode === 0) setPstate(t, aarch64Pstate(spsr, m.config, t.TIF_SINGLESTEP))
  else {
    const pstate = aarch32Pstate(spsr, m.config, t.TIF_SINGLESTEP)
    t.pc = u32(t.pc) & ((pstate & T) !== 0 ? 0xfffffffen : 0xfffffffcn)
    setPstate(t, pstate)
  }
  t.at = place.el0
}

function setPstate(t: Task, value: number): void {
  if (Number(t.pstate) !== value) t.pstate = BigInt(value)
}

/** Bits of PSTATE that a CPU without the feature does not have. MDSCR_EL1.SS is set iff TIF_SINGLESTEP. */
function aarch64Pstate(spsr: number, c: Config, step: boolean): number {
  let keep = NZCV | DAIF | IL
  if (c.mte) keep |= TCO
  if (c.dit) keep |= DIT
  if (c.ssbs) keep |= SSBS64
  if (c.bti) keep |= BTYPE
  if (step) keep |= SS
  return (spsr & keep) >>> 0
}

function aarch32Pstate(spsr: number, c: Config, step: boolean): number {
  let keep = NZCV | Q | GE | AIF | T | IL | MODE32
  if (c.mixed_endian_el0) keep |= E
  if (c.dit) keep |= DIT
  if (c.ssbs) keep |= SSBS32
  if (step) keep |= SS
  return ((spsr & keep) | restoredItBits(spsr)) >>> 0
}

/** IT[7:4] != 0 with IT[3:0] = 0 is reserved, and A32 has no IT state: both return as 0. SCTLR_EL1.ITD is 0 in Linux. */
function restoredItBits(spsr: number): number {
  const it = ((spsr >> 8) & 0xfc) | ((spsr >> 25) & 3)
  if ((spsr & T) === 0) return 0
  if ((it & 0xf0) !== 0 && (it & 0x0f) === 0) return 0
  return spsr & IT
}
