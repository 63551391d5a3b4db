/** Compat sigreturn and rt_sigreturn. arch/arm64/kernel/signal32.c; the order of effects is the source's. */
import { and, bv, bvand, concat, extract, is, isZero, ite, not, or, zext } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { asks, type Kernel, type SymConfig, type SymTask } from '../tasks/kernel.js'
import { lifted } from '../tasks/lifted.js'
import { forceSignal } from '../tasks/force-signal.js'
import { compatPsrToPstate, drop, validUserRegs } from '../tasks/sanitise.js'
import { copyTask, mergeTask } from '../tasks/symbolic.js'
import { accessOk, mapped, readU32, readU64, userAddress, wordAt64 } from '../tasks/uaccess.js'
import { restartFn } from '../../trace/state.js'
import { NO_SYSCALL } from '../tasks/entry.js'
import { compatFrame as f, fpscr as fpscrBits } from './frames.table.js'
import { signals } from './numbers.table.js'

export const rangesMask = (ranges: readonly (readonly [number, number])[]): bigint => ranges.reduce((m, [hi, lo]) => m | (((1n << BigInt(hi - lo + 1)) - 1n) << BigInt(lo)), 0n)
export const FPSCR_STAT = rangesMask(fpscrBits.stat as unknown as [number, number][])
export const FPSCR_CTRL = rangesMask(fpscrBits.ctrl as unknown as [number, number][])
/** SIGKILL and SIGSTOP cannot be blocked. */
export const UNBLOCKABLE = (1n << BigInt(signals.SIGKILL - 1)) | (1n << BigInt(signals.SIGSTOP - 1))

/** compat_restore_vfp_context(): D0..D31 and FPSCR; V16..V31 are what `residue` says where the source leaves them uninitialised. Returns the error. */
export function compatRestoreVfpContext(k: Kernel, t: SymTask, at: BV<64>, base: number, residue: readonly BV<128>[], when: Bool): Bool {
  const magic = readU32(t.frame, at, base + f.vfp_magic)
  const size = readU32(t.frame, at, base + f.vfp_size)
  const header = and(not(magic.fault), not(size.fault), is(magic.value, f.vfpMagic), is(size.value, f.vfpStorageSize))
  let fault: Bool = not(header)
  const fresh: BV<128>[] = []
  for (let i = 0; i < 16; i++) {
    const low = readU64(t.frame, at, base + f.fpregs + 16 * i)
    const high = readU64(t.frame, at, base + f.fpregs + 16 * i + 8)
    fault = or(fault, low.fault, high.fault)
    fresh.push(concat<128>(high.value, low.value))
  }
  const fpscr = readU32(t.frame, at, base + f.fpscr)
  fault = or(fault, fpscr.fault)
  const load = and(when, not(fault))
  for (let i = 0; i < 32; i++) {
    const value = i < 16 ? fresh[i]! : k.vfpRestoreUninitialised ? residue[i]! : t.vregs[i]!
    t.vregs[i] = ite(load, value, t.vregs[i]!)
  }
  t.fpsr = ite(load, bvand(fpscr.value, bv(32, FPSCR_STAT)), t.fpsr)
  t.fpcr = ite(load, bvand(fpscr.value, bv(32, FPSCR_CTRL)), t.fpcr)
  return fault
}

/** compat_restore_sigframe(regs, sf): r0..r14, pc, PSTATE, the mask, VFP. x15..x30, sp and orig_x0 keep their values. Returns the error. */
export function compatRestoreSigframe(k: Kernel, config: SymConfig, t: SymTask, at: BV<64>, base: number, residue: readonly BV<128>[]): Bool {
  const maskOk = mapped(t.frame, at, base + f.sigmask, 8)
  t.blocked = ite(maskOk, drop(wordAt64(t.frame, base + f.sigmask), UNBLOCKABLE), t.blocked)
  let err: Bool = not(maskOk)
  const word = (offset: number): BV<64> => {
    const r = readU32(t.frame, at, base + offset)
    err = or(err, r.fault)
    return zext(64, r.value)
  }
  for (let i = 0; i < 15; i++) t.regs[i] = word(f.r0 + 4 * i)
  t.pc = word(f.pc)
  const psr = word(f.cpsr)
  t.syscallno = NO_SYSCALL
  const checked = validUserRegs(k, config, compatPsrToPstate(psr), t)
  t.pstate = checked.pstate
  err = or(err, not(checked.ok))
  const vfp = compatRestoreVfpContext(k, t, at, base, residue, not(err))
  return or(err, vfp)
}

/** compat sys_sigreturn (119) and sys_rt_sigreturn (173): result as the handler returns it; bad frames force SIGSEGV at regs[13] as it is then. */
export function compatSigreturn(k: Kernel, config: SymConfig, t: SymTask, rt: boolean, siCode: BV<32>, residue: readonly BV<128>[]): BV<64> {
  if (k.lifted?.has(rt ? 'compat_sys_rt_sigreturn' : 'compat_sys_sigreturn') === true) return liftedSigreturn(k, config, t, rt, siCode, residue)
  t.restart_fn = bv(8, restartFn.do_no_restart_syscall)
  const base = rt ? f.rt : 0
  const sp = userAddress(t, t.regs[13]!)
  const admitted = asks(k, 'compat sigreturn: refuse unless', t)
  const reach = and(admitted, isZero(extract<3>(2, 0, sp)), accessOk(sp, rt ? f.rtSize : f.size))
  const restored = copyTask(t)
  let err = compatRestoreSigframe(k, config, restored, sp, base, residue)
  // compat_restore_altstack: the three words of uc_stack
  if (rt) err = or(err, not(mapped(t.frame, sp, base + f.stack, 12)))
  Object.assign(t, mergeTask(reach, restored, t))
  const bad = or(not(reach), err)
  const faulted = copyTask(t)
  forceSignal(faulted, signals.SIGSEGV, siCode, t.regs[13]!)
  Object.assign(t, mergeTask(bad, faulted, t))
  return ite(bad, bv(64, 0), t.regs[0]!)
}

/** As it was lifted. The door is asked all the same: a claim compares with a kernel that has another one. */
function liftedSigreturn(k: Kernel, config: SymConfig, t: SymTask, rt: boolean, siCode: BV<32>, residue: readonly BV<128>[]): BV<64> {
  const admitted = asks(k, 'compat sigreturn: refuse unless', t)
  const refused = copyTask(t)
  refused.restart_fn = bv(8, restartFn.do_no_restart_syscall)
  forceSignal(refused, signals.SIGSEGV, siCode, t.regs[13]!)
  const values = { si_code: siCode, ...Object.fromEntries(residue.map((r, i) => [`residue[${i}]`, r])) }
  const result = lifted(k, rt ? 'compat_sys_rt_sigreturn' : 'compat_sys_sigreturn', { config, current: t, values })!.result as BV<64>
  Object.assign(t, mergeTask(admitted, t, refused))
  return ite(admitted, result, bv(64, 0))
}
