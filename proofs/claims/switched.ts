/** A task in its call, switched out for another one and in again. */
import type { Script, TaskStart } from '../run.js'

export const switchedInCall = (a: 64 | 32, b: 64 | 32): { name: string, tasks: readonly TaskStart[], script: Script } => ({
  name: `a ${a}-bit task in its call, switched out for a ${b}-bit one`,
  tasks: [{ bits: a }, { bits: b }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }],
})
/** Every pair of widths. */
export const pairs = [[64, 64], [64, 32], [32, 64], [32, 32]] as const
/** A 64-bit task in its call, while a 32-bit one sets its TLS. */
export const setsTlsMeanwhile: { name: string, tasks: readonly TaskStart[], script: Script } = {
  name: 'a 64-bit task in its call, while a 32-bit one sets its TLS',
  tasks: [{ bits: 64 }, { bits: 32 }],
  script: [
    { kind: 'svc', task: 'A' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }, { kind: 'user', task: 'B', writes: ['regs[0]', 'regs[7]'] },
    { kind: 'svc', task: 'B' }, { kind: 'handler', task: 'B', call: 'ni' }, { kind: 'switch', from: 'B', to: 'A' },
  ],
}
