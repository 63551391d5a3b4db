/** A forced signal without a handler: its default action. */
import { and, bv, not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { dumpCore, dumpsCore } from '../tasks/core-dump.js'
import type { EventOf, Scene } from './event.js'
import { nothingForced, returning } from './places.js'

export function die({ k, t }: Scene, _e: EventOf<'die'>): Bool {
  const ready = and(returning(t), not(nothingForced(t)))
  dumpCore(k, t, dumpsCore(t.signo))
  t.at = bv(8, place.dead)
  return ready
}
