import type { Claim, Shape } from '../claim.js'
import { and, at, callIs, eq, isZero, startsClean, task } from '../observe.js'
import { pairs, setsTlsMeanwhile, switchedInCall } from './switched.js'
import { RUTLAND_V2 } from './mails.js'
import { armPrivate } from '../../model/syscalls/numbers.table.js'

/** How TPIDRRO_EL0 comes to be another task's: a 32-bit task sets its TLS, a 64-bit one is in a call meanwhile. */
const setMeanwhile: Shape = {
  ...setsTlsMeanwhile,
  situation: ({ first }) => and(at(task(first.states[1]!, 'A'), 'entered'), callIs(task(first.states[5]!, 'B'), armPrivate.set_tls)),
  property: ({ first }) => eq(first.states[1]!.cpus[0]!.TPIDRRO_EL0, first.states[7]!.cpus[0]!.TPIDRRO_EL0),
}

/** How a 32-bit task comes to have a shadow that TPIDRRO_EL0 does not show: the image before it was a 64-bit one with a TLS (tls/stale-shadow-after-exec). */
const execdBefore = (b: 64 | 32): Shape => ({
  name: 'a 32-bit image that a 64-bit one with a TLS has exec\'d, in its call',
  tasks: [{ bits: 64 }, { bits: b }],
  script: [
    { kind: 'user', task: 'A', writes: ['TPIDR_EL0', 'regs[8]'] }, { kind: 'irq', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'eret', task: 'A' },
    { kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits: 32 }, { kind: 'leave', task: 'A' }, { kind: 'eret', task: 'A' },
    { kind: 'svc', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' },
  ],
  situation: ({ first }) => and(startsClean(first.states[0]!), isZero(task(first.states[0]!, 'A').tp_value), isZero(first.states[0]!.cpus[0]!.TPIDRRO_EL0), at(task(first.states[10]!, 'A'), 'entered')),
  property: ({ first }) => eq(first.states[10]!.cpus[0]!.TPIDRRO_EL0, first.states[12]!.cpus[0]!.TPIDRRO_EL0),
})

export const claim: Claim = {
  id: 'tls/tpidrro-kept-over-switch',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'A task\'s TPIDRRO_EL0 after it was switched out and in is what it was.',
  source: `the accounting that is doubted in ${RUTLAND_V2}`,
  answers: 'tls/accounting-unreliable',
  inWords: { situation: 'a task is switched out during a call of any kind, and in again', property: 'TPIDRRO_EL0 is what it was when the call came to its handler' },
  emulator: 'A',
  shapes: pairs.map(([a, b]) => ({
    ...switchedInCall(a, b),
    situation: ({ first }) => at(task(first.states[1]!, 'A'), 'entered'),
    property: ({ first }) => eq(first.states[1]!.cpus[0]!.TPIDRRO_EL0, first.states[3]!.cpus[0]!.TPIDRRO_EL0),
    ...a === 32 ? { fromExec: () => execdBefore(b) } : b === 32 ? { fromExec: () => setMeanwhile } : {},
  })),
}
