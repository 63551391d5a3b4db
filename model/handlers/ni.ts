/** do_ni_syscall: the number is in no table. */
import { not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { doNiSyscall } from '../syscalls/arm-private.js'
import { inTable, storeResult } from '../syscalls/dispatch.js'
import type { Scene } from '../events/event.js'
import type { HandlerOf } from './handler.js'

export function ni({ k, cpu, t }: Scene, _e: HandlerOf<'ni'>): Bool {
  const selected = not(inTable(k, t))
  storeResult(k, t, doNiSyscall(k, cpu, t))
  return selected
}
