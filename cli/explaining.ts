/** Decides one claim on every kernel and finds out why: for explain and for docs. */
import type { Kernel } from '../model/index.js'
import type { Claim, Userspace } from '../proofs/claim.js'
import { claims } from '../proofs/claims/index.js'
import { decide, Questions, type Decision } from '../proofs/decide.js'
import { configAxes, decidingClauses, decidingSites, decisive, relevantInputs } from '../proofs/explain.js'
import type { Oracle } from '../proofs/oracle.js'
import type { Clause } from '../proofs/well-formed.js'
import { decisionOf, mostTelling, type Explanation, type Told } from '../report/explanation.js'
import { ContradictionError } from '../trace/errors.js'
import { simulatorReplayer } from './deciding.js'

export interface ExplainSettings {
  readonly kernels: readonly Kernel[]
  readonly userspaces: readonly Userspace[]
  readonly oracle: Oracle
  readonly kept: (k: Kernel) => readonly Clause[]
  readonly timeoutMs?: number
  /** shared between explanations: the same shapes are asked about again */
  readonly questions?: Questions
}

/** Throws ContradictionError `E_NOT_REPRODUCED` if a trace of any decision does not reproduce. */
export async function explanation(claim: Claim, s: ExplainSettings): Promise<Explanation> {
  const questions = s.questions ?? new Questions(s.kept)
  const options = { kept: s.kept, ...s.timeoutMs === undefined ? {} : { timeoutMs: s.timeoutMs } }
  const decisions = await Promise.all(s.kernels.flatMap((k) => s.userspaces.map((u) => decide(claim, k, u, s.oracle, questions, options))))
  const replays = new Map(decisions.flatMap(flat).map((d) => [d, replayed(d)]))
  const best = mostTelling(decisions.flatMap(flat).filter((d) => d.claim.conditions === undefined), s.kernels[0]!)
  const told: Told | undefined = best === undefined ? undefined
    : { decision: best, replays: replays.get(best)!, axes: await configAxes(best, s.oracle, questions), matters: relevantInputs(best, questions) }
  return {
    claim, kernels: s.kernels, userspaces: s.userspaces, decisions, told,
    answers: claims.find((c) => c.id === claim.answers), answeredBy: claims.filter((c) => c.answers === claim.id),
    clauses: new Map(await Promise.all(s.kernels.map(async (k) => [k, await clausesOf(k, decisions, s.oracle, questions)] as const))),
    sites: new Map(s.kernels.map((k) => [k, best === undefined || !differs(best, decisionOf(decisions, k, best.userspace)) ? [] : decidingSites(best, k)])),
  }
}

const flat = (d: Decision): Decision[] => [d, ...d.conditions]
/** Does the kernel, although it reaches the situation, decide otherwise? */
const differs = (best: Decision, other: Decision | undefined): boolean =>
  other !== undefined && other.claim === best.claim && decisive(best) && other.verdict !== best.verdict && other.verdict !== 'vacuous' && other.verdict !== 'unknown'

async function clausesOf(k: Kernel, decisions: readonly Decision[], oracle: Oracle, questions: Questions): ReturnType<typeof decidingClauses> {
  const [any, contract] = [decisionOf(decisions, k, 'any'), decisionOf(decisions, k, 'contract')]
  if (any === undefined || contract === undefined || any.verdict === contract.verdict || any.claim.conditions !== undefined) return []
  return decidingClauses(any, oracle, questions)
}

function replayed(d: Decision): Told['replays'] {
  return d.traces.map((t) => {
    const r = simulatorReplayer.replay(t)
    if (r.ok === false) throw new ContradictionError('E_NOT_REPRODUCED', `${d.claim.id} on ${d.kernel.name} (${d.userspace}): the simulator does not reproduce the trace: ${r.difference}`)
    return r
  })
}
