/** ptrace on another task. */
import { and, False, is, not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import { ptraceModelled, sysPtrace } from '../syscalls/ptrace.js'
import { indexOf, type Scene } from '../events/event.js'
import { numbered, type HandlerOf } from './handler.js'

export function ptrace({ k, config, s, t }: Scene, e: HandlerOf<'ptrace'>): Bool {
  const target = s.tasks[indexOf(e.target)]!
  if (target === t) return False
  const selected = and(numbered(k, t, { native: numbers.native.ptrace, compat: numbers.compat.ptrace }), ptraceModelled(k, t, target), not(is(target.at, place.absent)))
  storeResult(k, t, sysPtrace(k, config, t, target))
  return selected
}
