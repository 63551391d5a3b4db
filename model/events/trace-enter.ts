/** The entry of a system call is reported to the tracer. */
import { and, not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { reportEntry } from '../syscalls/stops.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function traceEnter({ k, t }: Scene, _e: EventOf<'trace_enter'>): Bool {
  const ready = and(at(t, 'entered'), not(t.stopped), not(t.traced), t.TIF_SYSCALL_TRACE)
  reportEntry(k, t)
  return ready
}
