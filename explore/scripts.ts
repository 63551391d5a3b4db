/** Pieces of runs. */
import type { Script, TaskStart, Template } from '../proofs/run.js'
import type { TaskName } from '../trace/state.js'

export const widths = [64, 32] as const
export type Width = typeof widths[number]

/** What a system call can be. */
export type Call = 'other' | 'ni' | 'mmap' | 'tagged_addr' | 'rt_sigreturn' | 'sigreturn' | 'execve 64' | 'execve 32' | 'clone' | 'clone3'
/** `sigreturn` is of the compat table only; it is reached by 64-bit tasks in a fake call. */
export const calls: readonly Call[] = ['other', 'ni', 'mmap', 'tagged_addr', 'rt_sigreturn', 'sigreturn', 'execve 64', 'execve 32', 'clone', 'clone3']
/** There is a new task after it. */
export const makesTask = (c: Call): c is 'clone' | 'clone3' => c === 'clone' || c === 'clone3'

/** The handler's event. `child`: the task that a clone makes. */
export function handler(task: TaskName, call: Call, child: TaskName = 'B'): Template {
  switch (call) {
    case 'execve 64': return { kind: 'handler', task, call: 'execve', bits: 64 }
    case 'execve 32': return { kind: 'handler', task, call: 'execve', bits: 32 }
    case 'clone': case 'clone3': return { kind: 'handler', task, call, child }
    default: return { kind: 'handler', task, call }
  }
}
export const irq = (task: TaskName): Template => ({ kind: 'irq', task })
export const svc = (task: TaskName): Template => ({ kind: 'svc', task })
/** An operation of the module tango32, in an ioctl. */
export const operation = (task: TaskName): Template => ({ kind: 'module', task })
export const leave = (task: TaskName): Template => ({ kind: 'leave', task })
export const eret = (task: TaskName): Template => ({ kind: 'eret', task })
export const switchTo = (from: TaskName, to: TaskName): Template => ({ kind: 'switch', from, to })
export const user = (task: TaskName, ...writes: string[]): Template => ({ kind: 'user', task, writes })
export const wholeCall = (task: TaskName, call: Call, child?: TaskName): Script => [svc(task), handler(task, call, child), leave(task)]
/** Registers that carry numbers and the first arguments. */
export const argumentRegisters = ['regs[0]', 'regs[1]', 'regs[2]', 'regs[3]', 'regs[7]', 'regs[8]', 'TPIDR_EL0']
export const absent: TaskStart = { bits: 0 }
export const named = (w: Width): string => `${w}-bit`
