/** do_signal(), handle_signal(), do_notify_resume()'s part for signals. arch/arm64/kernel/signal.c, v5.4 to v6.12. */
import { and, bv, bvor, bvand, bvsub, eq, extract, is, isZero, ite, not, or, sext, shl, False } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { compat, errno, saFlags, siCode, signals } from '../syscalls/numbers.table.js'
import { errorResult } from '../syscalls/dispatch.js'
import { NO_SYSCALL } from './entry.js'
import { forceSignal, sendSignal } from './force-signal.js'
import { asks, type Kernel, type SymConfig, type SymTask } from './kernel.js'
import { compatThumbMode, drop, PSR, set, validUserRegs } from './sanitise.js'
import { compatSetupFrame, setupRtFrame, type Ksignal } from './signal-frames.js'
import { copyTask, mergeTask } from './symbolic.js'
import { untagged } from './uaccess.js'

const negative = (e: number): BV<64> => bv(64, (1n << 64n) - BigInt(e))

/** do_notify_resume(): an asynchronous tag fault becomes SIGSEGV before do_signal runs. */
function mteFault(t: SymTask): void {
  const faulted = copyTask(t)
  sendSignal(faulted, signals.SIGSEGV, bv(32, siCode.SEGV_MTEAERR), bv(64, 0))
  faulted.TIF_MTE_ASYNC_FAULT = False
  Object.assign(t, mergeTask(t.TIF_MTE_ASYNC_FAULT, faulted, t))
}

interface Prepared { inSyscall: Bool, retval: BV<64>, restartAddr: BV<64>, continueAddr: BV<64> }
const among = (r: BV<64>, ...codes: number[]): Bool => or(...codes.map((c) => eq(r, negative(c))))

/** The first half: prepare the restart of an interrupted call. */
function prepareRestart(t: SymTask): Prepared {
  const inSyscall = not(eq(t.syscallno, NO_SYSCALL))
  const continueAddr = t.pc
  const restartAddr = bvsub(t.pc, ite(compatThumbMode(t.pstate), bv(64, 2), bv(64, 4)))
  // retval is an int
  const retval = sext<64>(64, extract(31, 0, t.regs[0]!))
  t.syscallno = NO_SYSCALL
  const restarts = and(inSyscall, among(retval, errno.ERESTARTNOHAND, errno.ERESTARTSYS, errno.ERESTARTNOINTR, errno.ERESTART_RESTARTBLOCK))
  t.regs[0] = ite(restarts, t.orig_x0, t.regs[0]!)
  t.pc = ite(restarts, restartAddr, t.pc)
  return { inSyscall, retval, restartAddr, continueAddr }
}

/** The event `signal`. What is delivered is the forced signal where there is one. */
export function deliverSignal(k: Kernel, config: SymConfig, t: SymTask, s: Omit<Ksignal, 'code' | 'addr' | 'errno' | 'syscall' | 'arch'>): void {
  mteFault(t)
  const forced = not(isZero(t.signo))
  const ksig: Ksignal = { ...s, code: ite(forced, t.si_code, bv(32, 0)), addr: ite(forced, shownAddress(k, t, s.flags), bv(64, 0)), errno: t.si_errno, syscall: t.si_syscall, arch: t.si_arch }
  const p = prepareRestart(t)
  // restart_addr and retval are 0 outside a system call
  const undo = and(p.inSyscall, eq(t.pc, p.restartAddr), or(among(p.retval, errno.ERESTARTNOHAND, errno.ERESTART_RESTARTBLOCK),
    and(among(p.retval, errno.ERESTARTSYS), isZero(bvand(ksig.flags, bv(32, saFlags.SA_RESTART))))))
  t.regs[0] = ite(undo, errorResult(k, t, errno.EINTR), t.regs[0]!)
  t.pc = ite(undo, p.continueAddr, t.pc)
  clearForced(t)
  handleSignal(k, config, t, ksig)
}

/** hide_si_addr_tag_bits() (kernel/signal.c): the address of a fault (SIL_FAULT) goes without its tag unless the handler wants it; that of SIGSYS stays. */
function shownAddress(k: Kernel, t: SymTask, flags: BV<32>): BV<64> {
  if (!k.hidesTagBits) return t.si_addr
  const whole = or(is(t.signo, signals.SIGSYS), not(isZero(bvand(flags, bv(32, saFlags.SA_EXPOSE_TAGBITS)))))
  return ite(whole, t.si_addr, untagged(t.si_addr))
}

function clearForced(t: SymTask): void {
  t.signo = bv(8, 0)
  t.si_code = bv(32, 0)
  t.si_addr = bv(64, 0)
  t.si_errno = bv(32, 0)
  t.si_syscall = bv(32, 0)
  t.si_arch = bv(32, 0)
}

/** handle_signal(): the frame that the site's predicate asks for, then a last look at PSTATE. */
export function handleSignal(k: Kernel, config: SymConfig, t: SymTask, s: Ksignal): void {
  const compatSide = asks(k, 'handle_signal', t)
  const sigInfo = not(isZero(bvand(s.flags, bv(32, saFlags.SA_SIGINFO))))
  const [rt32, plain32, rt64] = [copyTask(t), copyTask(t), copyTask(t)]
  const errors = [compatSetupFrame(rt32, s, true), compatSetupFrame(plain32, s, false), setupRtFrame(k, config, rt64, s)] as const
  const which = (a: SymTask, b: SymTask, c: SymTask): SymTask => mergeTask(compatSide, mergeTask(sigInfo, a, b), c)
  const err = or(and(compatSide, sigInfo, errors[0]), and(compatSide, not(sigInfo), errors[1]), and(not(compatSide), errors[2]))
  Object.assign(t, which(rt32, plain32, rt64))
  const checked = validUserRegs(k, config, t.pstate, t)
  t.pstate = checked.pstate
  const failed = or(err, not(checked.ok))
  // signal_setup_done: block the signal, or force SIGSEGV
  const bit = shiftLeft1(s.signo)
  const noDefer = not(isZero(bvand(s.flags, bv(32, saFlags.SA_NODEFER))))
  const done = copyTask(t)
  // user_fastforward_single_step()
  if (k.fastForwardsIntoHandler) done.pstate = ite(t.TIF_SINGLESTEP, drop(t.pstate, PSR.SS), t.pstate)
  done.blocked = ite(noDefer, t.blocked, bvor(t.blocked, bit))
  const bad = copyTask(t)
  forceSignal(bad, signals.SIGSEGV, bv(32, siCode.SI_KERNEL), bv(64, 0))
  Object.assign(t, mergeTask(failed, bad, done))
}

/** 1 << (signo - 1), for signals 1 to 64. */
function shiftLeft1(signo: BV<8>): BV<64> {
  let out = bv(64, 0)
  for (let i = 1; i <= 64; i++) out = ite(is(signo, i), shl(bv(64, 1), i - 1), out)
  return out
}

/** The event `restart`: do_signal() with no signal; a restart block comes back as restart_syscall. */
export function restartWithoutSignal(k: Kernel, t: SymTask): void {
  mteFault(t)
  const p = prepareRestart(t)
  const restarting = and(p.inSyscall, eq(t.pc, p.restartAddr))
  const block = and(restarting, among(p.retval, errno.ERESTART_RESTARTBLOCK))
  // setup_restart_syscall()
  const compatSide = asks(k, 'setup_restart_syscall', t)
  t.regs[7] = ite(and(block, compatSide), bv(64, compat.restart_syscall), t.regs[7]!)
  t.regs[8] = ite(and(block, not(compatSide)), k.restartSyscall(t), t.regs[8]!)
  // user_rewind_single_step()
  t.pstate = ite(and(restarting, t.TIF_SINGLESTEP), set(t.pstate, PSR.SS), t.pstate)
}

/** What a handler that returns -ERESTART_RESTARTBLOCK leaves in current->restart_block. */
export function noteRestartBlock(t: SymTask, result: BV<64>, fn: BV<8>): void {
  const block = eq(sext<64>(64, extract(31, 0, result)), negative(errno.ERESTART_RESTARTBLOCK))
  t.restart_fn = ite(block, fn, t.restart_fn)
}
export const isAtReturn = (t: SymTask): Bool => is(t.at, place.returning)
