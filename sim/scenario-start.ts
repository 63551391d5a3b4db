/** The state a scenario starts from: tasks right after exec on its CPUs, then what it assumes. */
import { taskNames, type Config, type State } from '../trace/state.js'
import { kernelOf } from './kernels.js'
import { assign, constant, whereIs, within } from './scenario-names.js'
import { fail, type Scenario } from './scenario-parse.js'
import { startState } from './start.js'

/** Throws `E_SCENARIO` for names and values that mean nothing. */
export function scenarioStart(s: Scenario, kernel: string, config: Config): State {
  const { tasks, cpus, assume } = s.content
  const given = taskNames.slice(0, Math.max(...taskNames.map((n, i) => tasks[n] === undefined ? 0 : i + 1)))
  const widths = given.map((n) => {
    const t = tasks[n]
    if (t === undefined || t === 'absent') return 0
    return (typeof t === 'bigint' ? t : t.bits) === 32n ? 32 : 64
  })
  const n = Number(cpus ?? 1n)
  if (widths.slice(0, n).filter((w) => w !== 0).length < n) throw fail(s.file, 1, `${n} CPUs need ${n} tasks to run on them`)
  const state = startState(widths, config, n)
  given.forEach((name, i) => {
    const t = tasks[name], task = state.tasks[i]!
    if (widths[i] !== 0) kernelOf(kernel).setPersonality(task, widths[i] as 32 | 64)
    if (typeof t !== 'object') return
    task.stopped = t.stopped ?? false
    task.TIF_SINGLESTEP = t.singlestep ?? false
  })
  for (const [name, raw] of Object.entries(assume ?? {})) {
    const { owner, rest } = within(name)
    const where = owner === undefined ? undefined : whereIs(rest)
    const value = where === undefined ? undefined : constant(raw, where.kind === 'memory' ? 8 * where.size : where.bits, rest)
    if (owner === undefined || where === undefined || value === undefined || !assign(where, owner, state, value)) throw fail(s.file, 1, `assume: '${name}: ${String(raw)}' is no name with its value; names are like A.pstate, cpu0.TPIDR_EL0`)
  }
  return state
}
