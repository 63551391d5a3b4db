import type { Claim, Shape } from '../claim.js'
import { and, at, callIs, eq, inCompatCall, inFakeCall, is, not, or, task, type Bool, type SymTask } from '../observe.js'
import type { Script } from '../run.js'
import { withChild } from './scripts.js'
import { THREAD } from './thread.js'
import { auditArch, compat, errno, native } from '../../model/syscalls/numbers.table.js'
import { table } from '../../trace/state.js'
import { bv, lower32 } from '../../model/terms/build.js'

/** A native call has the native table and AUDIT_ARCH_AARCH64, a call of an AArch32 task the compat table and AUDIT_ARCH_ARM: anything else is neither. */
const archOfNeither = (call: SymTask): Bool => or(
  and(is(call.table, table.native), is(call.audit_arch, auditArch.arm)),
  and(inCompatCall(call), is(call.audit_arch, auditArch.aarch64)))

/** The child of a fake clone makes a call of its own. `user`: it may choose its registers first. */
const childsCall = (user: boolean): Shape => {
  const script: Script = [
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' },
    ...(user ? [{ kind: 'user', task: 'B', writes: ['regs[8]'] } as const] : []), { kind: 'svc', task: 'B' },
  ]
  return {
    name: `the child of a fake clone makes a call${user ? ', having set x8' : ''}`,
    tasks: withChild,
    script,
    situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
    property: ({ first }) => archOfNeither(task(first.states[script.length]!, 'B')),
  }
}

/** A fake call that returned -ERESTART_RESTARTBLOCK is restarted by the same SVC instruction. */
const restarted: Shape = {
  name: 'a fake call is restarted',
  tasks: [{ bits: 64 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'restart', task: 'A' }, { kind: 'eret', task: 'A' }, { kind: 'svc', task: 'A' },
  ],
  situation: ({ first }) => {
    const [one, , , , , two] = first.events
    const sameInstruction = one!.kind === 'svc' && two!.kind === 'svc' ? eq(one!.imm as never, two!.imm as never) : eq(bv(1, 0), bv(1, 1))
    return and(inFakeCall(task(first.states[1]!, 'A')), is(lower32(task(first.states[2]!, 'A').regs[0]!), 0x100000000 - errno.ERESTART_RESTARTBLOCK), sameInstruction, at(task(first.states[6]!, 'A'), 'entered'))
  },
  property: ({ first }) => {
    const call = task(first.states[6]!, 'A')
    const asNative = and(is(call.table, table.native), callIs(call, native.restart_syscall))
    const asCompat = and(inCompatCall(call), callIs(call, compat.restart_syscall))
    return not(or(asNative, asCompat))
  },
}

/** exec of a 32-bit image from a fake call: the image's own calls. */
const execOf32: Shape = {
  name: 'a 32-bit image exec\'d from a fake call makes a call',
  tasks: [{ bits: 64 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits: 32 }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }, { kind: 'svc', task: 'A' },
  ],
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => archOfNeither(task(first.states[5]!, 'A')),
}

export const claim: Claim = {
  id: 'dispatch/more-mismatches-exist',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "I fully expect that there are more cases where this sort of mismatch exists and there isn't some final sanity check that prevents said mismatch from breaking the kernel.",
  source: THREAD,
  inWords: {
    situation: 'a fake call that is none of sigreturn, ptrace, set_tls is made: a clone, an exec, or one that is interrupted and restarted',
    property: 'a later call has a table and an AUDIT_ARCH that belong to different ABIs, or the restart is neither restart_syscall of the native nor of the compat table: what seccomp, audit or the program sees is neither that of the native call nor that of an AArch32 task',
  },
  emulator: 'A',
  shapes: [execOf32, childsCall(false), childsCall(true), restarted],
}
