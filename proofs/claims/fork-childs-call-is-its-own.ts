import type { Claim } from '../claim.js'
import { and, eq, givenResult, is, startsClean, task } from '../observe.js'
import { table } from '../../trace/state.js'
import { RUTLAND_V1 } from './mails.js'
import { withChild } from './scripts.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'fork/childs-call-is-its-own',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'How a child\'s call is taken does not depend on the call that made the child.',
  source: `an implicit assumption of fork, of the kind that the reviewer fears, ${RUTLAND_V1}`,
  answers: 'fork/flag-outlives-call',
  inWords: {
    situation: 'the child of a clone by a 64-bit task, of either table, makes a native call',
    property: 'it is seen as AUDIT_ARCH_AARCH64, and its result arrives whole',
  },
  emulator: 'A',
  shapes: [{
    name: 'the first call of a child',
    tasks: withChild,
    script: [
      { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' },
      { kind: 'user', task: 'B', writes: ['regs[8]'] }, { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'other' },
    ],
    situation: ({ first }) => and(startsClean(first.states[0]!), is(task(first.states[6]!, 'B').table, table.native)),
    property: ({ first }) => and(is(task(first.states[6]!, 'B').audit_arch, auditArch.aarch64), eq(task(first.states[7]!, 'B').regs[0]!, givenResult(first.events[6]!))),
  }],
}
