import type { Claim } from '../claim.js'
import { inFakeCall, is, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'seccomp/arm-for-compat-calls',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'Seccomp will treats the syscall as having AUDIT_ARCH_ARM instead of AUDIT_ARCH_AARCH64.',
  source: V4_COVER,
  inWords: { situation: 'a 64-bit task makes a 32-bit call', property: 'what seccomp and audit are told of it is AUDIT_ARCH_ARM' },
  emulator: 'A',
  shapes: [{
    name: 'any fake call',
    tasks: one64,
    script: [{ kind: 'svc', task: 'A' }],
    situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
    property: ({ first }) => is(task(first.states[1]!, 'A').audit_arch, auditArch.arm),
  }],
}
