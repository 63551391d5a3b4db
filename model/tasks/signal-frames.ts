/** Signal frames as delivery writes them. arch/arm64/kernel/signal32.c, signal.c. */
import { and, bit, bv, bvadd, bvand, bvor, bvsub, concat, extract, is, isZero, ite, iteBool, lower32, not, or, True, ule, zext } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { compatFlags, compatFrame as c, nativeFrame as n } from '../syscalls/frames.table.js'
import { saFlags, siCode, signals } from '../syscalls/numbers.table.js'
import { FPSCR_CTRL, FPSCR_STAT } from '../syscalls/sigreturn-compat.js'
import { lifted } from './lifted.js'
import type { Kernel, SymConfig, SymTask } from './kernel.js'
import { drop, PSR, PSR_AA32, pstateToCompatPsr, set } from './sanitise.js'
import { accessOk, mapped, TASK_SIZE_MAX, userAddress, writeU32, writeU64 } from './uaccess.js'

/** k_sigaction and siginfo of the signal being delivered. */
export interface Ksignal { signo: BV<8>, code: BV<32>, addr: BV<64>, errno: BV<32>, syscall: BV<32>, arch: BV<32>, handler: BV<64>, flags: BV<32>, restorer: BV<64>, sigtramp: BV<64> }

const w32 = (v: number | bigint): BV<32> => bv(32, v)
const hasFlag = (s: Ksignal, flag: number): Bool => not(isZero(bvand(s.flags, w32(flag))))
/** Does siginfo of this signal carry si_addr? (SIGSEGV and SIGILL, when forced.) */
const fault = (s: Ksignal): Bool => and(or(is(s.signo, signals.SIGSEGV), is(s.signo, signals.SIGILL)), not(isZero(s.code)))

/** SIGSYS of a seccomp filter: siginfo has si_errno, si_call_addr, si_syscall and si_arch. */
const sigsys = (s: Ksignal): Bool => and(is(s.signo, signals.SIGSYS), is(s.code, siCode.SYS_SECCOMP))

/** compat_get_sigframe(): 32-bit arithmetic; access_ok decides. */
export function compatFrameAddress(t: SymTask, size: number): BV<64> {
  const sp = bvsub(lower32(t.regs[13]!), w32(size))
  return zext(64, bvand(sp, w32(0xfffffff8)))
}

/** compat_setup_return(): T from the handler, IT and flags cleared, E the kernel's; the upper half of PSTATE becomes 0. */
export function compatSetupReturn(t: SymTask, s: Ksignal, frame: BV<64>, rt: Bool): void {
  const handler = lower32(s.handler)
  const thumb = bit(0, handler)
  let spsr = drop(zext(64, lower32(t.pstate)), PSR_AA32.PSR_f | PSR_AA32.E)
  spsr = ite(thumb, set(spsr, PSR_AA32.T), drop(spsr, PSR_AA32.T))
  spsr = drop(spsr, PSR_AA32.IT_MASK)
  // without SA_RESTORER the sigpage has the return code: ARM, Thumb, ARM rt, Thumb rt
  const index = bvadd(ite(thumb, w32(8 + 1), w32(0)), ite(rt, w32(12), w32(0)))
  const retcode = ite(hasFlag(s, saFlags.SA_RESTORER), lower32(s.restorer), bvadd(lower32(s.sigtramp), index))
  t.regs[0] = zext(64, s.signo)
  t.regs[13] = frame
  t.regs[14] = zext(64, retcode)
  t.pc = zext(64, handler)
  t.pstate = spsr
}

/** compat_setup_frame and compat_setup_rt_frame, chosen by SA_SIGINFO. Returns the error; registers change only without one. */
export function compatSetupFrame(t: SymTask, s: Ksignal, rt: boolean): Bool {
  const size = rt ? c.rtSize : c.size
  const base = rt ? c.rt : 0
  const at = compatFrameAddress(t, size)
  const ok = accessOk(at, size)
  let err: Bool = not(ok)
  const put = (offset: number, value: BV<32>, when: Bool = ok): void => { err = or(err, writeU32(t.frame, at, offset, value, when)) }
  if (rt) {
    // copy_to_user stops at the first byte that faults: nothing is written if that is the first of all
    const info = and(ok, mapped(t.frame, at, 0, 4))
    put(0, zext(32, s.signo), info); put(4, ite(sigsys(s), s.errno, w32(0)), info); put(8, s.code, info)
    put(12, ite(or(fault(s), sigsys(s)), lower32(s.addr), w32(0)), info)
    put(16, ite(sigsys(s), s.syscall, w32(0)), info); put(20, ite(sigsys(s), s.arch, w32(0)), info)
    for (let o = 24; o < c.rt; o += 4) put(o, w32(0), info)
    put(base + c.flags, w32(0)); put(base + c.link, w32(0))
    // __compat_save_altstack without an alternate stack: SS_DISABLE
    put(base + c.stack, w32(0)); put(base + c.stack + 4, w32(2)); put(base + c.stack + 8, w32(0))
  } else put(c.flags, w32(compatFlags.uc_flags))
  const outer = err
  // compat_setup_sigframe() counts its own errors
  err = not(ok)
  for (let i = 0; i < 15; i++) put(base + c.r0 + 4 * i, lower32(t.regs[i]!))
  put(base + c.pc, lower32(t.pc))
  put(base + c.cpsr, lower32(pstateToCompatPsr(t.pstate)))
  put(base + c.trap_no, w32(0)); put(base + c.error_code, w32(0)); put(base + c.fault_address, w32(0))
  put(base + c.oldmask, lower32(t.blocked))
  put(base + c.sigmask, lower32(t.blocked)); put(base + c.sigmask + 4, extract<32>(63, 32, t.blocked))
  // compat_preserve_vfp_context only while nothing failed
  const good = not(err)
  put(base + c.vfp_magic, w32(c.vfpMagic), good); put(base + c.vfp_size, w32(c.vfpStorageSize), good)
  for (let i = 0; i < 16; i++) for (let j = 0; j < 4; j++) put(base + c.fpregs + 16 * i + 4 * j, extract<32>(32 * j + 31, 32 * j, t.vregs[i]!), good)
  put(base + c.fpscr, bvor(bvand(t.fpsr, w32(FPSCR_STAT)), bvand(t.fpcr, w32(FPSCR_CTRL))), good)
  put(base + c.fpexc, w32(1n << 30n), good); put(base + c.fpinst, w32(0), good); put(base + c.fpinst2, w32(0), good)
  put(base + c.end_magic, w32(0)); put(base + c.end_magic + 4, w32(0))
  err = or(err, outer)
  const done = not(err)
  const next: SymTask = { ...t, regs: [...t.regs] }
  compatSetupReturn(next, s, at, rt ? True : not(True))
  if (rt) {
    next.regs[1] = at
    // the casts to compat_ulong_t cut both
    next.regs[2] = zext(64, lower32(bvadd(at, bv(64, c.rt))))
  }
  t.regs = t.regs.map((r, i) => ite(done, next.regs[i]!, r))
  t.pc = ite(done, next.pc, t.pc)
  t.pstate = ite(done, next.pstate, t.pstate)
  return err
}

/** setup_return(): BTYPE as after BLR where the kernel knows BTI, TCO cleared where it knows MTE. */
export function setupReturn(k: Kernel, config: SymConfig, t: SymTask, s: Ksignal, frame: BV<64>, record: BV<64>): void {
  if (lifted(k, 'setup_return', { config, current: t, values: { frame, record, signo: s.signo, handler: s.handler, sa_flags: s.flags, restorer: s.restorer, sigtramp: s.sigtramp } }) !== undefined) return
  t.regs[0] = zext(64, s.signo)
  t.sp = frame
  t.regs[29] = record
  t.pc = s.handler
  if (k.hasBti) t.pstate = ite(config.bti, set(drop(t.pstate, PSR.BTYPE_MASK), PSR.BTYPE_C), t.pstate)
  if (k.hasMte) t.pstate = drop(t.pstate, PSR.TCO)
  t.regs[30] = ite(hasFlag(s, saFlags.SA_RESTORER), s.restorer, s.sigtramp)
  if (k.siginfoBeforeRegisters) setInfoArguments(t, s, frame)
}

/** x1 and x2 of a handler with SA_SIGINFO: siginfo and ucontext in the frame. */
function setInfoArguments(t: SymTask, s: Ksignal, frame: BV<64>): void {
  const wanted = hasFlag(s, saFlags.SA_SIGINFO)
  t.regs[1] = ite(wanted, frame, t.regs[1]!)
  t.regs[2] = ite(wanted, bvadd(frame, bv(64, n.flags)), t.regs[2]!)
}

/** get_sigframe(): the frame record below sp, the frame below it, both on 16 bytes (no alternate stack, no SVE). */
export function nativeFrameAddress(t: SymTask): { at: BV<64>, record: BV<64> } {
  const record = bvand(bvsub(t.sp, bv(64, 16)), bv(64, (1n << 64n) - 16n))
  return { at: bvsub(record, bv(64, n.size)), record }
}

/** setup_rt_frame(): the native frame. Its frame record lies above the region and never faults here. Returns the error. */
export function setupRtFrame(k: Kernel, config: SymConfig, t: SymTask, s: Ksignal): Bool {
  const { at, record } = nativeFrameAddress(t)
  const memory = userAddress(t, at)
  // access_ok(sigframe, sp_top - sigframe): from the frame up to the old sp, in 65 bits
  const ok = iteBool(t.TIF_TAGGED_ADDR, ule(memory, bvsub(bv(64, TASK_SIZE_MAX), bvsub(t.sp, at))), and(ule(at, t.sp), ule(t.sp, bv(64, TASK_SIZE_MAX))))
  let err: Bool = not(ok)
  const put = (offset: number, value: BV<64>, when: Bool): void => { err = or(err, writeU64(t.frame, memory, offset, value, when)) }
  put(n.flags, bv(64, 0), ok); put(n.link, bv(64, 0), ok)
  // __save_altstack without an alternate stack: SS_DISABLE
  put(n.stack, bv(64, 0), ok); put(n.stack + 8, bv(64, 2), ok); put(n.stack + 16, bv(64, 0), ok)
  const outer = err
  // setup_sigframe() counts its own errors
  err = not(ok)
  t.regs.forEach((r, i) => put(n.regs + 8 * i, r, ok))
  put(n.sp, t.sp, ok); put(n.pc, t.pc, ok); put(n.pstate, t.pstate, ok); put(n.fault_address, bv(64, 0), ok)
  put(n.sigmask, t.blocked, ok)
  const good = not(err)
  put(n.record, concat<64>(w32(n.fpsimdSize), w32(n.fpsimdMagic)), good)
  put(n.fpsr, concat<64>(t.fpcr, t.fpsr), good)
  t.vregs.forEach((v, i) => { put(n.vregs + 16 * i, extract<64>(63, 0, v), good); put(n.vregs + 16 * i + 8, extract<64>(127, 64, v), good) })
  put(n.nextRecord, bv(64, 0), good)
  err = or(err, outer)
  const wanted = hasFlag(s, saFlags.SA_SIGINFO)
  const copied = not(err)
  // v6.12 and before: siginfo after setup_return, so that a fault there is an error with the registers changed; v7.3: whatever failed, and before the registers
  const info = k.siginfoBeforeRegisters ? and(ok, wanted) : and(copied, wanted)
  // copy_to_user stops at the first byte that faults, and the expansion is cleared only after it
  const started = mapped(t.frame, memory, 0, 8)
  let infoErr: Bool = not(True)
  const putInfo = (offset: number, value: BV<64>): void => { infoErr = or(infoErr, writeU64(t.frame, memory, offset, value, and(info, started))) }
  const word = (high: BV<32>): BV<32> => ite(sigsys(s), high, w32(0))
  putInfo(0, concat<64>(word(s.errno), zext(32, s.signo))); putInfo(8, zext(64, s.code)); putInfo(16, ite(or(fault(s), sigsys(s)), s.addr, bv(64, 0)))
  putInfo(24, concat<64>(word(s.arch), word(s.syscall)))
  for (let o = 32; o < 128; o += 8) putInfo(o, bv(64, 0))
  const infoFailed = and(info, infoErr)
  const done = k.siginfoBeforeRegisters ? and(copied, not(infoFailed)) : copied
  const next: SymTask = { ...t, regs: [...t.regs] }
  setupReturn(k, config, next, s, at, record)
  if (!k.siginfoBeforeRegisters) setInfoArguments(next, s, at)
  t.regs = t.regs.map((r, i) => ite(done, next.regs[i]!, r))
  t.sp = ite(done, next.sp, t.sp)
  t.pc = ite(done, next.pc, t.pc)
  t.pstate = ite(done, next.pstate, t.pstate)
  return or(err, infoFailed)
}
