import type { Claim } from '../claim.js'
import { and, eq, inFakeCall, is, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'
import { auditArch, signals } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'seccomp/sigsys-arch',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'This affects the arch value seen by seccomp filters and reported by SIGSYS.',
  source: V4_COVER,
  inWords: { situation: 'a filter traps a 32-bit call of a 64-bit task (SECCOMP_RET_TRAP)', property: 'the SIGSYS that is forced has si_arch AUDIT_ARCH_ARM and the number of the call as si_syscall' },
  emulator: 'A',
  shapes: [{
    name: 'a fake call is trapped',
    tasks: one64,
    script: [{ kind: 'svc', task: 'A' }, { kind: 'seccomp', task: 'A', action: 'trap' }],
    situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
    property: ({ first }) => {
      const t = task(first.states[2]!, 'A')
      return and(is(t.signo, signals.SIGSYS), is(t.si_arch, auditArch.arm), eq(t.si_syscall, task(first.states[1]!, 'A').syscallno))
    },
  }],
}
