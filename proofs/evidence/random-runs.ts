/**
 * What is claimed never to happen, looked for: random and boundary runs on a simulator, from the run that reaches the situation, with some of
 * its inputs changed. Situation and property are the claim's own, asked of what the simulator shows; nothing of the model's steps is used.
 */
import { and, not, True } from '../../model/terms/build.js'
import { compile } from '../../model/terms/compile.js'
import type { Value } from '../../model/terms/evaluate.js'
import { topological, variables } from '../../model/terms/term.js'
import type { Kernel } from '../../model/index.js'
import type { Trace } from '../../trace/trace.js'
import type { Shape } from '../claim.js'
import type { Decision } from '../decide.js'
import { contractOf, defaults, type KeptClauses } from '../query.js'
import { variableName } from '../run.js'
import { inputValues, mutation } from './mutate-inputs.js'
import { observed, runner, type Observed, type Simulate } from './observed-runs.js'
import { notClimbed, type Rung } from './rung.js'

export interface RandomRunsOptions { readonly runs?: number, readonly seed?: number }

/** The rung `simulator` of a decision that something never happens. At least a tenth of the runs have to reach the situation. */
export function randomRuns(d: Decision, kept: KeptClauses, simulate: Simulate, options: RandomRunsOptions = {}): Rung {
  const { runs = 10_000, seed = 1 } = options
  if (d.conditions.length > 0) return ofConditions(d, kept, simulate, options)
  const shape = d.shape
  if (shape === undefined || d.traces.length === 0) return notClimbed('no run reaches the situation')
  const seen = observed(shape, d.kernel)
  const q = { shape, kernel: d.kernel, runs: seen.runs, wellFormed: [], enabled: True, situation: shape.situation(seen.runs), property: shape.property(seen.runs) }
  const never = d.quantifier === 'forall' ? not(q.property) : q.property
  const contract = d.userspace === 'contract' ? contractOf(q, d.claim) : []
  const config = seen.runs.first.config
  const wellFormed = seen.starts.map(({ kernel, state }) => and(...kept(kernel).map((c) => c.holds(kernel, config, state))))
  const asked = [and(...wellFormed), and(q.situation, ...contract), never] as const
  const judge = compile(asked)
  const needed = variables(...asked)

  const base = baseValues(seen, d.traces, d.kernel, shape)
  const constants = topological([...asked, ...d.asked.flatMap((a) => a.terms)]).filter((t) => t.op === 'bvconst')
  // an input counts as mentioned where the state shows it later, too
  const mentioned = new Set([...d.asked.flatMap((a) => variables(...a.terms)), ...needed].map((v) => variableName(v.name.replace(/^(first|second)\d+:/, ''))))
  const run = runner(seen, base, simulate)
  const change = mutation(seen.inputs, base, mentioned, constants, seed)
  let reached = 0
  for (let n = 0; n < runs; n++) {
    const valueOf = run(change(n === 0 ? 0 : reached * 4 < n ? 1 : 1 + n % 4))
    if (valueOf === undefined) continue
    const env = new Map(needed.map((v) => [v.name, valueOf(v.name)]))
    const [start, situation, found] = judge(env)
    if (start !== true || situation !== true) continue
    reached++
    if (found === true) return 'failed'
  }
  return reached * 10 >= runs ? 'climbed' : notClimbed(`${reached} of ${runs} random runs reach the situation, and none of them shows the opposite`)
}

/** A conjunction that holds: each of its conditions. */
function ofConditions(d: Decision, kept: KeptClauses, simulate: Simulate, options: RandomRunsOptions): Rung {
  const rungs = d.conditions.filter((c) => c.verdict === 'holds').map((c) => randomRuns(c, kept, simulate, options))
  return rungs.find((r) => r === 'failed') ?? rungs.find((r) => r !== 'climbed') ?? (rungs.length === 0 ? notClimbed('no run reaches a situation') : 'climbed')
}

/** What the inputs are in the run that was found: the end of its trace, without the way from exec. */
function baseValues(seen: Observed, traces: readonly Trace[], kernel: Kernel, shape: Shape): Map<string, Value> {
  const fallback = defaults(shape, kernel)
  const values = new Map<string, Value>(seen.inputs.map((v) => [v.name, fallback(v.name, v.width)]))
  seen.starts.forEach((s, i) => {
    const trace = traces[i]
    if (trace === undefined) return
    const from = trace.events.length - s.events.length
    inputValues.read(s.state, trace.states[from]!, values)
    s.events.forEach((e, j) => inputValues.read(e, trace.events[from + j]!, values))
    inputValues.read(seen.runs.first.config, trace.config, values)
  })
  return values
}

