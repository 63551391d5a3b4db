/** What user space may put into PSTATE. arch/arm64/kernel/ptrace.c and debug-monitors.c; the same from v5.11 to v7.3. */
import { and, bit, bv, bvand, bvnot, bvor, clear, eq, extract, isZero, ite, iteBool, not } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { lifted, truth } from './lifted.js'
import { asks, type Kernel, type SymConfig, type SymTask } from './kernel.js'

const b = (n: number): bigint => 1n << BigInt(n)
/** Bits that keep their place in both formats, and single bits (uapi/asm/ptrace.h). */
export const PSR = { N: b(31), Z: b(30), C: b(29), V: b(28), D: b(9), A: b(8), I: b(7), F: b(6), MODE32: b(4), SS: b(21), BTYPE_MASK: 0xc00n, BTYPE_C: 0x800n, TCO: b(25), SSBS: b(12) } as const
export const PSR_AA32 = { Q: b(27), IT_MASK: 0x0600fc00n, GE_MASK: 0x000f0000n, E: b(9), T: b(5), A: b(8), I: b(7), F: b(6), DIT: b(24), SSBS: b(23), PSR_f: 0xff000000n } as const
export const COMPAT_PSR_DIT = b(21)
const NZCV = PSR.N | PSR.Z | PSR.C | PSR.V

const keep = (x: BV<64>, bits: bigint): BV<64> => bvand(x, bv(64, bits))
export const drop = (x: BV<64>, bits: bigint): BV<64> => bvand(x, bvnot(bv(64, bits)))
export const set = (x: BV<64>, bits: bigint): BV<64> => bvor(x, bv(64, bits))

/** user_mode(): M[3:0] is 0 (asm/ptrace.h); says nothing of M[4]. */
export const userMode = (pstate: BV<64>): Bool => isZero(extract<4>(3, 0, pstate))
/** M[4], PSR_MODE32_BIT: the image is of AArch32. */
export const mode32 = (pstate: BV<64>): Bool => bit(4, pstate)
/** compat_thumb_mode(): the T bit alone, without a test of the mode (asm/ptrace.h, every version read). */
export const compatThumbMode = (pstate: BV<64>): Bool => bit(5, pstate)

/** compat_psr_to_pstate(): DIT from bit 21 of the PSR to bit 24 of the SPSR; bit 24 of the PSR is kept (asm/ptrace.h, v4.19 on). */
export function compatPsrToPstate(psr: BV<64>): BV<64> {
  const pstate = drop(psr, COMPAT_PSR_DIT)
  return ite(bit(21, psr), set(pstate, PSR_AA32.DIT), pstate)
}
/** pstate_to_compat_psr(): DIT from bit 24 to bit 21; bit 21 (SS) is kept. */
export function pstateToCompatPsr(pstate: BV<64>): BV<64> {
  const psr = drop(pstate, PSR_AA32.DIT)
  return ite(bit(24, pstate), set(psr, COMPAT_PSR_DIT), psr)
}

/** user_regs_reset_single_step(): SS follows TIF_SINGLESTEP (v5.8 on). Before, it is cleared without it and left alone with it. */
export function userRegsResetSingleStep(k: Kernel, pstate: BV<64>, task: SymTask): BV<64> {
  const own = lifted(k, 'user_regs_reset_single_step', { current: { ...task, pstate } })?.after('current.pstate')
  if (own !== undefined) return own as BV<64>
  const stepping = k.resetSingleStep ? set(pstate, PSR.SS) : pstate
  return ite(task.TIF_SINGLESTEP, stepping, drop(pstate, PSR.SS))
}

export interface Sanitised { ok: Bool, pstate: BV<64> }
/** A sanitiser as it was lifted: an int, and pstate changed. */
function liftedSanitiser(k: Kernel, name: string, caller: Parameters<typeof lifted>[2], pstate: BV<64>): Sanitised | undefined {
  const own = lifted(k, name, caller)
  return own?.result === undefined ? undefined : { ok: truth(own.result), pstate: (own.after('current.pstate') ?? pstate) as BV<64> }
}

/** valid_native_regs(): EL0t with D, A, I, F clear; otherwise only NZCV survive. */
export function validNativeRegs(k: Kernel, pstate: BV<64>): Sanitised {
  const own = liftedSanitiser(k, 'valid_native_regs', { values: { 'current.pstate': pstate } }, pstate)
  if (own !== undefined) return own
  const masked = drop(pstate, k.aarch64Res0)
  const ok = and(userMode(masked), not(mode32(masked)), clear(masked, PSR.D | PSR.A | PSR.I | PSR.F))
  return { ok, pstate: ite(ok, masked, keep(masked, NZCV)) }
}

/** valid_compat_regs(): USR with A, I, F clear; E is the kernel's own unless EL0 is mixed-endian; otherwise NZCVQ, IT, GE, E, T survive, in USR. */
export function validCompatRegs(k: Kernel, config: SymConfig, pstate: BV<64>): Sanitised {
  const own = liftedSanitiser(k, 'valid_compat_regs', { config, values: { 'current.pstate': pstate } }, pstate)
  if (own !== undefined) return own
  const res0 = drop(pstate, k.aarch32Res0)
  const masked = ite(config.mixed_endian_el0, res0, drop(res0, PSR_AA32.E))
  const ok = and(userMode(masked), mode32(masked), clear(masked, PSR_AA32.A | PSR_AA32.I | PSR_AA32.F))
  const forced = set(keep(masked, NZCV | PSR_AA32.Q | PSR_AA32.IT_MASK | PSR_AA32.GE_MASK | PSR_AA32.E | PSR_AA32.T), PSR.MODE32)
  return { ok, pstate: ite(ok, masked, forced) }
}

/** valid_user_regs(regs, task): the width of `task`, not that of the caller, chooses. Works on the image given. */
export function validUserRegs(k: Kernel, config: SymConfig, pstate: BV<64>, task: SymTask): Sanitised {
  const own = liftedSanitiser(k, 'valid_user_regs', { config, current: { ...task, pstate } }, pstate)
  if (own !== undefined) return own
  const stepped = userRegsResetSingleStep(k, pstate, task)
  const compat = asks(k, 'valid_user_regs', task)
  const c = validCompatRegs(k, config, stepped)
  const n = validNativeRegs(k, stepped)
  return { ok: iteBool(compat, c.ok, n.ok), pstate: ite(compat, c.pstate, n.pstate) }
}

/** Is this PSTATE one that an EL0 task of that width may have after sanitising? */
export const legalPstate = (k: Kernel, config: SymConfig, pstate: BV<64>, is32: Bool): Bool => {
  const c = validCompatRegs(k, config, pstate)
  const n = validNativeRegs(k, pstate)
  const same = (s: Sanitised): Bool => and(s.ok, eq(drop(s.pstate, PSR.SS), drop(pstate, PSR.SS)))
  return iteBool(is32, same(c), same(n))
}
