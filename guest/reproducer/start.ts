/** A task of the trace as it begins: its memory, its filters, what mmap may choose, its registers. */
import { place, taskNames, type Task, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { hex, image, refused, words } from './text.js'

const SECCOMP_RET = { errno: 0x00050000n, trap: 0x00030000n, kill: 0x80000000n } as const
const SS = 1n << 21n

/** Lines of C. Throws `E_NO_REPRODUCER` for what ptrace cannot set. */
export function startText(trace: Trace, name: TaskName, tls: boolean): string[] {
  const slot = taskNames.indexOf(name)
  const first = trace.states[0]!
  const t = first.tasks[slot]!
  if ((t.pstate & SS) !== 0n) throw refused('a start with PSTATE.SS')
  if (trace.events.some((e) => e.kind === 'user' && e.task === name && Object.keys(e.set).some((p) => /^(vregs|fp)/.test(p)))) throw refused('writes to vector registers')
  const { TPIDR_EL0, current } = first.cpus[0]!
  const lines = [
    `start(&${name}, ${t.TIF_32BIT ? 32 : 64});`, ...[...words(name, t.frame), ...words(name, t.buf)].map((l) => l.trimStart()),
    ...filters(trace, name), ...mappings(trace, name),
    ...tls ? [`set_tls(&${name}, ${hex(!t.TIF_32BIT && current === BigInt(slot) ? TPIDR_EL0 : t.tp_value)});`] : [],
    ...t.orig_x0 !== 0n ? [`set_orig_x0(&${name}, ${hex(t.orig_x0)});`] : [],
    `write_regs(&${name}, ${image(t)});`,
  ]
  return lines.map((l) => `\t${l}`)
}

const stateOf = (trace: Trace, i: number, name: TaskName): Task => trace.states[i]!.tasks[taskNames.indexOf(name)]!

/** A filter is there from the start: a child inherits it. */
const filters = (trace: Trace, name: TaskName): string[] => trace.events.flatMap((e, i) => {
  if (e.kind !== 'seccomp' || (e.task !== name && stateOf(trace, 0, e.task).at !== place.absent)) return []
  const t = stateOf(trace, i, e.task)
  return [`filter(&${name}, ${hex(t.syscallno)}, ${hex(t.audit_arch)}, ${hex(SECCOMP_RET[e.action] | e.data)});`]
})

const MAP_FIXED = 0x10n, MAP_FIXED_NOREPLACE = 0x100000n

const mappings = (trace: Trace, name: TaskName): string[] => trace.events.flatMap((e, i) => {
  if (e.kind !== 'handler' || e.call !== 'mmap') return []
  const { regs } = stateOf(trace, i, e.task)
  const chosen = BigInt.asIntN(64, e.result) > 0n && (regs[3]! & (MAP_FIXED | MAP_FIXED_NOREPLACE)) === 0n
  return [`mappable_file(&${name});`, ...chosen ? [`leave_free(&${name}, ${hex(e.result)}, ${hex((regs[1]! + 4095n) & ~4095n)});`] : []]
})
