import type { Claim, Shape } from '../../claim.js'
import { and, at, bit, iff, legalAarch32, legalAarch64, task } from '../../observe.js'
import { iteBool, True } from '../../../model/terms/build.js'
import { last } from '../../run.js'
import { calls, returned, signalled, tracedGoesOn, type CallRun } from './shapes.js'
import type { TaskName } from '../../../trace/state.js'

const shape = (who: TaskName) => (run: CallRun): Shape => ({
  ...run,
  situation: () => True,
  property: ({ first }) => {
    const t = task(last(first), who)
    return and(at(t, 'el0'), iff(bit(4, t.pstate), t.TIF_32BIT), iteBool(t.TIF_32BIT, legalAarch32(t.pstate), legalAarch64(t.pstate)))
  },
})

export const condition: Claim = {
  id: 'top/legal-return',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'At every return to EL0 the state is a legal one for the task.',
  source: 'docs/broken-behaviour.md',
  inWords: {
    situation: 'a task makes a call (any number, or sigreturn, or exec), perhaps takes a signal, and returns to EL0; or a traced task goes on after a ptrace request',
    property: 'the exception return is legal, to EL0, in the width of the task, with a PSTATE that EL0 may have',
  },
  emulator: 'A',
  shapes: [...calls.map(returned), ...calls.slice(0, 2).map(signalled)].map(shape('A')).concat(tracedGoesOn.map(shape('B'))),
}
