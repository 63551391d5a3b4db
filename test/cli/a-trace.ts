/** A short run on RFC v2: a fake call that does not exist, then a fake sigreturn with no frame. */
import { simulate } from '../../sim/index.js'
import type { Event } from '../../trace/events.js'
import { defaultConfig, initialState } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'

const svc: Event = { kind: 'svc', task: 'A', imm: 1n, upper: 0n, mte_async_fault: false }
const events: Event[] = [
  { kind: 'user', task: 'A', set: { 'regs[0]': 0x1234n, 'regs[7]': 0xf0005n, 'pstate': 0x61000000n } },
  svc, { kind: 'handler', task: 'A', call: 'ni' }, { kind: 'leave', task: 'A' }, { kind: 'restart', task: 'A' }, { kind: 'eret', task: 'A' },
  { kind: 'user', task: 'A', set: { 'regs[7]': 119n } },
  svc, { kind: 'handler', task: 'A', call: 'sigreturn', si_code: 1n, residue: new Array<bigint>(32).fill(0n) },
]

export function aTrace(): Trace {
  const config = { ...defaultConfig, kpti: true, dit: true }
  const states = [initialState([64], config)]
  for (const e of events) states.push(simulate('rfc-v2', config, states.at(-1)!, e))
  return { kernel: 'rfc-v2', config, start: 'exec', claim: 'sigreturn/always-sigsegv', userspace: 'any', irrelevant: ['tasks[0].regs[1]'], states, events: [...events] }
}
