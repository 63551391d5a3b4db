/** Where a task has to be for an event. */
import { and, is, isZero, not } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { place, type Place } from '../../trace/state.js'
import type { SymTask } from '../tasks/symbolic.js'

export const at = (t: SymTask, p: Place): Bool => is(t.at, place[p])
/** In the return-to-user loop, and not waiting for a tracer. */
export const returning = (t: SymTask): Bool => and(at(t, 'returning'), not(t.stopped))
export const nothingForced = (t: SymTask): Bool => isZero(t.signo)
