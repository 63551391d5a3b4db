import type { Claim, Shape } from '../claim.js'
import { and, at, bit, iff, inFakeCall, legalAarch32, legalAarch64, startsClean, task } from '../observe.js'
import { iteBool } from '../../model/terms/build.js'
import { last, type Script } from '../run.js'
import { LAIGHT_V2 } from './mails.js'
import { one64 } from './scripts.js'

const shape = (call: 'other' | 'ni' | 'sigreturn' | 'rt_sigreturn'): Shape => {
  const script: Script = [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }]
  return {
    name: call, tasks: one64, script,
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A'))),
    property: ({ first }) => {
      const t = task(last(first), 'A')
      return and(at(t, 'el0'), iff(bit(4, t.pstate), t.TIF_32BIT), iteBool(t.TIF_32BIT, legalAarch32(t.pstate), legalAarch64(t.pstate)))
    },
  }
}

export const claim: Claim = {
  id: 'dispatch/garbage-is-safe',
  quantifier: 'forall',
  whose: 'reviewer',
  sentence: "The kernel has to allow absolute garbage in syscall parameters. So it really shouldn't matter.",
  source: LAIGHT_V2,
  inWords: {
    situation: 'a 64-bit task makes a 32-bit call with any number, arguments and memory, and comes back',
    property: 'it is at EL0, in its own width, with a PSTATE that EL0 may have: no program gets more than it could do to itself',
  },
  emulator: 'A',
  shapes: [shape('other'), shape('ni'), shape('rt_sigreturn'), shape('sigreturn')],
}
