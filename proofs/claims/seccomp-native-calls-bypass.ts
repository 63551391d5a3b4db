import type { Claim } from '../claim.js'
import { and, at, inFakeCall, is, startsClean, task } from '../observe.js'
import { DANTRAS_TO_PRICE_V4 } from './mails.js'
import { one64 } from './scripts.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'
import { table } from '../../trace/state.js'

export const claim: Claim = {
  id: 'seccomp/native-calls-bypass',
  quantifier: 'exists',
  whose: 'author',
  sentence: 'The first group of ~20 syscalls will effectively bypass the user-specified seccomp filter: any 64-bit syscalls used to emulate them will be whitelisted.',
  source: DANTRAS_TO_PRICE_V4,
  inWords: {
    situation: 'a 64-bit task that makes 32-bit calls makes a native call, too',
    property: 'seccomp sees it as one of AUDIT_ARCH_AARCH64: a filter written for AUDIT_ARCH_ARM has nothing to say of it',
  },
  emulator: 'A',
  shapes: [{
    name: 'a compat call, then a native one',
    tasks: one64,
    script: [
      { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
      { kind: 'user', task: 'A', writes: ['regs[8]'] }, { kind: 'svc', task: 'A' },
    ],
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), is(task(first.states[6]!, 'A').table, table.native), at(task(first.states[6]!, 'A'), 'entered')),
    property: ({ first }) => is(task(first.states[6]!, 'A').audit_arch, auditArch.aarch64),
  }],
}
