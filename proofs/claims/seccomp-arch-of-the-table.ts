import type { Claim, Shape } from '../claim.js'
import { at, iff, inCompatCall, is, task } from '../observe.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { asChild } from './top/as-child.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

const agrees = (name: string, bits: 64 | 32): Shape => ({
  name, tasks: [{ bits }], script: [{ kind: 'svc', task: 'A' }],
  situation: ({ first }) => at(task(first.states[1]!, 'A'), 'entered'),
  property: ({ first }) => iff(is(task(first.states[1]!, 'A').audit_arch, auditArch.arm), inCompatCall(task(first.states[1]!, 'A'))),
})
const of64 = agrees('a 64-bit task', 64)
/** The image that a fake call has exec'd makes its first call. */
const execd: Shape = {
  name: 'a 32-bit image that a fake call has exec\'d',
  tasks: [{ bits: 64 }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits: 32 }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }, { kind: 'svc', task: 'A' }],
  situation: ({ first }) => at(task(first.states[5]!, 'A'), 'entered'),
  property: ({ first }) => iff(is(task(first.states[5]!, 'A').audit_arch, auditArch.arm), inCompatCall(task(first.states[5]!, 'A'))),
}

export const claim: Claim = {
  id: 'seccomp/arch-of-the-table',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'The architecture that seccomp sees is that of the table that decides the call.',
  source: `a filter that allows numbers by architecture rests on it; one of the "more cases" of ${RUTLAND_TO_DANTRAS}`,
  inWords: { situation: 'a task of either width makes a call', property: 'seccomp and audit are told AUDIT_ARCH_ARM exactly if the number is looked up in the compat table' },
  emulator: 'A',
  shapes: [{ ...of64, fromExec: () => asChild(of64) }, { ...agrees('a 32-bit task', 32), fromExec: () => execd }],
}
