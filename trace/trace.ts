/** A run: kernel, configuration, states and the events between them. */
import type { Event } from './events.js'
import { specOf, taskNames, type Config, type State, type TaskName } from './state.js'
import { isLeaf, isList } from './spec.js'

export interface Trace {
  /** kernel identifier, `rfc-v2` or `rfc-v2@v5.11` */
  kernel: string
  config: Config
  /** `exec`: the first state is `initialState(...)`; `assumed`: a well-formed state that no run from exec is known for. */
  start: 'exec' | 'assumed'
  claim?: string
  userspace?: 'any' | 'contract'
  /** length n+1 */
  states: State[]
  /** length n; event i leads from state i to state i+1 */
  events: Event[]
  /** paths of inputs of state 0 that may have any value */
  irrelevant?: string[]
}

export const taskIndex = (name: TaskName): number => taskNames.indexOf(name)

/**
 * Which upper register halves survive (`upper`) is a choice of an exception from AArch32 alone; from AArch64 the field is 0. True for an event
 * that says more: its task is in AArch64 state (PSTATE.nRW, bit 4, is clear) in `s`.
 */
export const keepsFromAArch64 = (s: State, e: Event): boolean =>
  'upper' in e && e.upper !== 0n && ((s.tasks[taskIndex(e.task)]?.pstate ?? 0x10n) & 0x10n) === 0n
/** The event with `upper` 0 where nobody looks at it. */
export const withoutUnread = (s: State, e: Event): Event => keepsFromAArch64(s, e) ? { ...e, upper: 0n } as Event : e

export interface Difference { path: string, from: bigint | boolean, to: bigint | boolean }

/** What changed from one state to another, in declared order. The states have the same CPUs and tasks. */
export function differences(a: State, b: State): Difference[] {
  const out: Difference[] = []
  // paths are made for what differs only
  const walk = (spec: unknown, x: unknown, y: unknown, path: () => string): void => {
    if (isLeaf(spec)) {
      if (x !== y) out.push({ path: path(), from: x as bigint | boolean, to: y as bigint | boolean })
    } else if (isList(spec)) {
      for (let i = 0; i < spec.length; i++) walk(spec.list, (x as unknown[])[i], (y as unknown[])[i], () => `${path()}[${i}]`)
    } else {
      for (const name in spec as object) walk((spec as Record<string, unknown>)[name], (x as Record<string, unknown>)[name], (y as Record<string, unknown>)[name], () => path() === '' ? name : `${path()}.${name}`)
    }
  }
  walk(specOf(a), a, b, () => '')
  return out
}
