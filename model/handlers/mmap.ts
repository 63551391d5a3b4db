/** mmap and mmap2: what address comes back. */
import { and } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { storeResult } from '../syscalls/dispatch.js'
import { mmapCanReturn } from '../syscalls/mmap.js'
import * as numbers from '../syscalls/numbers.table.js'
import type { Scene } from '../events/event.js'
import { numbered, type HandlerOf } from './handler.js'

export function mmap({ k, t }: Scene, e: HandlerOf<'mmap'>): Bool {
  const selected = and(numbered(k, t, { native: numbers.native.mmap, compat: numbers.compat.mmap2 }), mmapCanReturn(k, t, e.result as BV<64>))
  storeResult(k, t, e.result as BV<64>)
  return selected
}
