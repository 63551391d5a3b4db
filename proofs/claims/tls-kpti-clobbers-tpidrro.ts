import type { Claim, Shape } from '../claim.js'
import { aarch64Pstate, and, callIs, ne, task } from '../observe.js'
import type { Script } from '../run.js'
import { THREAD } from './thread.js'
import { armPrivate } from '../../model/syscalls/numbers.table.js'

const shape = (kind: 'svc' | 'irq'): Shape => ({
  name: kind,
  tasks: [{ bits: 64 }],
  script: [{ kind, task: 'A' }],
  situation: ({ first }) => and(first.config.kpti, aarch64Pstate(task(first.states[0]!, 'A').pstate)),
  property: ({ first }) => ne(first.states[1]!.cpus[0]!.TPIDRRO_EL0, first.states[0]!.cpus[0]!.TPIDRRO_EL0),
  fromExec: () => leftOver(kind),
})

/** How a 64-bit task comes to see another TPIDRRO_EL0 than 0: a 32-bit task's, left by the switch. */
const leftOver = (kind: 'svc' | 'irq'): Shape => {
  const script: Script = [
    { kind: 'irq', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }, { kind: 'user', task: 'B', writes: ['regs[0]', 'regs[7]'] },
    { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'ni' }, { kind: 'leave', task: 'B' }, { kind: 'switch', from: 'B', to: 'A' },
    { kind: 'eret', task: 'A' }, { kind, task: 'A' },
  ]
  return {
    name: `${kind} after a 32-bit task ran`,
    tasks: [{ bits: 64 }, { bits: 32 }],
    script,
    situation: ({ first }) => and(first.config.kpti, callIs(task(first.states[5]!, 'B'), armPrivate.set_tls)),
    property: ({ first }) => ne(first.states[10]!.cpus[0]!.TPIDRRO_EL0, first.states[9]!.cpus[0]!.TPIDRRO_EL0),
  }
}

export const claim: Claim = {
  id: 'tls/kpti-clobbers-tpidrro',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'TPIDRR0_EL0, which the kernel will clobber for AArch64 tasks (including your fake compat tasks) in the KPTI trampoline',
  source: THREAD,
  inWords: { situation: 'with KPTI, a task in AArch64 state enters the kernel', property: 'TPIDRRO_EL0 is after the entry not what it was before' },
  emulator: 'A',
  shapes: [shape('svc'), shape('irq')],
}
