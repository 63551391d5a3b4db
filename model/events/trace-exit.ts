/** The exit of a system call is reported to the tracer. */
import { and, not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { exitReportDue, reportExit } from '../syscalls/stops.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function traceExit({ k, t }: Scene, _e: EventOf<'trace_exit'>): Bool {
  const ready = and(at(t, 'handled'), not(t.stopped), not(t.traced), exitReportDue(k, t))
  reportExit(k, t)
  return ready
}
