/** clone: a task that was not there. */
import { and, bv, is } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import { indexOf, type Scene } from '../events/event.js'
import { cloneArguments, copyProcess } from '../tasks/fork.js'
import { numbered, type HandlerOf } from './handler.js'

/** The child's pid, as clone returns it to its parent. */
export const CHILD_PID = 2n

export function clone({ k, s, cpu, t }: Scene, e: HandlerOf<'clone'>): Bool {
  const i = indexOf(e.child)
  const free = is(s.tasks[i]!.at, place.absent)
  const selected = numbered(k, t, { native: numbers.native.clone, compat: numbers.compat.clone })
  s.tasks[i] = copyProcess(k, cpu, t, cloneArguments(k, t))
  storeResult(k, t, bv(64, CHILD_PID))
  return and(free, selected)
}
