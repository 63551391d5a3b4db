/** The handler that table and number select. */
import { and } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { handlers } from '../handlers/index.js'
import type { Handler } from '../handlers/handler.js'
import { callGoesOn } from '../syscalls/stops.js'
import type { Effect, EventOf, Scene } from './event.js'
import { at } from './places.js'

export function handler(x: Scene, e: EventOf<'handler'>): Bool {
  const ready = and(at(x.t, 'entered'), callGoesOn(x.t))
  return and(ready, (handlers[e.call] as Effect<Handler, Scene>)(x, e))
}
