/** clone3 that succeeds: a task that was not there. */
import { and, bv, is, isZero } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { clone3Call } from '../syscalls/clone3.js'
import { storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import { indexOf, type Scene } from '../events/event.js'
import { copyProcess } from '../tasks/fork.js'
import { CHILD_PID } from './clone.js'
import { numbered, type HandlerOf } from './handler.js'

export function clone3({ k, s, cpu, t }: Scene, e: HandlerOf<'clone3'>): Bool {
  const i = indexOf(e.child)
  const free = is(s.tasks[i]!.at, place.absent)
  const call = clone3Call(k, t)
  const selected = and(numbered(k, t, { native: numbers.native.clone3, compat: numbers.compat.clone3 }), call.modelled, isZero(call.error))
  s.tasks[i] = copyProcess(k, cpu, t, call.args)
  storeResult(k, t, bv(64, CHILD_PID))
  return and(free, selected)
}
