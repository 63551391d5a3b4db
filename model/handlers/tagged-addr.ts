/** prctl(PR_SET_TAGGED_ADDR_CTRL). */
import { and } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import { asksForTaggedAddr, setTaggedAddrCtrl } from '../syscalls/tagged-addr.js'
import type { Scene } from '../events/event.js'
import { numbered, type HandlerOf } from './handler.js'

export function taggedAddr({ k, config, t }: Scene, _e: HandlerOf<'tagged_addr'>): Bool {
  const selected = and(numbered(k, t, { native: numbers.native.prctl, compat: numbers.compat.prctl }), asksForTaggedAddr(k, t))
  storeResult(k, t, setTaggedAddrCtrl(k, config, t))
  return selected
}
