/** Runs that the conditions of top/no-broken-behaviour look at: a system call of each class from each kind of task, and what may come between. */
import type { Script, TaskStart } from '../../run.js'
import type { Template } from '../../run.js'

const svc: Template = { kind: 'svc', task: 'A' }
const after: Script = [{ kind: 'leave', task: 'A' }]
const handler = (call: 'sigreturn' | 'rt_sigreturn' | 'ni' | 'other'): Template => ({ kind: 'handler', task: 'A', call })

export interface CallRun { readonly name: string, readonly tasks: readonly TaskStart[], readonly script: Script }
const widths = [64, 32] as const

/** One call of task A, up to the return-to-user loop. */
export const calls: readonly CallRun[] = widths.flatMap((bits) => [
  ...(['other', 'ni', 'rt_sigreturn'] as const).map((call) => ({ name: `${bits}-bit task, ${call}`, tasks: [{ bits }], script: [svc, handler(call), ...after] })),
  { name: `${bits}-bit task, sigreturn`, tasks: [{ bits }], script: [svc, handler('sigreturn'), ...after] },
  { name: `${bits}-bit task, execve of a 64-bit image`, tasks: [{ bits }], script: [svc, { kind: 'handler', task: 'A', call: 'execve', bits: 64 } as const, ...after] },
  { name: `${bits}-bit task, execve of a 32-bit image`, tasks: [{ bits }], script: [svc, { kind: 'handler', task: 'A', call: 'execve', bits: 32 } as const, ...after] },
])

/** The same, back at EL0. */
export const returned = (run: CallRun): CallRun => ({ ...run, name: `${run.name}, back at EL0`, script: [...run.script, { kind: 'eret', task: 'A' }] })
/** The same, with a signal delivered before. */
export const signalled = (run: CallRun): CallRun => ({ ...run, name: `${run.name}, then a signal`, script: [...run.script, { kind: 'signal', task: 'A' }, { kind: 'eret', task: 'A' }] })

/** A ptrace request of A, and its stopped tracee B goes on. */
export const tracedGoesOn: readonly CallRun[] = widths.map((bits) => ({
  name: `${bits}-bit tracer, the traced task goes on`,
  tasks: [{ bits }, { bits: 64, stopped: true }],
  script: [svc, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }, { kind: 'leave', task: 'A' }, { kind: 'resume', task: 'B' }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'eret', task: 'B' }],
}))

/** A's call, B's turn, A's again; what follows is A's return. */
export const interrupted = (a: 64 | 32, b: 64 | 32): CallRun => ({
  name: `${a}-bit task switched out in its call for a ${b}-bit one`,
  tasks: [{ bits: a }, { bits: b }],
  script: [svc, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, handler('other'), ...after, { kind: 'eret', task: 'A' }],
})
