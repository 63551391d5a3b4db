/** The end of el0_svc_common() and of the dispatcher. */
import { and } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { leave as leaveCall } from '../syscalls/dispatch.js'
import { exitReported } from '../syscalls/stops.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function leave({ k, t }: Scene, _e: EventOf<'leave'>): Bool {
  const ready = and(at(t, 'handled'), exitReported(k, t))
  leaveCall(k, t)
  return ready
}
