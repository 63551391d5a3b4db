/** A seccomp filter refuses the call. */
import { and, False, not } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { seccompRefuses } from '../syscalls/seccomp.js'
import { leaveReport } from '../syscalls/dispatch.js'
import { callGoesOn, callGoesOnAtAll } from '../syscalls/stops.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function seccomp({ k, t }: Scene, e: EventOf<'seccomp'>): Bool {
  // up to v5.11 syscall_trace_enter() returns before the filter when the tracer has taken the call away
  const inOperation = k.flag.ofModule ? t.compat_call : False
  const ready = and(at(t, 'entered'), not(inOperation), k.skipsBeforeSeccomp ? callGoesOn(t) : callGoesOnAtAll(t))
  seccompRefuses(k, t, e.action, e.data as BV<16>)
  leaveReport(k, t, at(t, 'handled'))
  return ready
}
