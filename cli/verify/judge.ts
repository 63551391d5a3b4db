/** Verdicts for a kernel that differs little from one whose verdicts are recorded: decided anew is what asks another question. */
import type { Kernel } from '../../model/index.js'
import type { Term } from '../../model/terms/term.js'
import type { Claim, Shape, Userspace } from '../../proofs/claim.js'
import { recordedCells, type Result } from '../../proofs/check.js'
import { combined, decide, Questions, type Decision, type Options, type Verdict } from '../../proofs/decide.js'
import type { Oracle } from '../../proofs/oracle.js'
import { contractOf } from '../../proofs/query.js'
import { expectedVerdict, readRecorded, type Recorded } from '../../proofs/recorded.js'
import { reachOf } from '../../proofs/system/reach.js'
import type { Cell } from '../../proofs/runs/record.js'
import type { Clause } from '../../proofs/well-formed.js'
import { sameTerms } from './kept-like.js'

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
  const [questions, old] = [new Questions(() => kept), new Questions(() => keptOfLike)]
  const cells = recordedCells()
  const hint = (c: Claim, u: Userspace): Verdict | null => hints.get(`${c.id} ${u}`) ?? null
  const hints = new Map<string, Verdict>()
  const options: Options = { kept: () => kept, timeoutMs, shrinkMs: SHRINK_MS, hint: (c, _k, u) => hint(c, u), recorded: (c, _k, u) => { const cell = cells(c, like, u); return cell === undefined ? undefined : onKernel(cell, like, k) } }
  const holdsAlike = (shape: Shape, only: ReadonlySet<string> | undefined): boolean => {
    const [q, before] = [questions.get(shape, k), old.get(shape, like)]
    const now = new Map<string, Term[]>()
    for (const { name, term } of q.wellFormed) now.set(name, [...now.get(name) ?? [], term])
    const then = new Map<string, Term[]>()
    for (const { name, term } of before.wellFormed) then.set(name, [...then.get(name) ?? [], term])
    // what a refutation rests on must be kept; a run needs no clause that is gone, and the others as they are
    return [...then].every(([name, terms]) => (only !== undefined && !only.has(name)) || (now.has(name) ? sameTerms(now.get(name), terms) : only === undefined))
  }
  const names = new Set(kept.map((c) => c.name))
  const differs = (c: Claim, u: Userspace, v: Verdict) => (shape: Shape): boolean => {
    const refuted = v === 'vacuous' || v === (c.quantifier === 'exists' ? 'fails' : 'holds')
    const rests = refuted ? cells(c, like, u)?.rests : undefined
    // what it rested on is gone: nothing has to be compared
    if (rests?.some((name) => !names.has(name)) === true) return true
    const [q, before] = [questions.get(shape, k), old.get(shape, like)]
    if (q.enabled !== before.enabled || q.situation !== before.situation || q.property !== before.property || (u === 'contract' && !sameTerms(contractOf(q, c), contractOf(before, c)))) return true
    return refuted && rests === undefined ? !sameTerms(q.wellFormed.map((x) => x.term), before.wellFormed.map((x) => x.term)) : !holdsAlike(shape, rests === undefined ? undefined : new Set(rests))
  }
  const asksOther = (c: Claim, u: Userspace, v: Verdict): boolean => v === 'unknown' || c.shapes.some(differs(c, u, v))
  let decided = 0
  const one = async (claim: Claim, userspace: Userspace): Promise<Result> => {
    const known = recordedResult(claim, k, like, userspace)
    if (claim.conditions !== undefined && known !== undefined && known.decision.conditions.length === claim.conditions.length) {
      const conditions = await Promise.all(claim.conditions.map(async (c, i) => {
        const before = known.decision.conditions[i]!
        if (!asksOther(c, userspace, before.verdict)) return before
        decided++
        hints.set(`${c.id} ${userspace}`, before.verdict)
        return decide(c, k, userspace, oracle, questions, options)
      }))
      return { ...known, ...asResult(combined(claim, k, userspace, conditions, performance.now())) }
    }
    if (known !== undefined && claim.conditions === undefined && !asksOther(claim, userspace, known.verdict)) return known
    decided++
    if (known !== undefined) hints.set(`${claim.id} ${userspace}`, known.verdict)
    return { claim, kernel: k, userspace, expected: null, contradictions: [], ...asResult(await decide(claim, k, userspace, oracle, questions, options)) }
  }
  const results = await Promise.all(claims.flatMap((c) => userspaces.map((u) => one(c, u))))
  return { results, decided }
}
/** How long to make each witness smaller, in milliseconds: a patch's author waits for the verdict. */
const SHRINK_MS = 60

/** A recorded run as one of the other kernel: whether it is one there, and what it shows, is decided again. */
const onKernel = (cell: Cell, like: Kernel, k: Kernel): Cell => cell.run === undefined ? cell
  : { ...cell, run: { ...cell.run, runs: cell.run.runs.map((r) => ({ ...r, kernel: r.kernel === like.name || r.kernel.startsWith(`${like.name}+`) ? k.name + r.kernel.slice(like.name.length) : r.kernel })) } }
const asResult = (d: Decision): Pick<Result, 'decision' | 'verdict' | 'evidence' | 'reach'> =>
  ({ decision: d, verdict: d.verdict, reach: reachOf(d, { kernel: d.kernel, clauses: [], put: 0, structural: 0, open: [], by: 'decided' }), evidence: { ...none, solver: d.verdict === 'unknown' ? `not climbed: ${d.reason ?? 'unknown'}` : 'climbed', simulator: d.traces.length === 0 ? none.simulator : 'not climbed: no simulator for this kernel' } })
