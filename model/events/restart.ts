/** do_signal() with nothing to deliver. */
import { and } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { restartWithoutSignal } from '../tasks/do-signal.js'
import type { EventOf, Scene } from './event.js'
import { nothingForced, returning } from './places.js'

export function restart({ k, t }: Scene, _e: EventOf<'restart'>): Bool {
  const ready = and(returning(t), nothingForced(t))
  restartWithoutSignal(k, t)
  return ready
}
