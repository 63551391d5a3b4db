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
      t.regs[0] = t.orig_x0 // syscall_rollback
      forceSignal(t, SIGSYS, SYS_SECCOMP, m.kernel.kstkEip(t))
      t.si_errno = e.data
      t.si_syscall = t.syscallno
      t.si_arch = auditArch(m.kernel, t)
      t.at = place.handled
      break
    case 'kill': // the whole process, or its last thread
      t.regs[0] = t.orig_x0
      coredump(m.kernel, t)
      t.at = place.dead
  }
  t.traced = false
}

