/** Any call of the table that has no handler here: what it returns is a choice. */
import { and, bv, eq, False, implies, is, isZero, not, or, ule } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { restartFn } from '../../trace/state.js'
import { clone3Call, isClone3 } from '../syscalls/clone3.js'
import { callNumber, inCompatTable, inTable, storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import { asksForTaggedAddr } from '../syscalls/tagged-addr.js'
import type { Scene } from '../events/event.js'
import { noteRestartBlock } from '../tasks/do-signal.js'
import type { Kernel, SymTask } from '../tasks/kernel.js'
import type { HandlerOf } from './handler.js'

/** The table's call has a handler of its own. Of prctl only one option has; restart_syscall has none, and clone3 that fails. */
function named(k: Kernel, t: SymTask, table: Record<string, number>): Bool {
  const nr = callNumber(k, t)
  return or(...Object.entries(table).filter(([n]) => n !== 'restart_syscall' && n !== 'clone3').map(([n, number]) => n === 'prctl' ? and(is(nr, number), asksForTaggedAddr(k, t)) : is(nr, number)))
}

/** The largest errno of uapi (EHWPOISON). */
const LAST_ERRNO = 133n

export function other({ k, t }: Scene, e: HandlerOf<'other'>): Bool {
  const compat = inCompatTable(t)
  const selected = and(inTable(k, t), ule(e.restart as BV<8>, bv(8, restartFn.compat)), not(and(compat, named(k, t, numbers.compat))), not(and(not(compat), named(k, t, numbers.native))))
  const failed = clone3Failed(k, t, e.result as BV<64>)
  noteRestartBlock(t, e.result as BV<64>, e.restart as BV<8>)
  // the module has cleared TIF_32BIT again: invoke_syscall() sees a native task
  if (k.flag.ofModule) t.compat_call = False
  storeResult(k, t, e.result as BV<64>)
  return and(selected, failed)
}

/** clone3 that made no task: what its arguments say is wrong, else whatever copy_process has against it. */
function clone3Failed(k: Kernel, t: SymTask, result: BV<64>): Bool {
  const { modelled, error } = clone3Call(k, t)
  return implies(isClone3(k, t), and(modelled, ule(bv(64, (1n << 64n) - LAST_ERRNO), result), or(isZero(error), eq(result, error))))
}
