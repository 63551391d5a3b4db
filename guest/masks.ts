/** What is left out of a comparison, and why. Nothing else is. */
import type { Config } from '../trace/state.js'
import type { Observed } from './probes/probe.js'

const pstates = new Set(['pstate', 'framePstate'])
const psrs = new Set(['psr', 'framePsr'])

/** Bits of an observation that hardware or the scheduler decides; each with its reason. */
export function undecided(key: string, config: Config): { bits: bigint, reason: string } {
  // ssbs_thread_switch (kernel/process.c): without the CPU feature every context switch puts the bit into the next task's
  // saved PSTATE; the exception return loses it again. Whether a switch came in between is up to the scheduler.
  const reason = 'SSBS of the saved PSTATE on a CPU without it: ssbs_thread_switch sets it, ERET loses it'
  if (!config.ssbs && pstates.has(key)) return { bits: 1n << 12n, reason }
  if (!config.ssbs && psrs.has(key)) return { bits: 1n << 23n, reason }
  return { bits: 0n, reason: '' }
}

/** The names whose values differ where they are decided. */
export function disagreements(a: Observed, b: Observed, config: Config): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => {
    const [x, y] = [a[key], b[key]]
    if (x === undefined || y === undefined) return true
    const { bits } = undecided(key, config)
    return (x & ~bits) !== (y & ~bits)
  })
}
