import type { Claim, Shape } from '../claim.js'
import { and, at, not, stackAtItsTop, startsClean, task, type Bool, type SymTask } from '../observe.js'
import { True } from '../../model/terms/build.js'
import { last, type Script, type TaskStart } from '../run.js'
import { otherHalfOf, V4_COVER } from './mails.js'
import { one64, withChild } from './scripts.js'
import type { TaskName } from '../../trace/state.js'

const shape = (name: string, who: TaskName, tasks: readonly TaskStart[], rest: Script, where: (t: SymTask) => Bool = () => True): Shape => ({
  name, tasks,
  script: [{ kind: 'svc', task: 'A' }, ...rest, { kind: 'eret', task: who }],
  situation: ({ first }) => and(startsClean(first.states[0]!), where(task(first.states[0]!, 'A')), at(task(last(first), who), 'el0')),
  property: ({ first }) => not(task(last(first), who).compat_call),
})

export const claim: Claim = {
  id: 'dispatch/flag-only-in-call',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'in_compat_syscall() is true only for the duration of the call.',
  source: otherHalfOf(V4_COVER),
  inWords: {
    situation: 'a 64-bit task without the per-call flag makes a call of any kind, and it, or its child, is at EL0 again',
    property: 'the per-call flag of that task is not set',
  },
  emulator: 'A',
  shapes: [
    shape('an ordinary call', 'A', one64, [{ kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }]),
    shape('exec of a 64-bit image', 'A', one64, [{ kind: 'handler', task: 'A', call: 'execve', bits: 64 }, { kind: 'leave', task: 'A' }]),
    shape('the child of a clone', 'B', withChild, [{ kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }]),
    shape('a tag fault ends the call at once', 'A', one64, [{ kind: 'signal', task: 'A' }], stackAtItsTop),
  ],
}
