/**
 * Exception entry and return at EL0. arch/arm64/kernel/entry.S (tramp_ventry, kernel_ventry, kernel_entry, kernel_exit);
 * the architecture's side: Arm ARM pseudocode AArch64.TakeException, IllegalExceptionReturn, SetPSTATEFromPSR, RestoredITBits.
 */
import { and, bit, bv, bvand, bvor, clear, eq, extract, False, is, isZero, ite, iteBool, lower32, not, or, zext } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { place, table } from '../../trace/state.js'
import type { Kernel, SymConfig, SymTask } from './kernel.js'
import { drop, mode32, PSR, PSR_AA32 } from './sanitise.js'
import type { SymCpu } from './symbolic.js'

export const NO_SYSCALL = bv(32, 0xffffffffn)

/** From EL0 to the point where kernel_entry has saved everything. `upper`: see trace/events.ts. */
export function kernelEntry(k: Kernel, config: SymConfig, cpu: SymCpu, task: SymTask, upper: BV<15>, mteAsyncFault: Bool): void {
  const aarch32 = mode32(task.pstate)
  // tramp_ventry and kernel_ventry: x30 goes through TPIDRRO_EL0, which is zeroed on the way; from AArch32 x30 is only cleared
  const viaTrampoline = and(config.kpti, not(aarch32))
  if (k.kptiZeroesTpidrro) cpu.TPIDRRO_EL0 = ite(viaTrampoline, bv(64, 0), cpu.TPIDRRO_EL0)
  else cpu.TPIDRRO_EL0 = ite(viaTrampoline, task.regs[30]!, cpu.TPIDRRO_EL0)
  task.regs[30] = ite(and(config.kpti, aarch32), bv(64, 0), task.regs[30]!)
  for (let i = 0; i < 15; i++) {
    // Unpredictable_ZEROUPPER, each register for itself; kernel_entry zero-extends w0 whatever the CPU did
    const zeroed = i === 0 ? aarch32 : and(aarch32, not(bit(i, upper)))
    task.regs[i] = ite(zeroed, zext(64, lower32(task.regs[i]!)), task.regs[i]!)
  }
  task.syscallno = NO_SYSCALL
  task.traced = False
  if (k.hasMte) task.TIF_MTE_ASYNC_FAULT = or(task.TIF_MTE_ASYNC_FAULT, and(config.mte, mteAsyncFault))
}

/** The IT bits that an exception return leaves (RestoredITBits; SCTLR_EL1.ITD is 0 under Linux). Bits as in the SPSR. */
function restoredIt(spsr: BV<64>): BV<64> {
  const it7to4 = extract<4>(15, 12, spsr)
  const it3to2 = extract<2>(11, 10, spsr)
  const it1to0 = extract<2>(26, 25, spsr)
  const low0 = and(isZero(it3to2), isZero(it1to0))
  const gone = or(and(not(isZero(it7to4)), low0), not(bit(5, spsr)))
  return ite(gone, drop(spsr, PSR_AA32.IT_MASK), spsr)
}

/** PSTATE that EL0 runs with after ERET, as the next exception would save it: what this CPU implements of the image. */
export function restoredPstate(config: SymConfig, task: SymTask): BV<64> {
  const spsr = task.pstate
  const keepIf = (c: Bool, bits: bigint): BV<64> => ite(c, bvand(spsr, bv(64, bits)), bv(64, 0))
  const IL = 1n << 20n
  const native = [
    bvand(spsr, bv(64, PSR.N | PSR.Z | PSR.C | PSR.V | IL | 0x3cfn)),
    keepIf(config.mte, PSR.TCO), keepIf(config.dit, PSR_AA32.DIT), keepIf(config.ssbs, PSR.SSBS), keepIf(config.bti, PSR.BTYPE_MASK), keepIf(task.TIF_SINGLESTEP, PSR.SS),
  ].reduce((a, b) => bvor(a, b))
  const it = restoredIt(spsr)
  const compat = [
    bvand(it, bv(64, PSR.N | PSR.Z | PSR.C | PSR.V | PSR_AA32.Q | PSR_AA32.IT_MASK | PSR_AA32.GE_MASK | IL | PSR_AA32.T | 0x1dfn)),
    keepIf(config.dit, PSR_AA32.DIT), keepIf(config.ssbs, PSR_AA32.SSBS), keepIf(config.mixed_endian_el0, PSR_AA32.E), keepIf(task.TIF_SINGLESTEP, PSR.SS),
  ].reduce((a, b) => bvor(a, b))
  return ite(mode32(spsr), compat, native)
}

/** ERET at the end of ret_to_user. The new `at` is el0, el1 (the image named EL1: legal, and a privilege escalation) or panic (illegal return). */
export function kernelExit(k: Kernel, config: SymConfig, cpu: SymCpu, task: SymTask): void {
  if (k.erratum1418040At === 'kernel_exit') cpu.CNTKCTL_EL0VCTEN = iteBool(config.erratum_1418040, not(mode32(task.pstate)), cpu.CNTKCTL_EL0VCTEN)
  const m = extract<5>(4, 0, task.pstate)
  const toEl0 = or(is(m, 0), and(is(m, 0x10), config.aarch32_el0))
  const toEl1 = or(is(m, 4), is(m, 5))
  const thumb = and(mode32(task.pstate), bit(5, task.pstate))
  const arm = and(mode32(task.pstate), not(bit(5, task.pstate)))
  const pc = ite(thumb, drop(task.pc, 1n), ite(arm, drop(task.pc, 3n), task.pc))
  // in AArch32 state the PC is 32 bits wide
  task.pc = ite(toEl0, ite(mode32(task.pstate), zext(64, lower32(pc)), pc), task.pc)
  task.pstate = ite(toEl0, restoredPstate(config, task), task.pstate)
  task.at = ite(toEl0, bv(8, place.el0), ite(toEl1, bv(8, place.el1), bv(8, place.panic)))
}

/** An interrupt from EL0: entry, no system call. */
export function irq(k: Kernel, config: SymConfig, cpu: SymCpu, task: SymTask, upper: BV<15>, mteAsyncFault: Bool): void {
  kernelEntry(k, config, cpu, task, upper, mteAsyncFault)
  task.table = bv(8, table.none)
  task.at = bv(8, place.returning)
}

/** Can a program at EL0 give its PSTATE this value with unprivileged instructions? `before` is the present one. */
export function userWritablePstate(config: SymConfig, before: BV<64>, after: BV<64>): Bool {
  const same = (bits: bigint): Bool => eq(bvand(before, bv(64, bits)), bvand(after, bv(64, bits)))
  const ALL = (1n << 64n) - 1n
  const NZCV = PSR.N | PSR.Z | PSR.C | PSR.V
  const native = and(
    same(ALL & ~(NZCV | PSR_AA32.DIT | PSR.SSBS | PSR.TCO | PSR.BTYPE_MASK)),
    or(config.dit, same(PSR_AA32.DIT)), or(config.ssbs, same(PSR.SSBS)), or(config.mte, same(PSR.TCO)), or(config.bti, same(PSR.BTYPE_MASK)))
  const compat = and(
    same(ALL & ~(NZCV | PSR_AA32.Q | PSR_AA32.GE_MASK | PSR_AA32.IT_MASK | PSR_AA32.T | PSR_AA32.DIT | PSR_AA32.SSBS | PSR_AA32.E)),
    or(config.dit, same(PSR_AA32.DIT)), or(config.ssbs, same(PSR_AA32.SSBS)), or(config.mixed_endian_el0, same(PSR_AA32.E)),
    or(bit(5, after), clear(after, PSR_AA32.IT_MASK)), // IT is 0 outside Thumb, and a block that runs has a mask
    or(clear(after, 0xf000n), not(clear(after, 0x06000c00n))))
  return iteBool(mode32(before), compat, native)
}
