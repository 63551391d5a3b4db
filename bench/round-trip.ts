/** System call round trips on the simulator, one core: entry, dispatch, handler, leave, exception return, in place. */
import { defaultConfig, initialState, type Config } from '../trace/state.js'
import type { Event } from '../trace/events.js'
import { kernelOf } from '../sim/index.js'
import { step } from '../sim/simulate.js'

export interface RoundTrip { readonly name: string, readonly perSecond: number }

const cases: { name: string, kernel: string, bits: 32 | 64, config: Partial<Config>, imm: bigint, regs: Record<number, bigint>, call: 'other' | 'ni' }[] = [
  { name: 'v5.11, 64-bit getpid', kernel: 'v5.11', bits: 64, config: {}, imm: 0n, regs: { 8: 172n }, call: 'other' },
  { name: 'v5.11, 64-bit getpid, KPTI', kernel: 'v5.11', bits: 64, config: { kpti: true }, imm: 0n, regs: { 8: 172n }, call: 'other' },
  { name: 'v5.11, 32-bit getpid', kernel: 'v5.11', bits: 32, config: {}, imm: 0n, regs: { 7: 20n }, call: 'other' },
  { name: 'rfc-v2, 32-bit call of a 64-bit task', kernel: 'rfc-v2', bits: 64, config: {}, imm: 1n, regs: { 7: 20n }, call: 'other' },
  { name: 'v5.11, 64-bit call beyond the table', kernel: 'v5.11', bits: 64, config: {}, imm: 0n, regs: { 8: 9999n }, call: 'ni' },
]

/** Best of `rounds` measurements of `n` round trips each, in CPU time of this process (other programs do not count). */
export function roundTrips(n = 200_000, rounds = 5): RoundTrip[] {
  return cases.map(({ name, kernel, bits, config, imm, regs, call }) => {
    const c = { ...defaultConfig, ...config }
    const state = initialState([bits], c)
    const m = { kernel: kernelOf(kernel), config: c, state }
    Object.assign(state.tasks[0]!.regs, regs)
    const svc: Event = { kind: 'svc', task: 'A', imm, upper: 0n, mte_async_fault: false }
    const handler: Event = call === 'ni' ? { kind: 'handler', task: 'A', call } : { kind: 'handler', task: 'A', call, result: 1000n, restart: 0n }
    const leave: Event = { kind: 'leave', task: 'A' }, eret: Event = { kind: 'eret', task: 'A' }
    let best = Infinity
    for (let r = 0; r < rounds; r++) {
      const start = process.cpuUsage()
      for (let i = 0; i < n; i++) {
        step(m, svc)
        step(m, handler)
        step(m, leave)
        step(m, eret)
      }
      const used = process.cpuUsage(start)
      best = Math.min(best, used.user + used.system)
    }
    return { name, perSecond: Math.round(n / (best / 1e6)) }
  })
}
