/** What becomes of a call that a seccomp filter refuses. __seccomp_filter, seccomp_init_siginfo (kernel/seccomp.c). */
import type { Event } from '../trace/events.js'
import { place, type Task } from '../trace/state.js'
import { coredump } from './core-dump.js'
import { auditArch } from './entry.js'
import { SIGSYS, forceSignal, type Machine } from './machine.js'
import { need } from './not-enabled.js'
import { inOperation } from './tango32.js'
import { needGoingOn, setReturnError, takenAway } from './stops.js'

const MAX_ERRNO = 4095, SYS_SECCOMP = 1n

export function seccomp(m: Machine, t: Task, e: Extract<Event, { kind: 'seccomp' }>): void {
  needGoingOn(m.kernel, t)
  need(!inOperation(m, t), 'the filter has let the call pass')
  need(m.kernel.seccompAfterSkip || !takenAway(t), 'the tracer has taken the call away')
  switch (e.action) {
    case 'errno': {
      const data = Math.min(Number(e.data), MAX_ERRNO)
      if (data === 0) t.regs[0] = 0n
      else setReturnError(m.kernel, t, data)
      t.at = place.handled
      break
    }
    case 'trap':
      forceSigSeccomp(m, t, e.data)
      break
    case 'kill': // the whole process, or its last thread
      if (!m.kernel.seccompKillsAtOnce) {
        forceSigSeccomp(m, t, e.data)
        break
      }
      t.regs[0] = t.orig_x0
      coredump(m.kernel, t)
      t.at = place.dead
  }
  t.traced = false
}

/** syscall_rollback(), force_sig_seccomp(); that no handler may run after a kill (HANDLER_EXIT) is left to the run: the next event of the signal is `die`. */
function forceSigSeccomp(m: Machine, t: Task, data: bigint): void {
  t.regs[0] = t.orig_x0
  forceSignal(t, SIGSYS, SYS_SECCOMP, m.kernel.kstkEip(t))
  t.si_errno = data
  t.si_syscall = t.syscallno
  t.si_arch = auditArch(m.kernel, t)
  t.at = place.handled
}

