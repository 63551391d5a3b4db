/** Verdicts for a kernel that differs little from one whose verdicts are recorded: decided anew is what asks another question. */
import type { Kernel } from '../../model/index.js'
import { queryText } from '../../model/terms/smtlib.js'
import type { Term } from '../../model/terms/term.js'
import type { Claim, Shape, Userspace } from '../../proofs/claim.js'
import type { Result } from '../../proofs/check.js'
import { combined, decide, Questions, type Decision, type Verdict } from '../../proofs/decide.js'
import { keptClauses } from '../../proofs/invariants.js'
import type { Oracle } from '../../proofs/oracle.js'
import { contractOf } from '../../proofs/query.js'
import { expectedVerdict, readRecorded, type Recorded } from '../../proofs/recorded.js'
import { reachOf } from '../../proofs/system/reach.js'
import { refuted, stepObligation, systemOf } from '../../proofs/system/system.js'
import type { Clause } from '../../proofs/well-formed.js'

const sameTerms = (a: readonly Term[] | undefined, b: readonly Term[] | undefined): boolean => a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((t, i) => t === b[i]))

/** The invariants of a kernel: those of `like`, as long as no event that is another one there breaks one of them. */
export async function keptLike(k: Kernel, like: Kernel, clauses: readonly Clause[], oracle: Oracle): Promise<readonly Clause[]> {
  const [now, before] = [systemOf(k), systemOf(like)]
  for (const [i, t] of now.transitions.entries()) {
    const [o, old] = [stepObligation(now, t, clauses), stepObligation(before, before.transitions[i]!, clauses)]
    if (o === undefined || refuted(o) || sameTerms(o.terms, old?.terms)) continue
    // one is lost: find the largest set that is kept
    if ((await oracle.ask({ text: queryText(o.terms), values: [] })).kind !== 'unsat') return (await keptClauses(k, oracle, clauses)).clauses
  }
  return clauses
}

const none = { solver: 'not climbed: recorded, not decided again', 'second-solver': 'not climbed: not asked for', exhaustive: 'not climbed: not asked for', certificate: 'not climbed: not asked for', simulator: 'not climbed: recorded, not decided again', source: 'not climbed: not asked for', 'real-kernel': 'not climbed: not asked for' } as const
const plain = (claim: Claim, kernel: Kernel, userspace: Userspace, verdict: Verdict, conditions: readonly Decision[] = []): Decision =>
  ({ claim, kernel, userspace, quantifier: claim.quantifier, verdict, traces: [], irrelevant: [], asked: [], rests: [], conditions, milliseconds: 0 })

/** What is recorded of a claim for a kernel, as a result; undefined where nothing is. */
export function recordedResult(claim: Claim, kernel: Kernel, as: Kernel, userspace: Userspace): Result | undefined {
  const recorded = readRecorded(claim.id)
  const verdict = expectedVerdict(recorded, as.name, userspace)
  if (verdict === null) return undefined
  const conditions = (claim.conditions ?? []).flatMap((c) => { const v = conditionVerdict(recorded, c, as, userspace); return v === undefined ? [] : [plain(c, kernel, userspace, v)] })
  return { claim, kernel, userspace, verdict, expected: null, decision: plain(claim, kernel, userspace, verdict, conditions), reach: { runs: 'undecided', reason: 'recorded, not decided again' }, evidence: none, contradictions: [] }
}
const conditionVerdict = (r: Recorded | undefined, c: Claim, k: Kernel, u: Userspace): Verdict | undefined => r?.conditions?.[c.id]?.[k.name]?.[u]

export interface Judged { readonly results: readonly Result[], /** cells that were decided; the others ask for nothing that differs */ readonly decided: number }

/**
 * @param like the kernel whose recorded verdicts stand where the same question is asked
 * @param kept the invariants of `k`, `keptOfLike` those of `like`
 */
export async function judge(claims: readonly Claim[], k: Kernel, like: Kernel, userspaces: readonly Userspace[], oracle: Oracle, kept: readonly Clause[], keptOfLike: readonly Clause[], timeoutMs: number): Promise<Judged> {
  const options = { kept: () => kept, timeoutMs }
  const [questions, old] = [new Questions(options.kept), new Questions(() => keptOfLike)]
  const differs = (c: Claim, u: Userspace) => (shape: Shape): boolean => {
    const [q, before] = [questions.get(shape, k), old.get(shape, like)]
    return q.enabled !== before.enabled || !sameTerms(q.wellFormed.map((c) => c.term), before.wellFormed.map((c) => c.term)) || q.situation !== before.situation || q.property !== before.property || (u === 'contract' && !sameTerms(contractOf(q, c), contractOf(before, c)))
  }
  const asksOther = (c: Claim, u: Userspace): boolean => c.shapes.some(differs(c, u))
  let decided = 0
  const one = async (claim: Claim, userspace: Userspace): Promise<Result> => {
    const known = recordedResult(claim, k, like, userspace)
    if (claim.conditions !== undefined && known !== undefined && known.decision.conditions.length === claim.conditions.length) {
      const conditions = await Promise.all(claim.conditions.map(async (c, i) => {
        if (!asksOther(c, userspace)) return known.decision.conditions[i]!
        decided++
        return decide(c, k, userspace, oracle, questions, options)
      }))
      return { ...known, ...asResult(combined(claim, k, userspace, conditions, performance.now())) }
    }
    if (known !== undefined && claim.conditions === undefined && !asksOther(claim, userspace)) return known
    decided++
    return { claim, kernel: k, userspace, expected: null, contradictions: [], ...asResult(await decide(claim, k, userspace, oracle, questions, options)) }
  }
  const results = await Promise.all(claims.flatMap((c) => userspaces.map((u) => one(c, u))))
  return { results, decided }
}
const asResult = (d: Decision): Pick<Result, 'decision' | 'verdict' | 'evidence' | 'reach'> =>
  ({ decision: d, verdict: d.verdict, reach: reachOf(d, { kernel: d.kernel, clauses: [], put: 0, structural: 0, open: [], by: 'decided' }), evidence: { ...none, solver: d.verdict === 'unknown' ? `not climbed: ${d.reason ?? 'unknown'}` : 'climbed', simulator: d.traces.length === 0 ? none.simulator : 'not climbed: no simulator for this kernel' } })
