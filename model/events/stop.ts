/** The task stops for its tracer on its way back to user space. */
import { True } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import type { EventOf, Scene } from './event.js'
import { returning } from './places.js'

export function stop({ t }: Scene, _e: EventOf<'stop'>): Bool {
  const ready = returning(t)
  t.stopped = True
  return ready
}
