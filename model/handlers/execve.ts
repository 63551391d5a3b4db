/** A successful execve of an image of either width. */
import { and, bv, True } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import type { Scene } from '../events/event.js'
import { execve as newImage } from '../tasks/exec.js'
import { numbered, type HandlerOf } from './handler.js'

export function execve({ k, config, cpu, t }: Scene, e: HandlerOf<'execve'>): Bool {
  const selected = and(numbered(k, t, { native: numbers.native.execve, compat: numbers.compat.execve }), e.bits === 32 ? config.aarch32_el0 : True)
  newImage(k, config, cpu, t, e.bits)
  storeResult(k, t, bv(64, 0))
  return selected
}
