/** From a decision to what is recorded of it. */
import type { Decision, Questions } from '../decide.js'
import type { Oracle } from '../oracle.js'
import { universal } from '../system/reach.js'
import { recordedRun, type Cell, type Shown } from './record.js'
import { redecide } from './redecide.js'
import { neededClauses } from './rests.js'

/** Undefined for a conjunction (its conditions are recorded) and where nothing was decided. */
export async function recording(d: Decision, oracle: Oracle, questions: Questions): Promise<Cell | undefined> {
  if (d.verdict === 'unknown' || d.claim.conditions !== undefined) return undefined
  const run = shownBy(d)
  return { ...run === undefined ? {} : { run }, ...universal(d) ? { rests: await neededClauses(d, oracle, questions) } : {} }
}

/** The run of a decision, if it starts from exec and shows what it is to show when it is decided again. */
function shownBy(d: Decision): Shown | undefined {
  if (d.shape === undefined || d.traces.length === 0 || d.traces.some((t) => t.start !== 'exec')) return undefined
  const goal = universal(d) ? 'situation' : d.quantifier === 'exists' ? 'property' : 'not property'
  const shown: Shown = { goal, shape: d.shape.name, irrelevant: [...d.irrelevant], runs: d.traces.map(recordedRun) }
  return redecide(d.claim, d.shape, d.kernel, d.userspace, goal, shown) === undefined ? undefined : shown
}
