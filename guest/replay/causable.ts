/** Can a user program cause this trace at all? */
import type { Event } from '../../trace/events.js'
import { place, taskNames, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { childTracer } from './child-tracer.js'

const ptraceCallers = (events: readonly Event[]): Set<TaskName> => new Set(events.flatMap((e) => e.kind === 'handler' && e.call === 'ptrace' ? [e.task] : []))

/** A child may run before its parent has left clone, or after: what each sees is the same, so the guest's order will do. */
function toNewChild(events: readonly Event[], i: number, e: Extract<Event, { kind: 'switch' }>): boolean {
  const last = events.slice(0, i).findLast((x) => x.kind !== 'switch' && x.task === e.from)
  return last?.kind === 'handler' && (last.call === 'clone' || last.call === 'clone3') && last.child === e.to
}

/** The handler of the call that the task is in. */
function callOf(events: readonly Event[], i: number, task: TaskName): string | undefined {
  const from = events.slice(0, i).findLastIndex((x) => x.kind === 'svc' && x.task === task)
  const handler = events.slice(from + 1).find((x) => x.kind === 'handler' && x.task === task)
  return handler?.kind === 'handler' ? handler.call : undefined
}

/** Is the task switched away from between the dispatch of its call and the call's end? A stop of the call's entry or exit does that on the guest. */
export function insideCall(trace: Trace, i: number, e: Extract<Event, { kind: 'switch' }>): boolean {
  const { at } = trace.states[i]!.tasks[taskNames.indexOf(e.from)]!
  return at === place.entered || (at === place.handled && !toNewChild(trace.events, i, e))
}

/** Events that user space can cause, but that a replay does not. */
function notDone(e: Event): string | undefined {
  if (e.kind === 'module') return 'the kernel module is not there'
  return undefined
}

/** A tracer's call, or an exec that is over, and an ordinary one of its width: nothing of it is seen by whoever runs next, so the call may as well be over. */
function plain(trace: Trace, i: number, name: TaskName, callers: ReadonlySet<TaskName>): boolean {
  const task = trace.states[i]!.tasks[taskNames.indexOf(name)]!
  return (callers.has(name) || (task.at === place.handled && callOf(trace.events, i, name) === 'execve')) && (!task.compat_call || task.TIF_32BIT)
}

/** Why not, in one line; undefined when it can. */
export function notCausable(trace: Trace): string | undefined {
  const first = trace.states[0]!
  if (first.cpus.length !== 1) return 'more than one CPU'
  for (const [i, t] of first.tasks.entries()) {
    const who = `task ${taskNames[i]}`
    if (t.at === place.absent) continue
    if (t.at !== place.el0 && t.at !== place.returning) return `${who} starts in the middle of a system call`
    if (t.signo !== 0n || t.TIF_MTE_ASYNC_FAULT || t.TIF_SINGLESTEP) return `${who} starts with a pending signal, fault or single step`
    if (t.compat_call && !t.TIF_32BIT) return `${who} starts inside a compat call: user space cannot begin there`
    if ((t.pstate & 0x10n) !== 0n !== t.TIF_32BIT) return `${who} starts with a PSTATE of the other width`
  }
  const callers = ptraceCallers(trace.events)
  for (const e of trace.events) if (e.kind === 'handler' && (e.call === 'clone' || e.call === 'clone3') && callers.has(e.child) && childTracer(trace) === undefined) return 'the tracer is a child that has made no call of its own yet, so it traces nobody but a child of its parent, with 64-bit tasks and one native call'
  for (const [i, e] of trace.events.entries()) {
    if (e.kind === 'irq' && e.mte_async_fault) return 'an interrupt right after an asynchronous MTE fault cannot be timed from user space'
    if (e.kind === 'switch' && insideCall(trace, i, e) && !plain(trace, i, e.from, callers) && ['clone', 'clone3', 'execve', 'ptrace'].includes(callOf(trace.events, i, e.from) ?? '')) return `a preemption inside ${callOf(trace.events, i, e.from)} cannot be placed from user space`
    if (e.kind === 'signal' && callers.has(e.task)) return 'a signal to the tracer itself'
    if (e.kind === 'handler' && e.call === 'ptrace' && e.target === e.task) return 'a task cannot trace itself'
  }
  const last = trace.states.at(-1)!
  if (last.tasks.some((t) => t.at === place.panic || t.at === place.el1)) return 'the trace ends in a crash of the kernel'
  return undefined
}
/** What user space can cause but a replay does not do; undefined when there is nothing of it. */
export const notReplayed = (trace: Trace): string | undefined => trace.events.map(notDone).find((x) => x !== undefined)

export { ptraceCallers }
