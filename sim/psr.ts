/**
 * PSTATE as saved in SPSR_EL1: bits, sanitising, conversions, in 32-bit integer arithmetic on the low word
 * (every sanitiser of the kernels here clears bits 63:32).
 * arch/arm64/kernel/ptrace.c and asm/ptrace.h; bit positions from the Arm ARM (SPSR_EL1).
 */
import type { Config, Task } from '../trace/state.js'
import { low32 } from './bits.js'
import type { Kernel } from './kernel.js'

/** Both formats. */
export const MODE32 = 1 << 4, MODE_MASK = 0xf, SS = 1 << 21, IL = 1 << 20, DIT = 1 << 24, NZCV = 0xf0000000 | 0
/** From AArch64. */
export const SSBS64 = 1 << 12, BTYPE = 3 << 10, BTYPE_C = 2 << 10, TCO = 1 << 25, DAIF = 0xf << 6
/** From AArch32. */
export const SSBS32 = 1 << 23, Q = 1 << 27, GE = 0xf << 16, IT = 0x0600fc00, E = 1 << 9, AIF = 7 << 6, T = 1 << 5
/** Where user space sees DIT in the AArch32 PSR: SPSR keeps SS there. */
export const COMPAT_PSR_DIT = 1 << 21
const PSR_f = 0xff000000 | 0

/** compat_psr_to_pstate(): DIT 21 → 24; bit 24 of the input stays. */
export function compatPsrToPstate(psr: number): number {
  const pstate = psr & ~COMPAT_PSR_DIT
  return (psr & COMPAT_PSR_DIT ? pstate | DIT : pstate) >>> 0
}

/** pstate_to_compat_psr(): DIT 24 → 21; bit 21 of the input (SS) stays. */
export function pstateToCompatPsr(pstate: number): number {
  const psr = pstate & ~DIT
  return (pstate & DIT ? psr | COMPAT_PSR_DIT : psr) >>> 0
}

/** The test of valid_native_regs(): EL0t, AArch64, nothing masked. */
export const nativeAccepts = (pstate: number): boolean => (pstate & (MODE_MASK | MODE32 | DAIF)) === 0

/** valid_native_regs() as a function of the low word: what pstate becomes. */
export function sanitiseNative(pstate: number, res0: number): number {
  const v = pstate & ~res0
  return (nativeAccepts(v) ? v : v & NZCV) >>> 0
}

/** The test of valid_compat_regs(): USR mode, nothing masked. Bit 9 is E here, not D. */
export const compatAccepts = (pstate: number): boolean => (pstate & (MODE_MASK | MODE32 | AIF)) === MODE32

/** valid_compat_regs() as a function of the low word, little-endian kernel. */
export function sanitiseCompat(pstate: number, res0: number, mixedEndian: boolean): number {
  let v = pstate & ~res0
  if (!mixedEndian) v &= ~E
  if (compatAccepts(v)) return v >>> 0
  v &= NZCV | Q | IT | GE | E | T
  return (v | MODE32) >>> 0
}

/** valid_user_regs(): sanitises regs.pstate in place; whether it was acceptable. */
export function validUserRegs(kernel: Kernel, config: Config, regs: { pstate: bigint }, task: Task): boolean {
  let v = low32(regs.pstate)
  if (task.TIF_SINGLESTEP) { if (kernel.ssFollowsFlag) v |= SS } else v &= ~SS
  const compat = kernel.sites.validUserRegs(task)
  const ok = compat ? compatAccepts(v & ~kernel.aarch32Res0) : nativeAccepts(v & ~kernel.aarch64Res0)
  regs.pstate = BigInt(compat ? sanitiseCompat(v, kernel.aarch32Res0, config.mixed_endian_el0) : sanitiseNative(v, kernel.aarch64Res0))
  return ok
}

/** The PSTATE part of compat_setup_return(): flags, IT and E cleared, T from the handler's address. */
export function compatHandlerPstate(pstate: number, thumb: boolean): number {
  const v = pstate & ~(PSR_f | E | IT | T)
  return (thumb ? v | T : v) >>> 0
}

export const compatUserMode = (pstate: bigint): boolean => (low32(pstate) & (MODE_MASK | MODE32)) === MODE32
/** compat_thumb_mode(): the T bit alone, without a look at the mode. */
export const thumb = (pstate: bigint): boolean => (low32(pstate) & T) !== 0
