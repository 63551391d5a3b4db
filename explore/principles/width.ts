import { and, extract, False, isZero, not, or } from '../../model/terms/build.js'
import type { Bool, BV } from '../../model/terms/term.js'
import type { SymTask } from '../../model/index.js'
import { at } from '../../proofs/observe.js'
import { last, type Script, type TaskStart, type Template } from '../../proofs/run.js'
import type { TaskName } from '../../trace/state.js'
import { taskOf } from '../fields.js'
import type { Aspect, Principle, Probe } from '../principle.js'
import { ptraceOfB } from '../requests.js'
import { absent, calls, eret, handler, irq, leave, makesTask, svc, switchTo, wholeCall, type Call } from '../scripts.js'

const wide = (v: BV<64>): Bool => not(isZero(extract<32>(63, 32, v)))
/** The registers of AArch32 and their shadows. */
const registers = (t: SymTask): Aspect[] => [
  { field: 'x0', broken: wide(t.regs[0]!) },
  { field: 'x1..x14', broken: or(...t.regs.slice(1, 15).map(wide)) },
  { field: 'pc', broken: wide(t.pc) },
  { field: 'uw.tp_value', broken: wide(t.tp_value) },
  { field: 'uw.tp2_value', broken: wide(t.tp2_value) },
]

const probe = (event: string, tasks: readonly TaskStart[], script: Script, who: TaskName = 'A'): Probe => ({
  event, tasks, script, variant: tasks[who === 'A' ? 0 : 1]!.bits === 64 ? 'a 64-bit task that becomes a 32-bit one' : '32-bit task',
  situation: ({ first }) => and(at(taskOf(last(first), who), 'el0'), taskOf(last(first), who).TIF_32BIT),
  aspects: ({ first }) => {
    const start = first.states[0]!.tasks[who === 'A' || tasks[1]!.bits === 0 ? 0 : 1]!
    // of a task that was a 64-bit one nothing had to be narrow
    const before = start.TIF_32BIT.op === 'true' ? registers(start) : []
    return registers(taskOf(last(first), who)).map((a, i) => ({ ...a, broken: and(a.broken, not(before[i]?.broken ?? False)) }))
  },
})
const resume: Template = { kind: 'resume', task: 'A' }
const one32: readonly TaskStart[] = [{ bits: 32 }]
const back = (call: Call): Script => [...wholeCall('A', call), eret('A')]

export const width: Principle = {
  name: 'width',
  sentence: 'A 32-bit task has nothing beyond 32 bits in registers that the kernel keeps 64 bits of.',
  probes: () => [
    probe('an interrupt', one32, [irq('A'), eret('A')]),
    ...calls.filter((c) => !makesTask(c)).map((c) => probe(`a call (${c})`, one32, back(c))),
    probe('an early return for a pending tag check fault, then its signal', one32, [svc('A'), { kind: 'signal', task: 'A' }, eret('A')]),
    probe('a call that is restarted', one32, [...wholeCall('A', 'other'), { kind: 'restart', task: 'A' }, eret('A')]),
    probe('a call that a tracer takes away', [{ bits: 32, TIF_SYSCALL_TRACE: true }], [svc('A'), { kind: 'trace_enter', task: 'A' }, resume, { kind: 'skip', task: 'A' }, { kind: 'trace_exit', task: 'A' }, resume, leave('A'), eret('A')]),
    ...(['errno', 'trap'] as const).map((action) => probe(`a call that a filter refuses (${action})`, one32, [svc('A'), { kind: 'seccomp', task: 'A', action }, leave('A'), ...action === 'trap' ? [{ kind: 'signal', task: 'A' } as const] : [], eret('A')])),
    probe('a single step', one32, [{ kind: 'step', task: 'A' }, resume, eret('A')]),
    probe('a signal after a call', one32, [...wholeCall('A', 'other'), { kind: 'signal', task: 'A' }, eret('A')]),
    probe('execve of a 32-bit image', [{ bits: 64 }], back('execve 32')),
    ...(['clone', 'clone3'] as const).map((c) => probe(c, [{ bits: 32 }, absent], [svc('A'), handler('A', c), switchTo('A', 'B'), eret('B')], 'B')),
    ...([64, 32] as const).map((tracer) => probe(`a request of a ${tracer}-bit tracer`, [{ bits: tracer }, { bits: 32, stopped: true }],
      [...ptraceOfB, leave('A'), { kind: 'resume', task: 'B' }, switchTo('A', 'B'), eret('B')], 'B')),
  ],
  says: (event, fields) => `${event} leaves a 32-bit task with more than 32 bits in ${fields}`,
}
