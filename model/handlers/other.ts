/** Any call of the table that has no handler here: what it returns is a choice. */
import { and, bv, False, is, not, or, ule } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { restartFn } from '../../trace/state.js'
import { inCompatTable, inTable, storeResult } from '../syscalls/dispatch.js'
import * as numbers from '../syscalls/numbers.table.js'
import { asksForTaggedAddr } from '../syscalls/tagged-addr.js'
import type { Scene } from '../events/event.js'
import { noteRestartBlock } from '../tasks/do-signal.js'
import type { Kernel, SymTask } from '../tasks/kernel.js'
import type { HandlerOf } from './handler.js'

/** The table's call has a handler of its own. Of prctl only one option has; restart_syscall has none. */
function named(k: Kernel, t: SymTask, table: Record<string, number>): Bool {
  return or(...Object.entries(table).filter(([n]) => n !== 'restart_syscall').map(([n, number]) => n === 'prctl' ? and(is(t.syscallno, number), asksForTaggedAddr(k, t)) : is(t.syscallno, number)))
}

export function other({ k, t }: Scene, e: HandlerOf<'other'>): Bool {
  const compat = inCompatTable(t)
  const selected = and(inTable(k, t), ule(e.restart as BV<8>, bv(8, restartFn.compat)), not(and(compat, named(k, t, numbers.compat))), not(and(not(compat), named(k, t, numbers.native))))
  noteRestartBlock(t, e.result as BV<64>, e.restart as BV<8>)
  // the module has cleared TIF_32BIT again: invoke_syscall() sees a native task
  if (k.flag.ofModule) t.compat_call = False
  storeResult(k, t, e.result as BV<64>)
  return selected
}
