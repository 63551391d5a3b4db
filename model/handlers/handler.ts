/** What a handler of the model is: it changes the scene and says whether table and number select it. */
import { and, False, is, not, or } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import type { Effect, EventOf, Scene } from '../events/event.js'
import { callNumber, inCompatTable, inTable } from '../syscalls/dispatch.js'
import type { Kernel, SymTask } from '../tasks/kernel.js'

export type Handler = EventOf<'handler'>
export type HandlerOf<C extends Handler['call']> = Extract<Handler, { call: C }>
export type HandlerEffect<C extends Handler['call']> = Effect<HandlerOf<C>, Scene>

/** The present call has that number in its table. */
export function numbered(k: Kernel, t: SymTask, n: { native?: number, compat?: number }): Bool {
  const compat = inCompatTable(t)
  const number = callNumber(k, t)
  return and(inTable(k, t), or(
    n.native === undefined ? False : and(not(compat), is(number, n.native)),
    n.compat === undefined ? False : and(compat, is(number, n.compat))))
}
