import type { Claim, Shape } from '../../claim.js'
import { and, at, bit, iff, legalAarch32, legalAarch64, not, task } from '../../observe.js'
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

/**
 * How a 64-bit task that keeps the contract itself comes to EL0 in AArch32 state: another task writes its PSTATE through the AArch32 view,
 * while its flag is still set (the early return of a call with a tag fault pending clears none).
 */
const written: Shape = {
  name: 'a 64-bit task stopped on its way back from a fake call, its PSTATE written by another',
  tasks: [{ bits: 64 }, { bits: 64 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'stop', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }, { kind: 'user', task: 'B', writes: ['regs[0]', 'regs[2]', 'regs[3]', 'regs[7]', 'regs[8]', 'buf.hi', ...Array.from({ length: 40 }, (_, i) => `buf.words[${i}]`)] },
    { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'ptrace', target: 'A' }, { kind: 'resume', task: 'A' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'signal', task: 'A' }, { kind: 'eret', task: 'A' },
  ],
  situation: ({ first }) => and(...first.states[0]!.tasks.map((t) => not(t.compat_call)), at(task(first.states[1]!, 'A'), 'returning')),
  property: ({ first }) => {
    const t = task(last(first), 'A')
    return and(at(t, 'el0'), iff(bit(4, t.pstate), t.TIF_32BIT))
  },
}

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
  shapes: [...calls.map(returned), ...calls.slice(0, 2).map(signalled)].map(shape('A')).map((s, i) => i === 0 ? { ...s, fromExec: () => written } : s).concat(tracedGoesOn.map(shape('B'))),
}
