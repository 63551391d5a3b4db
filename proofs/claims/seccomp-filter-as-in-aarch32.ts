import type { Claim } from '../claim.js'
import { and, arguments6, eq, inFakeCall, is, lower32, task, zext, type BV } from '../observe.js'
import { DANTRAS_TO_BERGMANN_V4 } from './mails.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'

export const claim: Claim = {
  id: 'seccomp/filter-as-in-aarch32',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'This allows the user-supplied seccomp filter to behave exactly as if it was running in a native AArch32 process.',
  source: DANTRAS_TO_BERGMANN_V4,
  inWords: {
    situation: 'a 64-bit task makes a 32-bit call, and a 32-bit task makes the call of that number with the lower halves of the same arguments',
    property: 'a filter sees the same of both: architecture, number and the six arguments (seccomp_data.args are 64 bits wide, and take the registers whole)',
  },
  emulator: 'A',
  shapes: [{
    name: 'a fake call and a call from AArch32',
    tasks: [{ bits: 64 }],
    script: [{ kind: 'svc', task: 'A' }],
    second: {
      tasks: [{ bits: 32 }],
      label: 'the task is a 32-bit one',
      tie: (path, first) => {
        const a = task(first.states[1]!, 'A')
        const reg = /^tasks\[0\]\.regs\[(\d+)\]$/.exec(path)
        if (reg === null) return /^tasks\[0\]\.(pstate|pc|tp_value|tp2_value|sp)$|^cpus\[0\]\.|^tasks\[0\]\.compat_call$/.test(path) ? 'free' : undefined
        const i = Number(reg[1])
        if (i === 7) return zext(64, a.syscallno)
        return i < 6 ? zext(64, lower32(a.regs[i] as BV<64>)) : 'free'
      },
    },
    // "a native AArch32 process": its call is seen as one of AUDIT_ARCH_ARM
    situation: ({ first, second }) => and(inFakeCall(task(first.states[1]!, 'A')), is(task(second!.states[1]!, 'A').audit_arch, auditArch.arm)),
    property: ({ first, second }) => {
      const [a, b] = [task(first.states[1]!, 'A'), task(second!.states[1]!, 'A')]
      return and(eq(a.audit_arch, b.audit_arch), eq(a.syscallno, b.syscallno), ...arguments6(a).map((x, i) => eq(x, arguments6(b)[i]!)))
    },
  }],
}
