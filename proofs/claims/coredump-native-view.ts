import type { Claim, Shape } from '../claim.js'
import { and, is, isZero, not, startsClean, task } from '../observe.js'
import { last, type Script } from '../run.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { one64 } from './scripts.js'
import { asChild } from './top/as-child.js'
import { view } from '../../trace/state.js'

const dumps = (name: string, script: Script): Shape => ({
  name, tasks: one64, script,
  situation: ({ first }) => and(not(task(last(first), 'A').TIF_32BIT), not(isZero(task(last(first), 'A').core))),
  property: ({ first }) => is(task(last(first), 'A').core, view.aarch64),
})
const badFrame = dumps('SIGSEGV of a sigreturn', [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'rt_sigreturn' }, { kind: 'leave', task: 'A' }, { kind: 'die', task: 'A' }])
const clean = (s: Shape): Shape => ({ ...s, situation: (r) => and(startsClean(r.first.states[0]!), s.situation(r)) })

export const claim: Claim = {
  id: 'coredump/native-view',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'The core dump of a 64-bit task shows its 64-bit registers.',
  source: `task_user_regset_view() asks the task that dumps; "operations on the user_aarch32_view (which task_user_regset_view() will return for fake compat tasks)", ${RUTLAND_TO_DANTRAS}`,
  inWords: {
    situation: 'a 64-bit task dumps core: a seccomp filter kills it at the door of a call, or the SIGSEGV of a sigreturn has no handler',
    property: 'the NT_PRSTATUS note is of the native view',
  },
  emulator: 'A',
  shapes: [
    clean(dumps('killed by a filter', [{ kind: 'svc', task: 'A' }, { kind: 'seccomp', task: 'A', action: 'kill' }])),
    { ...badFrame, fromExec: () => asChild(badFrame) },
  ],
}
