/** What the parts of a replay share. */
import type { Task, TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import type { Machine } from '../machine.js'
import type { Stop } from '../protocol.js'
import type { Masks } from './compare.js'
import type { GuestTask } from './task.js'
import type { Tracer } from './tracer.js'

export interface Running {
  readonly task: GuestTask
  stop: Stop | undefined
  masks: Masks
  call: string
  /** the signal that is sent where the trace has it delivered */
  injected: number
  /** it has the handler for this signal */
  handles?: bigint
  /** a filter has killed it: it is gone where the trace has it die a little later */
  killed?: boolean
  /** it stands at the entry or exit stop of its call, where the trace has it switched away */
  inside?: 'entered' | 'handled' | undefined
  /** the state of the trace that it was last compared with */
  seen?: number
}

export interface Replay {
  readonly machine: Machine
  readonly trace: Trace
  readonly tasks: Map<TaskName, Running>
  readonly tracers: Map<TaskName, Tracer>
  readonly differences: string[]
  state(i: number, name: TaskName): Task
  /** What user space sees of the task is compared with state `i`. */
  check(i: number, name: TaskName, r: Running): Promise<void>
  /** The task stands before the signal that the kernel has forced in state `i`. */
  forced(i: number, name: TaskName, r: Running): Promise<void>
}
