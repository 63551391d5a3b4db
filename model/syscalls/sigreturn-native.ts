/** Native rt_sigreturn. arch/arm64/kernel/signal.c (restore_sigframe, parse_user_sigframe), v5.4 and v5.11. */
import { and, bv, concat, extract, is, isZero, ite, not, or, ult } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import type { Kernel, SymConfig, SymTask } from '../tasks/kernel.js'
import { forceSignal } from '../tasks/force-signal.js'
import { validUserRegs } from '../tasks/sanitise.js'
import { copyTask, mergeTask } from '../tasks/symbolic.js'
import { accessOk, mapped, readU32, readU64, userAddress, wordAt64 } from '../tasks/uaccess.js'
import { restartFn } from '../../trace/state.js'
import { NO_SYSCALL } from '../tasks/entry.js'
import { drop } from '../tasks/sanitise.js'
import { UNBLOCKABLE } from './sigreturn-compat.js'
import { nativeFrame as f } from './frames.table.js'
import { signals } from './numbers.table.js'

/** The records that are modelled: a terminator, or one FPSIMD record and what follows it; ESR, SVE and extra records are not. */
export function recordsModelled(t: SymTask): Bool {
  const word = (offset: number): BV<32> => t.frame.words[offset / 4]!
  const known = (offset: number): Bool => and(...[f.esrMagic, f.sveMagic, f.extraMagic].map((m) => not(is(word(offset), m))))
  const first = word(f.record)
  return and(known(f.record), or(not(is(first, f.fpsimdMagic)), and(or(ult(word(f.record + 4), bv(32, f.fpsimdSize)), is(word(f.record + 4), f.fpsimdSize)), known(f.nextRecord))))
}

/** restore_sigframe(): all of x0..x30, sp, pc, PSTATE, the mask, then the records. An FPSIMD record must be there. Returns the error. */
export function restoreSigframe(k: Kernel, config: SymConfig, t: SymTask, at: BV<64>): Bool {
  const maskOk = mapped(t.frame, at, f.sigmask, 8)
  // set_current_blocked takes SIGKILL and SIGSTOP out
  t.blocked = ite(maskOk, drop(wordAt64(t.frame, f.sigmask), UNBLOCKABLE), t.blocked)
  let err: Bool = not(maskOk)
  const dword = (offset: number): BV<64> => {
    const r = readU64(t.frame, at, offset)
    err = or(err, r.fault)
    return r.value
  }
  for (let i = 0; i < 31; i++) t.regs[i] = dword(f.regs + 8 * i)
  t.sp = dword(f.sp)
  t.pc = dword(f.pc)
  const pstate = dword(f.pstate)
  t.syscallno = NO_SYSCALL
  const checked = validUserRegs(k, config, pstate, t)
  t.pstate = checked.pstate
  err = or(err, not(checked.ok))
  return or(err, fpsimdRecord(t, at, not(err)))
}

function fpsimdRecord(t: SymTask, at: BV<64>, when: Bool): Bool {
  const magic = readU32(t.frame, at, f.record)
  const size = readU32(t.frame, at, f.record + 4)
  const next = readU32(t.frame, at, f.nextRecord)
  const nextSize = readU32(t.frame, at, f.nextRecord + 4)
  // a second FPSIMD record, an unknown magic, a terminator with a size: all invalid
  const wellFormed = and(not(magic.fault), not(size.fault), is(magic.value, f.fpsimdMagic), is(size.value, f.fpsimdSize), not(next.fault), not(nextSize.fault), isZero(next.value), isZero(nextSize.value))
  let fault: Bool = not(wellFormed)
  const vregs: BV<128>[] = []
  for (let i = 0; i < 32; i++) {
    const low = readU64(t.frame, at, f.vregs + 16 * i)
    const high = readU64(t.frame, at, f.vregs + 16 * i + 8)
    fault = or(fault, low.fault, high.fault)
    vregs.push(concat<128>(high.value, low.value))
  }
  const fpsr = readU32(t.frame, at, f.fpsr)
  const fpcr = readU32(t.frame, at, f.fpcr)
  fault = or(fault, fpsr.fault, fpcr.fault)
  const load = and(when, not(fault))
  for (let i = 0; i < 32; i++) t.vregs[i] = ite(load, vregs[i]!, t.vregs[i]!)
  t.fpsr = ite(load, fpsr.value, t.fpsr)
  t.fpcr = ite(load, fpcr.value, t.fpcr)
  return fault
}

/** sys_rt_sigreturn (139). */
export function nativeSigreturn(k: Kernel, config: SymConfig, t: SymTask, siCode: BV<32>): BV<64> {
  t.restart_fn = bv(8, restartFn.do_no_restart_syscall)
  const sp = userAddress(t, t.sp)
  const reach = and(isZero(extract<4>(3, 0, sp)), accessOk(sp, f.size))
  const restored = copyTask(t)
  const err = or(restoreSigframe(k, config, restored, sp), not(mapped(t.frame, sp, f.stack, 24)))
  Object.assign(t, mergeTask(reach, restored, t))
  const bad = or(not(reach), err)
  const faulted = copyTask(t)
  forceSignal(faulted, signals.SIGSEGV, siCode, t.sp)
  Object.assign(t, mergeTask(bad, faulted, t))
  return ite(bad, bv(64, 0), t.regs[0]!)
}
