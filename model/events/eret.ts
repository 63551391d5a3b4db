/** kernel_exit and ERET. */
import { and, not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { kernelExit } from '../tasks/entry.js'
import type { EventOf, Scene } from './event.js'
import { nothingForced, returning } from './places.js'

export function eret({ k, config, cpu, t }: Scene, _e: EventOf<'eret'>): Bool {
  const ready = and(returning(t), nothingForced(t), not(t.TIF_MTE_ASYNC_FAULT))
  kernelExit(k, config, cpu, t)
  return ready
}
