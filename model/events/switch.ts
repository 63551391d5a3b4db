/** __switch_to at a preemption point. */
import { and, bool, bv, is, not, or } from '../terms/build.js'
import type { Bool } from '../terms/term.js'
import { switchTo as threadSwitch } from '../tasks/switch.js'
import type { SymTask } from '../tasks/symbolic.js'
import { indexOf, type EventOf, type Machine } from './event.js'
import { at } from './places.js'

export function switchTo({ k, config, s, cpu }: Machine, e: EventOf<'switch'>): Bool {
  const [from, to] = [indexOf(e.from), indexOf(e.to)]
  const [prev, next] = [s.tasks[from]!, s.tasks[to]!]
  const preemptible = (t: SymTask): Bool => or(at(t, 'entered'), at(t, 'handled'), at(t, 'returning'))
  const ready = and(bool(from !== to), is(cpu.current, from), preemptible(prev), preemptible(next), not(next.stopped))
  threadSwitch(k, config, cpu, prev, next)
  cpu.current = bv(8, to)
  return ready
}
