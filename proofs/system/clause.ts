/**
 * A clause of the invariant: what one task, with the CPU that runs it, has in every state of a run. A clause speaks of no two tasks at
 * once, by its type: that is what docs/runs.md builds on when it goes from two tasks to any number.
 */
import { and, bool, implies, is, or } from '../../model/terms/build.js'
import type { Bool } from '../../model/terms/term.js'
import type { Kernel, SymConfig, SymCpu, SymState, SymTask } from '../../model/index.js'
import { place, type Place } from '../../trace/state.js'

/** One task as a clause sees it. */
export interface Seen {
  readonly k: Kernel
  readonly config: SymConfig
  readonly t: SymTask
  readonly cpu: SymCpu
  /** the CPU runs this task (it is its `current`) */
  readonly runs: Bool
}

/** Which code keeps a clause. `file`, `what`: in the kernel, or in the architecture. */
export interface Keeper { readonly what: string, readonly file: string }

export interface Clause {
  readonly name: string
  readonly words: string
  /** the same as a formula over the fields of trace/state.ts */
  readonly formula: string
  readonly keeper: Keeper
  readonly of: (s: Seen) => Bool
  /** the conjunction over all tasks, and that CPU 0 runs one of them */
  readonly holds: (k: Kernel, c: SymConfig, s: SymState) => Bool
}

/** A clause as it is said of a state. */
export interface Named { readonly name: string, readonly term: Bool }

export const at = (t: SymTask, ...places: Place[]): Bool => or(...places.map((p) => is(t.at, place[p])))
export const alive = (t: SymTask): Bool => at(t, 'el0', 'entered', 'handled', 'returning')

/** The clause as it is said of each task: one term a task. */
export const parts = (c: Pick<Clause, 'of'>, k: Kernel, config: SymConfig, s: SymState): Bool[] =>
  s.tasks.map((t, i) => c.of({ k, config, t, cpu: s.cpus[0]!, runs: is(s.cpus[0]!.current, i) }))

type Said = Omit<Clause, 'holds' | 'of'> & { readonly of: (s: Seen) => Bool }
/** A clause about every task whatever its place. */
export const everyTask = (c: Said): Clause => ({ ...c, holds: (k, config, s) => and(...parts(c, k, config, s)) })
/** A clause about every task that lives. */
export const livingTask = (c: Said): Clause => everyTask({ ...c, of: (s) => implies(alive(s.t), c.of(s)) })
/** A clause about the task that the CPU runs. */
export const runningTask = (c: Said): Clause => everyTask({ ...c, of: (s) => implies(s.runs, c.of(s)) })

/** CPU 0 runs one of the tasks. No event leads elsewhere: `current` changes by `switch` only, to the task named. */
export const runsATask = (s: SymState): Bool => or(...s.tasks.map((_, i) => is(s.cpus[0]!.current, i)), bool(s.tasks.length === 0))
