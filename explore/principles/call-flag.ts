import { and, bool, iff, is, not, xor } from '../../model/terms/build.js'
import type { Bool } from '../../model/terms/term.js'
import type { Kernel, SymTask } from '../../model/index.js'
import { at } from '../../proofs/observe.js'
import { last, type Script, type TaskStart, type Template } from '../../proofs/run.js'
import { table, type TaskName } from '../../trace/state.js'
import { taskOf } from '../fields.js'
import type { Principle, Probe } from '../principle.js'
import { absent, calls, eret, handler, leave, makesTask, named, operation, svc, widths, wholeCall, type Width } from '../scripts.js'

const enter: Template = { kind: 'trace_enter', task: 'A' }
const exit: Template = { kind: 'trace_exit', task: 'A' }
const resume: Template = { kind: 'resume', task: 'A' }

/** Outside a call the flag is what exec made it: clear, or (v4) set for 32-bit tasks. */
const atRest = (k: Kernel, t: SymTask): Bool => k.flag.setFor32 ? t.TIF_32BIT : bool(false)

const probe = (bits: Width, event: string, script: Script, who: TaskName = 'A', more: readonly TaskStart[] = [], trace?: true): Probe => ({
  event, variant: `${named(bits)} task`,
  tasks: [{ bits, ...trace === undefined ? {} : { TIF_SYSCALL_TRACE: trace } }, ...more], script,
  situation: ({ first, kernel }) => {
    const [a, end] = [taskOf(first.states[0]!, 'A'), taskOf(last(first), who)]
    return and(iff(a.compat_call, atRest(kernel, a)), at(end, 'returning'))
  },
  aspects: ({ first, kernel }) => {
    const t = taskOf(last(first), who)
    return [{ field: 'per-call flag', broken: xor(t.compat_call, atRest(kernel, t)) }, { field: 'table', broken: not(is(t.table, table.none)) }]
  },
})

export const callFlag: Principle = {
  name: 'call-flag',
  sentence: 'A flag that belongs to a call is gone after it.',
  probes: (k) => widths.flatMap((w) => [
    ...k.flag.ofModule && w === 64 ? [probe(w, 'after an operation of the module', [svc('A'), operation('A'), handler('A', 'other'), leave('A')])] : [],
    ...calls.map((c) => probe(w, `after ${c}`, wholeCall('A', c, 'B'), 'A', makesTask(c) ? [absent] : [])),
    // svc alone leads to the return-to-user loop only by an early return
    probe(w, 'after an early return for a pending tag check fault', [svc('A')]),
    probe(w, 'in a forked child', [svc('A'), handler('A', 'clone')], 'B', [absent]),
    probe(w, 'in a child of clone3', [svc('A'), handler('A', 'clone3')], 'B', [absent]),
    probe(w, 'after a ptrace request', [svc('A'), { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }, leave('A')], 'A', [{ bits: 64, stopped: true }]),
    ...(['errno', 'trap'] as const).map((action) => probe(w, `after a call that a filter refuses (${action})`, [svc('A'), { kind: 'seccomp', task: 'A', action }, leave('A')])),
    probe(w, 'after a traced call', [svc('A'), enter, resume, handler('A', 'other'), exit, resume, leave('A')], 'A', [], true),
    probe(w, 'after a call that a tracer takes away', [svc('A'), enter, resume, { kind: 'skip', task: 'A' }, exit, resume, leave('A')], 'A', [], true),
    probe(w, 'after the call that comes after exec of a 64-bit image', [...wholeCall('A', 'execve 64'), eret('A'), ...wholeCall('A', 'other')]),
    probe(w, 'after the call that comes after exec of a 32-bit image', [...wholeCall('A', 'execve 32'), eret('A'), ...wholeCall('A', 'other')]),
  ]),
  says: (event, fields) => `${event} the task still has the ${fields} of a call that it is no longer in`,
}
