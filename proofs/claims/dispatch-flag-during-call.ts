import type { Claim, Shape } from '../claim.js'
import { and, inFakeCall, task } from '../observe.js'
import type { Script, TaskStart } from '../run.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'

/** The flag at every state of the run from the door of the handler on. */
const throughout = (name: string, tasks: readonly TaskStart[], rest: Script): Shape => ({
  name, tasks,
  script: [{ kind: 'svc', task: 'A' }, ...rest],
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => and(...first.states.slice(1).map((s) => task(s, 'A').compat_call)),
})

export const claim: Claim = {
  id: 'dispatch/flag-during-call',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'in_compat_syscall will return true for the duration of the syscall.',
  source: V4_COVER,
  inWords: {
    situation: 'a 64-bit task is in a compat call that is no execve (exec/call-keeps-its-kind), perhaps switched out and in again',
    property: 'the per-call flag, which in_compat_syscall() and all that is said of the call rest on, is set from before the handler to the end of el0_svc_common',
  },
  emulator: 'A',
  shapes: [
    throughout('an ordinary call', one64, [{ kind: 'handler', task: 'A', call: 'other' }]),
    throughout('a number outside the table', one64, [{ kind: 'handler', task: 'A', call: 'ni' }]),
    throughout('clone', [{ bits: 64 }, { bits: 0 }], [{ kind: 'handler', task: 'A', call: 'clone', child: 'B' }]),
    throughout('switched out and in', [{ bits: 64 }, { bits: 64 }], [{ kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'handler', task: 'A', call: 'other' }]),
  ],
}
