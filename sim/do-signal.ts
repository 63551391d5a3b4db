/** The return-to-user loop with a signal: do_notify_resume, do_signal, handle_signal. arch/arm64/kernel/signal.c. */
import type { Event } from '../trace/events.js'
import type { Task } from '../trace/state.js'
import { EINTR, ERESTARTNOHAND, ERESTARTNOINTR, ERESTARTSYS, ERESTART_RESTARTBLOCK, NO_SYSCALL, errno, int, low32, u64 } from './bits.js'
import { compatSetupFrame } from './frame32.js'
import { setupRtFrame } from './frame64.js'
import { SA_EXPOSE_TAGBITS, SA_NODEFER, SA_RESTART, type Ksignal } from './ksignal.js'
import { SIGKILL, SIGSEGV, SIGSTOP, SIGSYS, forceSignal, forgetSigsys, setCurrentBlocked, type Machine } from './machine.js'
import { untagged } from './memory.js'
import { need } from './not-enabled.js'
import { SS, thumb, validUserRegs } from './psr.js'
import { setReturnError } from './stops.js'

const SEGV_MTEAERR = 8n, SI_KERNEL = 0x80n
const NR_restart_syscall = 128n, NR_compat_restart_syscall = 0n

/** What do_signal() keeps about the call it may restart. */
interface Restart { readonly syscall: boolean, readonly retval: number, readonly continueAddr: bigint, readonly restartAddr: bigint }

/** do_notify_resume: an asynchronous tag check fault is sent (send_sig_fault), which does not touch `blocked`. */
function sendMteFault(m: Machine, t: Task): void {
  if (!m.kernel.knowsMte || !t.TIF_MTE_ASYNC_FAULT) return
  t.TIF_MTE_ASYNC_FAULT = false
  t.signo = BigInt(SIGSEGV)
  t.si_code = SEGV_MTEAERR
  t.si_addr = 0n
  forgetSigsys(t)
}

/** The first half of do_signal(): prepares a restart and forgets the call. */
function prepareRestart(t: Task): Restart {
  if (t.syscallno === NO_SYSCALL) return { syscall: false, retval: 0, continueAddr: 0n, restartAddr: 0n }
  const continueAddr = t.pc
  const restartAddr = u64(continueAddr - (thumb(t.pstate) ? 2n : 4n))
  const retval = int(t.regs[0]!)
  t.syscallno = NO_SYSCALL
  if ([ERESTARTNOHAND, ERESTARTSYS, ERESTARTNOINTR, ERESTART_RESTARTBLOCK].includes(-retval)) {
    t.regs[0] = t.orig_x0
    t.pc = restartAddr
  }
  return { syscall: true, retval, continueAddr, restartAddr }
}

/** do_signal() with a signal that has a handler. */
export function signal(m: Machine, t: Task, e: Extract<Event, { kind: 'signal' }>): void {
  need(!t.stopped, 'the task is stopped')
  const signo = Number(e.signo)
  need(signo >= 1 && signo <= 64 && signo !== SIGKILL && signo !== SIGSTOP, `no handler for signal ${signo}`)
  need(e.handler > 1n, 'SIG_DFL and SIG_IGN are no handlers')
  sendMteFault(m, t)
  need(t.signo === 0n || t.signo === e.signo, `signal ${t.signo} is forced on the task`)
  need(t.signo !== 0n || (t.blocked >> BigInt(signo - 1) & 1n) === 0n, `signal ${signo} is blocked`)
  const k: Ksignal = { signo, code: t.si_code, addr: shownAddress(m, t, low32(e.flags)), errno: t.si_errno, syscall: t.si_syscall, arch: t.si_arch, handler: e.handler, flags: low32(e.flags) | 0, restorer: e.restorer, sigtramp: e.sigtramp }
  const r = prepareRestart(t)
  t.signo = 0n
  t.si_code = 0n
  t.si_addr = 0n
  forgetSigsys(t)
  const interrupted = r.retval === -ERESTARTNOHAND || r.retval === -ERESTART_RESTARTBLOCK || (r.retval === -ERESTARTSYS && (k.flags & SA_RESTART) === 0)
  if (t.pc === r.restartAddr && interrupted) {
    if (m.kernel.cutsErrnos) setReturnError(m.kernel, t, EINTR)
    else t.regs[0] = errno(EINTR)
    t.pc = r.continueAddr
  }
  handleSignal(m, t, k)
}

/** hide_si_addr_tag_bits() (kernel/signal.c): of siginfo that has a fault address (SIL_FAULT), which is what is forced here but for SIGSYS and SI_KERNEL. */
function shownAddress(m: Machine, t: Task, flags: number): bigint {
  const fault = t.si_code > 0n && t.si_code < SI_KERNEL && t.signo !== BigInt(SIGSYS)
  return m.kernel.hidesTagBits && fault && (flags & SA_EXPOSE_TAGBITS) === 0 ? untagged(t.si_addr) : t.si_addr
}

function handleSignal(m: Machine, t: Task, k: Ksignal): void {
  const written = m.kernel.sites.handleSignal(t) ? compatSetupFrame(t, k) : setupRtFrame(m.kernel, m.config, t, k)
  const valid = validUserRegs(m.kernel, m.config, t, t)
  if (!written || !valid) {
    forceSignal(t, SIGSEGV, SI_KERNEL, 0n) // force_sigsegv
    return
  }
  if (m.kernel.fastforwardsIntoHandler && t.TIF_SINGLESTEP) t.pstate &= ~BigInt(SS)
  const own = (k.flags & SA_NODEFER) === 0 ? 1n << BigInt(k.signo - 1) : 0n
  setCurrentBlocked(t, t.blocked | own)
}

/** do_signal() with nothing to deliver. */
export function restart(m: Machine, t: Task): void {
  need(!t.stopped, 'the task is stopped')
  need(t.signo === 0n, 'a signal is forced on the task')
  sendMteFault(m, t)
  const r = prepareRestart(t)
  if (!r.syscall || t.pc !== r.restartAddr) return
  if (r.retval === -ERESTART_RESTARTBLOCK) {
    if (m.kernel.sites.setupRestartSyscall(t)) t.regs[7] = NR_compat_restart_syscall
    else t.regs[8] = NR_restart_syscall
  }
  if (t.TIF_SINGLESTEP) t.pstate |= BigInt(SS) // user_rewind_single_step
}
