/** Where runs start, with one CPU or several. */
import { initialState, place, type Config, type State } from '../trace/state.js'

export const MOST_CPUS = 4

/**
 * Tasks right after exec (0: not there yet); the first `cpus` of them run, task i on CPU i, the others are about to return to EL0.
 * Every CPU has its own TPIDR_EL0, TPIDRRO_EL0 and CNTKCTL_EL1; which task it runs is `current`. With one CPU this is `initialState`.
 */
export function startState(widths: readonly (64 | 32 | 0)[], config: Config, cpus = 1): State {
  const s = initialState(widths, config)
  if (cpus < 1 || cpus > MOST_CPUS || widths.slice(0, cpus).some((w) => w === 0) || widths.length < cpus) throw new RangeError(`${cpus} CPUs need as many tasks, at most ${MOST_CPUS}`)
  for (let i = 1; i < cpus; i++) {
    s.tasks[i]!.at = place.el0
    s.cpus.push({ TPIDR_EL0: 0n, TPIDRRO_EL0: 0n, CNTKCTL_EL0VCTEN: !(config.erratum_1418040 && widths[i] === 32), current: BigInt(i) })
  }
  return s
}
