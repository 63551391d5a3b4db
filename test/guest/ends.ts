/** Traces of v6.12 that end inside the kernel, each with something at its end that is wrong. */
import { simulatorKernel } from '../../cli/guest/kernels.js'
import { simulateWith } from '../../sim/index.js'
import type { Event } from '../../trace/events.js'
import { defaultConfig, initialState, type State } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'

export const kernel = 'v6.12'

function run(widths: readonly (64 | 32 | 0)[], ...events: Event[]): Trace {
  const config = { ...defaultConfig, mixed_endian_el0: true }
  const states = [initialState([...widths], config)]
  for (const e of events) states.push(simulateWith(simulatorKernel(kernel), config, states.at(-1)!, e))
  return { kernel, config, start: 'exec', states, events }
}
const task = 'A'
const user = (set: Record<string, bigint>): Event => ({ kind: 'user', task, set })
const svc: Event = { kind: 'svc', task, imm: 0n, upper: 0n, mte_async_fault: false }
const leave: Event = { kind: 'leave', task }
const change = (from: 'A' | 'B', to: 'A' | 'B'): Event => ({ kind: 'switch', from, to })
const CLONE_SETTLS = 0x80000n

type Wrong = (s: State) => void
export const ends: readonly (readonly [string, Trace, Wrong])[] = [
  ['a number beyond the table: its result', run([64], user({ 'regs[8]': 0x80000000n }), svc, { kind: 'handler', task, call: 'ni' }), (s) => { s.tasks[0]!.regs[0]! ^= 1n }],
  ['a refused rt_sigreturn: the forced signal', run([64], user({ 'regs[8]': 139n }), svc, { kind: 'handler', task, call: 'rt_sigreturn', si_code: 1n } as Event), (s) => { s.tasks[0]!.signo = 31n }],
  ['a refused rt_sigreturn: a register', run([64], user({ 'regs[8]': 139n }), svc, { kind: 'handler', task, call: 'rt_sigreturn', si_code: 1n } as Event), (s) => { s.tasks[0]!.regs[9] = 7n }],
  ['a clone: the sp of the child', run([64, 0], user({ 'regs[1]': 0x70000n, 'regs[8]': 220n }), svc, { kind: 'handler', task, call: 'clone', child: 'B' }), (s) => { s.tasks[1]!.sp = 0x70010n }],
  ['a switch to a new 32-bit child: TPIDRRO_EL0', run([32, 0], user({ 'regs[0]': CLONE_SETTLS, 'regs[3]': 0x1234n, 'regs[7]': 120n }), svc, { kind: 'handler', task, call: 'clone', child: 'B' }, change('A', 'B')), (s) => { s.cpus[0]!.TPIDRRO_EL0 ^= 0x10n }],
  ['exec of a 32-bit image: TPIDRRO_EL0', run([64], user({ TPIDR_EL0: 0x77n, 'regs[8]': 221n }), svc, { kind: 'handler', task, call: 'execve', bits: 32 }), (s) => { s.cpus[0]!.TPIDRRO_EL0 = 0x55n }],
  ['a switch after exec of a 32-bit image: what is left of uw.tp_value', run([64, 64], user({ TPIDR_EL0: 0x77n }), { kind: 'irq', task, upper: 0n, mte_async_fault: false }, change('A', 'B'), change('B', 'A'), { kind: 'eret', task }, user({ 'regs[8]': 221n }), svc, { kind: 'handler', task, call: 'execve', bits: 32 }, leave, change('A', 'B'), change('B', 'A')), (s) => { s.cpus[0]!.TPIDRRO_EL0 ^= 1n }],
]

export function withWrongEnd(trace: Trace, wrong: Wrong): Trace {
  const states = structuredClone(trace.states)
  wrong(states.at(-1)!)
  return { ...trace, states }
}
