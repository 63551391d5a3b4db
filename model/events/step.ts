/** A software step exception: the task has run one instruction, or was about to step in the active-pending state. */
import { and, bv, bvor, False, True } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { irq as takeIrq } from '../tasks/entry.js'
import { PSR } from '../tasks/sanitise.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function step({ k, config, cpu, t }: Scene, e: EventOf<'step'>): Bool {
  const ready = and(at(t, 'el0'), t.TIF_SINGLESTEP)
  takeIrq(k, config, cpu, t, e.upper as BV<15>, False)
  // single_step_handler: SIGTRAP, then user_rewind_single_step; the tracer is told on the way back
  t.pstate = bvor(t.pstate, bv(64, PSR.SS))
  t.stopped = True
  return ready
}
