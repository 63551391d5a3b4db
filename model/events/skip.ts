/** The tracer has made the number NO_SYSCALL: no handler runs. */
import { and, bv } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { leaveReport } from '../syscalls/dispatch.js'
import { callGoesOnAtAll, takenAway } from '../syscalls/stops.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function skip({ k, t }: Scene, _e: EventOf<'skip'>): Bool {
  const ready = and(at(t, 'entered'), callGoesOnAtAll(t), takenAway(t))
  leaveReport(k, t)
  t.at = bv(8, place.handled)
  return ready
}
