import type { Claim, Shape } from '../claim.js'
import { inFakeCall, ne, task } from '../observe.js'
import { THREAD } from './thread.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `fake execve of a ${bits}-bit image`,
  tasks: [{ bits: 64 }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits }],
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => ne(first.states[2]!.cpus[0]!.TPIDRRO_EL0, first.states[1]!.cpus[0]!.TPIDRRO_EL0),
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
