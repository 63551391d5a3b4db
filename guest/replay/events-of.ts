/** What a trace still has in store for a task. */
import type { Event } from '../../trace/events.js'
import type { TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { insideCall } from './causable.js'

/** Its events after event i, without switches. */
export const laterOf = (trace: Trace, i: number, name: TaskName): Event[] => trace.events.slice(i + 1).filter((e) => e.kind !== 'switch' && e.task === name)

/** Does it, after event i, come back to EL0 for the last time, in this trace or after its end, and nothing more happens to it? */
export function lastReturn(trace: Trace, i: number, name: TaskName): boolean {
  const later = laterOf(trace, i, name).map((e) => e.kind)
  const back = later.indexOf('eret')
  return (back < 0 || back === later.length - 1) && !later.includes('signal') && !later.includes('svc')
}

/** Is it switched away inside the call that it makes at event i? */
export function switchedAway(trace: Trace, i: number, name: TaskName): boolean {
  const end = trace.events.findIndex((x, j) => j > i && x.kind === 'leave' && x.task === name)
  return trace.events.slice(0, end < 0 ? undefined : end).some((x, j) => j > i && x.kind === 'switch' && x.from === name && insideCall(trace, j, x))
}
