/** A call that is interrupted and run again by the same SVC instruction. */
import { bool } from '../../model/terms/build.js'
import { and, at, eq, task, type Bool } from '../observe.js'
import type { Run, Script } from '../run.js'

const script: Script = [
  { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'restart', task: 'A' }, { kind: 'eret', task: 'A' }, { kind: 'svc', task: 'A' },
]
export const restartedCall = {
  script,
  /** The instruction at pc is what it was (its immediate is the same), and the second call comes to the door of its handler, too. */
  again: (r: Run): Bool => {
    const [one, two] = [r.events[0]!, r.events[5]!]
    return and(one.kind === 'svc' && two.kind === 'svc' ? eq(one.imm, two.imm) : bool(false), at(task(r.states[6]!, 'A'), 'entered'))
  },
} as const
