/** Runs that several claims speak of. */
import type { Script, TaskStart } from '../run.js'
import type { TaskName } from '../../trace/state.js'

export const one64: readonly TaskStart[] = [{ bits: 64 }]
/** A task and one that does not exist yet. */
export const withChild: readonly TaskStart[] = [{ bits: 64 }, { bits: 0 }]
/** A tracer and a 64-bit task stopped for it. */
export const tracing = (tracer: 64 | 32): readonly TaskStart[] => [{ bits: tracer }, { bits: 64, stopped: true }]
/** A call of sigreturn or rt_sigreturn, up to the return-to-user loop. */
export const sigreturnCall = (call: 'sigreturn' | 'rt_sigreturn'): Script => [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call }, { kind: 'leave', task: 'A' }]
export const ptraceCall: Script = [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }]
export const numberCall: Script = [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'ni' }]
export const eret = (task: TaskName): Script => [{ kind: 'eret', task }]
