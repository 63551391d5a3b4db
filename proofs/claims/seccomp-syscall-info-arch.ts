import type { Claim } from '../claim.js'
import { and, inFakeCall, is, startsClean, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'seccomp/syscall-info-arch',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'PTRACE_GET_SYSCALL_INFO also treats the syscall as having AUDIT_ARCH_ARM.',
  source: V4_COVER,
  inWords: {
    situation: 'a 32-bit call of a 64-bit task is reported to its tracer at its entry and at its exit (an execve apart: exec/call-keeps-its-kind)',
    property: 'at both stops the per-call flag, by which syscall_get_arch() answers the tracer, is set; AUDIT_ARCH_ARM was recorded',
  },
  emulator: 'A',
  shapes: [{
    name: 'entry stop, handler, exit stop',
    tasks: one64,
    script: [{ kind: 'svc', task: 'A' }, { kind: 'trace_enter', task: 'A' }, { kind: 'resume', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'trace_exit', task: 'A' }],
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A'))),
    property: ({ first }) => and(...[2, 5].map((i) => and(task(first.states[i]!, 'A').compat_call, is(task(first.states[i]!, 'A').audit_arch, auditArch.arm)))),
  }],
}
