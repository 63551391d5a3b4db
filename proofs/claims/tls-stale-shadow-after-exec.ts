import type { Claim, Shape } from '../claim.js'
import { and, isZero, not, startsClean, task } from '../observe.js'
import type { Script } from '../run.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'

const execAndSwitch: Script = [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits: 32 }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }]

const shape: Shape = {
  name: 'execve of a 32-bit image, then switched out and in',
  tasks: [{ bits: 64 }, { bits: 64 }],
  script: execAndSwitch,
  situation: ({ first }) => and(startsClean(first.states[0]!), isZero(first.states[1]!.cpus[0]!.TPIDRRO_EL0)),
  property: ({ first }) => not(isZero(first.states[4]!.cpus[0]!.TPIDRRO_EL0)),
  fromExec: () => savedFirst,
}
/** The same from exec: the old image's TPIDR_EL0 has been saved by a switch. */
const savedFirst: Shape = {
  name: 'a 64-bit image with a TLS, switched out and in; execve of a 32-bit image, switched out and in',
  tasks: [{ bits: 64 }, { bits: 64 }],
  script: [{ kind: 'user', task: 'A', writes: ['TPIDR_EL0', 'regs[8]'] }, { kind: 'irq', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'eret', task: 'A' }, ...execAndSwitch],
  situation: ({ first }) => and(isZero(first.states[0]!.cpus[0]!.TPIDRRO_EL0), isZero(first.states[6]!.cpus[0]!.TPIDRRO_EL0), isZero(task(first.states[0]!, 'A').tp_value)),
  property: ({ first }) => not(isZero(first.states[9]!.cpus[0]!.TPIDRRO_EL0)),
}

export const claim: Claim = {
  id: 'tls/stale-shadow-after-exec',
  quantifier: 'exists',
  whose: 'project',
  sentence: 'What a 64-bit image left in uw.tp_value becomes TPIDRRO_EL0 of the 32-bit image that it execs.',
  source: `a further case for "I suspect this also gets clobbered by the case tls_thread_flush() tries to cater for", ${RUTLAND_TO_DANTRAS}: the flush asks what the task was, not what it becomes`,
  inWords: {
    situation: 'a 64-bit task execs a 32-bit image, by a call of either table, while TPIDRRO_EL0 is 0; the task is switched out and in',
    property: 'TPIDRRO_EL0 is not 0: the new image reads a TLS that it never set',
  },
  emulator: 'A',
  shapes: [shape],
}
