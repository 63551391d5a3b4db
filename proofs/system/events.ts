/** The events of the system: every kind, its numbers free. `A` acts; `B` is the one other task that an event may touch. */
import type { Template } from '../run.js'

const general = [...Array.from({ length: 31 }, (_, i) => `regs[${i}]`), 'sp', 'pc', 'pstate', 'TPIDR_EL0', 'frame.base', 'frame.lo', 'frame.hi', 'buf.base', 'buf.lo', 'buf.hi']

export interface NamedEvent { readonly name: string, readonly template: Template }

/** Every kind of event by task A (another task's are the same with the names exchanged; test/proofs/footprint.test.ts). A switch goes to B. */
export const everyEvent: readonly NamedEvent[] = [
  { name: 'user (AArch64)', template: { kind: 'user', task: 'A', writes: general } },
  { name: 'user (AArch32)', template: { kind: 'user', task: 'A', writes: general.filter((p) => p !== 'sp' && !/^regs\[(1[5-9]|2\d|30)\]$/.test(p)) } },
  ...(['svc', 'irq', 'step', 'leave', 'signal', 'restart', 'die', 'eret', 'stop', 'resume', 'trace_enter', 'trace_exit', 'skip', 'module'] as const).map((kind) => ({ name: kind, template: { kind, task: 'A' } as Template })),
  ...(['cont', 'syscall', 'singlestep'] as const).map((how) => ({ name: `resume (${how})`, template: { kind: 'resume', task: 'A', with: how } as Template })),
  ...(['errno', 'trap', 'kill'] as const).map((action) => ({ name: `seccomp (${action})`, template: { kind: 'seccomp', task: 'A', action } as Template })),
  ...(['sigreturn', 'rt_sigreturn', 'ni', 'other', 'mmap', 'tagged_addr'] as const).map((call) => ({ name: call, template: { kind: 'handler', task: 'A', call } as Template })),
  { name: 'ptrace', template: { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' } },
  { name: 'clone', template: { kind: 'handler', task: 'A', call: 'clone', child: 'B' } },
  { name: 'clone3', template: { kind: 'handler', task: 'A', call: 'clone3', child: 'B' } },
  { name: 'execve 64', template: { kind: 'handler', task: 'A', call: 'execve', bits: 64 } },
  { name: 'execve 32', template: { kind: 'handler', task: 'A', call: 'execve', bits: 32 } },
  { name: 'switch', template: { kind: 'switch', from: 'A', to: 'B' } },
]
