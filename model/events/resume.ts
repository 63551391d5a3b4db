/** A stopped task goes on. An event of any task, current or not. */
import type { Bool } from '../terms/term.js'
import { goOn } from '../syscalls/stops.js'
import { indexOf, type EventOf, type Machine } from './event.js'

export function resume({ s }: Machine, e: EventOf<'resume'>): Bool {
  const t = s.tasks[indexOf(e.task)]!
  const ready = t.stopped
  goOn(t, e.with)
  return ready
}
