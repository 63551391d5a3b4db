/** What an event of the model is: a function that changes a copy of the state and says what must have held before. */
import { and, is } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { taskNames, type TaskName } from '../../trace/state.js'
import type { Kernel } from '../tasks/kernel.js'
import type { SymConfig, SymCpu, SymEvent, SymState, SymTask } from '../tasks/symbolic.js'

/** The machine an event works on: CPU 0 of a state that is the event's own. */
export interface Machine { readonly k: Kernel, readonly config: SymConfig, readonly s: SymState, readonly cpu: SymCpu }
/** The same, seen by the task whose event it is. */
export interface Scene extends Machine { readonly t: SymTask }
export type EventOf<K extends SymEvent['kind']> = Extract<SymEvent, { kind: K }>
export type Effect<E, M = Machine> = (m: M, e: E) => Bool

export const indexOf = (name: TaskName): number => taskNames.indexOf(name)

/** An event of the task that runs. */
export const ofCurrent = <E extends { task: TaskName }>(effect: Effect<E, Scene>): Effect<E> => (m, e) => {
  const index = indexOf(e.task)
  const current = is(m.cpu.current, index)
  return and(current, effect({ ...m, t: m.s.tasks[index]! }, e))
}
