import type { Claim } from '../claim.js'
import { and, eq, inFakeCall, is, lower32, requests, result32, sameMemory, sameRegisters, task, zext, type BV } from '../observe.js'
import { last } from '../run.js'
import { ptraceCall, tracing } from './scripts.js'
import { THREAD } from './thread.js'
import { auditArch, compat, ptraceRequest as r } from '../../model/syscalls/numbers.table.js'
import { bv } from '../../model/terms/build.js'

export const claim: Claim = {
  id: 'regset/same-as-aarch32-tracer',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'This is no different from a normal 32-bit process tracing a 64-bit process, which already "works"',
  source: THREAD,
  answers: 'regset/wrong-layout-conversion',
  inWords: {
    situation: 'a 64-bit task in a fake ptrace call, and a 32-bit task in the same ptrace call with the same (32-bit) arguments and the same buffer, each trace the same stopped 64-bit task',
    property: 'both get the same 32-bit result and the same bytes, and leave the traced task in the same state',
  },
  emulator: 'B',
  shapes: [{
    name: 'fake tracer and 32-bit tracer',
    tasks: tracing(64),
    script: ptraceCall,
    second: {
      tasks: tracing(32),
      label: 'the tracer is a 32-bit task',
      tie: (path, first) => {
        const a = task(first.states[1]!, 'A')
        const reg = /^tasks\[0\]\.regs\[(\d+)\]$/.exec(path)
        if (reg === null) return /^tasks\[0\]\.(pstate|pc|tp_value|tp2_value|sp)$|^cpus\[0\]\.|^tasks\[0\]\.compat_call$/.test(path) ? 'free' : undefined
        const i = Number(reg[1])
        if (i === 7) return bv(64, compat.ptrace)
        return i < 4 ? zext(64, lower32(a.regs[i] as BV<64>)) : 'free'
      },
    },
    situation: ({ first, second }) => {
      const a = task(first.states[1]!, 'A')
      // "a normal 32-bit process": its call is seen as one of AUDIT_ARCH_ARM
      return and(inFakeCall(a), is(task(second!.states[1]!, 'A').audit_arch, auditArch.arm), requests(a, r.PEEKUSR, r.POKEUSR, r.GETREGS, r.SETREGS, r.GET_THREAD_AREA, r.SET_SYSCALL, r.GETREGSET, r.SETREGSET))
    },
    property: ({ first, second }) => {
      const [a, a2, b, b2] = [task(last(first), 'A'), task(last(second!), 'A'), task(last(first), 'B'), task(last(second!), 'B')]
      return and(eq(result32(a), result32(a2)), sameMemory(a, a2), sameRegisters(b, b2), eq(b.pstate, b2.pstate), eq(b.orig_x0, b2.orig_x0), eq(b.syscallno, b2.syscallno),
        eq(b.tp_value, b2.tp_value), eq(b.tp2_value, b2.tp2_value))
    },
  }],
}
