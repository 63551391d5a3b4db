/** One event: is it possible, and the state after it. The meaning of each event is docs/events.md; events/index.ts is their table. */
import type { Bool } from './terms/term.js'
import { events } from './events/index.js'
import type { Effect } from './events/event.js'
import type { Kernel } from './tasks/kernel.js'
import { copyState, type SymConfig, type SymEvent, type SymState } from './tasks/symbolic.js'

export interface Step { enabled: Bool, state: SymState }

/** Runs `event` on a copy of `state`. CPU 0 only; a task runs where `current` says. */
export function step(k: Kernel, config: SymConfig, state: SymState, event: SymEvent): Step {
  const s = copyState(state)
  const enabled = (events[event.kind] as Effect<SymEvent>)({ k, config, s, cpu: s.cpus[0]! }, event)
  return { enabled, state: s }
}
