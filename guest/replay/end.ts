/** Where a trace ends: a task to which the kernel has done something since it was last compared is looked at, wherever it stands. */
import type { Event } from '../../trace/events.js'
import { place, type TaskName } from '../../trace/state.js'
import { stopSignal } from '../protocol.js'
import type { Replay, Running } from './running.js'
import { NotReachable } from './task.js'
import { readAfterSwitch } from './tpidrro.js'

/** Events that change nothing that user space sees of the task: it stays where it is, or is let go later. */
const unseen = new Set<Event['kind']>(['user', 'switch', 'stop', 'resume', 'restart'])

/** Throws NotReachable where nothing can be seen of a task: what was not looked at is not reproduced. */
export async function atEnd(w: Replay): Promise<void> {
  const last = w.trace.states.length - 1
  for (const [name, r] of w.tasks) {
    const changed = w.trace.events.findLastIndex((e) => (e.kind !== 'switch' && e.task === name && !unseen.has(e.kind)) || (e.kind === 'handler' && 'child' in e && e.child === name))
    if (changed >= 0 && (r.seen ?? 0) <= changed) await look(w, last, name, r)
    if (w.differences.length === 0) await readAfterSwitch(w, last, name, r)
  }
}

async function look(w: Replay, last: number, name: TaskName, r: Running): Promise<void> {
  const t = w.state(last, name)
  // a stop at the entry or exit of the call marks its direction in x7 or r12
  if (r.inside !== undefined) r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 7, 12]) }
  // what the kernel has put into x0 and pc for a restart is gone when the fault's signal is seen
  if (t.TIF_MTE_ASYNC_FAULT) r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 0]), pc: true }
  const newChild = r.stop === undefined && (r.call === 'clone' || r.call === 'clone3') && t.at === place.returning
  if (r.stop === undefined && r.inside === undefined && !newChild) throw new NotReachable(`the trace ends where nothing of ${name} can be seen`)
  if (r.stop !== undefined && stopSignal(r.stop) === 0) w.differences.push(`${name}: the guest's task ended with status 0x${r.stop.status.toString(16)}`)
  else if (t.signo !== 0n && r.inside === undefined) await w.forced(last, name, r)
  else await w.check(last, name, r)
}
