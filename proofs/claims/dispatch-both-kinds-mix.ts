import type { Claim, Shape } from '../claim.js'
import { and, at, eq, givenResult, inFakeCall, is, stackAtItsTop, startsClean, task, type Bool } from '../observe.js'
import type { Run, Script } from '../run.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'
import { auditArch } from '../../model/syscalls/numbers.table.js'
import { table } from '../../trace/state.js'

/** The last two events: a call of A in the native table, and its handler. */
const native: Script = [{ kind: 'user', task: 'A', writes: ['regs[8]'] }, { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }]
const nativeCall = (r: Run): Bool => is(task(r.states[r.states.length - 2]!, 'A').table, table.native)
const treatedNatively = (r: Run): Bool => and(
  is(task(r.states[r.states.length - 2]!, 'A').audit_arch, auditArch.aarch64),
  eq(task(r.states[r.states.length - 1]!, 'A').regs[0]!, givenResult(r.events[r.events.length - 1]!)))

const afterFakeCall: Shape = {
  name: 'a compat call, then a native one',
  tasks: one64,
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'other' }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' }, ...native],
  situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), nativeCall(first)),
  property: ({ first }) => treatedNatively(first),
}
/** el0_svc_common returns before its ordinary ends; the signal that follows has a handler. */
const afterEarlyReturn: Shape = {
  name: 'a call that an asynchronous tag fault ends at once, its signal, then a native call',
  tasks: one64,
  script: [{ kind: 'svc', task: 'A' }, { kind: 'signal', task: 'A' }, { kind: 'eret', task: 'A' }, ...native],
  situation: ({ first }) => and(startsClean(first.states[0]!), stackAtItsTop(task(first.states[0]!, 'A')), at(task(first.states[1]!, 'A'), 'returning'), nativeCall(first)),
  property: ({ first }) => treatedNatively(first),
}

export const claim: Claim = {
  id: 'dispatch/both-kinds-mix',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'the generic kernel code is already able to properly handle tasks that invoke both 32-bit and 64-bit syscalls',
  source: V4_COVER,
  inWords: {
    situation: 'a 64-bit task makes a compat call, or a call of any kind that a pending tag fault ends at once; back in user space it makes a native call',
    property: 'the native call is treated natively: AUDIT_ARCH_AARCH64, and the result arrives whole',
  },
  emulator: 'A',
  shapes: [afterFakeCall, afterEarlyReturn],
}
