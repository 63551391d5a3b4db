import type { Claim, Shape } from '../claim.js'
import { and, at, inFakeCall, isZero, ne, not, task } from '../observe.js'
import { THREAD } from './thread.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `fake execve of a ${bits}-bit image`,
  tasks: [{ bits: 64 }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits }],
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => ne(first.states[2]!.cpus[0]!.TPIDRRO_EL0, first.states[1]!.cpus[0]!.TPIDRRO_EL0),
  fromExec: () => [tlsFirst(bits), switchedInCall(bits)],
})

/** The same from exec without a call that sets the TLS: the switch to a task in its fake call loads what its TPIDR_EL0 was when it was last switched away from. */
const switchedInCall = (bits: 64 | 32): Shape => ({
  name: `switched away from twice, the second time in a fake execve of a ${bits}-bit image`,
  tasks: [{ bits: 64 }, { bits: 64 }],
  script: [
    { kind: 'irq', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'eret', task: 'A' }, { kind: 'svc', task: 'A' },
    { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits },
  ],
  situation: ({ first }) => {
    const start = first.states[0]!
    return and(isZero(start.cpus[0]!.TPIDRRO_EL0), ...start.tasks.flatMap((t) => [isZero(t.tp_value), isZero(t.tp2_value), not(t.compat_call), at(t, t === start.tasks[0] ? 'el0' : 'returning')]), inFakeCall(task(first.states[5]!, 'A')))
  },
  property: ({ first }) => ne(first.states[8]!.cpus[0]!.TPIDRRO_EL0, first.states[7]!.cpus[0]!.TPIDRRO_EL0),
})

/** The same from exec: the task has set its TLS by a fake call before. */
const tlsFirst = (bits: 64 | 32): Shape => ({
  name: `fake set_tls, then fake execve of a ${bits}-bit image`,
  tasks: [{ bits: 64 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'ni' }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
    { kind: 'user', task: 'A', writes: ['regs[7]', 'regs[8]'] }, { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits },
  ],
  situation: ({ first }) => and(isZero(first.states[0]!.cpus[0]!.TPIDRRO_EL0), not(task(first.states[0]!, 'A').compat_call), inFakeCall(task(first.states[6]!, 'A'))),
  property: ({ first }) => ne(first.states[7]!.cpus[0]!.TPIDRRO_EL0, first.states[6]!.cpus[0]!.TPIDRRO_EL0),
})

export const claim: Claim = {
  id: 'tls/flush-clobbers-tpidrro',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'I suspect this also gets clobbered by the case tls_thread_flush() tries to cater for',
  source: THREAD,
  inWords: { situation: 'a task execs from a fake call', property: 'TPIDRRO_EL0 is after the handler not what it was before' },
  emulator: 'A',
  shapes: [shape(64), shape(32)],
}
