import type { Claim, Shape } from '../claim.js'
import { at, and, inCompatCall, is, task } from '../observe.js'
import { otherHalfOf, V4_COVER } from './mails.js'
import { asChild } from './top/as-child.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

const shape = (bits: 64 | 32): Shape => {
  const made: Shape = {
    name: `a ${bits}-bit task`,
    tasks: [{ bits }],
    script: [{ kind: 'svc', task: 'A' }],
    situation: ({ first }) => and(at(task(first.states[1]!, 'A'), 'entered'), is(task(first.states[1]!, 'A').audit_arch, auditArch.arm)),
    property: ({ first }) => inCompatCall(task(first.states[1]!, 'A')),
  }
  return bits === 64 ? { ...made, fromExec: () => asChild(made) } : made
}

export const claim: Claim = {
  id: 'seccomp/arm-only-for-compat-calls',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'Seccomp sees AUDIT_ARCH_ARM only for calls of the compat table.',
  source: otherHalfOf(V4_COVER),
  inWords: { situation: 'a task makes a call, and what seccomp and audit are told of it is AUDIT_ARCH_ARM', property: 'the number is looked up in the compat table' },
  emulator: 'A',
  shapes: [shape(64), shape(32)],
}
