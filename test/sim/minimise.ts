/** The smallest state in which simulator and model still differ on an event: leaf by leaf back to what a fresh task has. */
import { initialState, type Config, type State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { copyTask } from '../../sim/machine.js'
import { diff, type Leaf } from '../../sim/diff.js'
import { compare } from './against-model.js'

export function minimise(kernel: string, config: Config, state: State, event: Event): State {
  // both still do it, each in its own way
  const differs = (s: State): boolean => {
    const outcome = compare(kernel, config, s, event)
    return outcome.kind === 'different' && outcome.after !== undefined
  }
  const small: State = { cpus: state.cpus.map((c) => ({ ...c })), tasks: state.tasks.map(copyTask) }
  const plain = initialState(state.tasks.map((t) => t.TIF_32BIT ? 32 : 64), config)
  const set = (path: string, value: Leaf): void => {
    const keys = path.split(/[.[\]]+/).filter((k) => k !== '')
    let at: Record<string, unknown> = small as unknown as Record<string, unknown>
    for (const k of keys.slice(0, -1)) at = at[k] as Record<string, unknown>
    at[keys.at(-1)!] = value
  }
  for (const { path, from, to } of diff(small, plain)) {
    set(path, to)
    if (!differs(small)) set(path, from)
  }
  return small
}
