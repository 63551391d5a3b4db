/** Claims × kernels × userspaces: decided, replayed, compared with what is recorded. */
import { setImmediate } from 'node:timers/promises'
import { allKernels, type Kernel } from '../model/index.js'
import type { Trace } from '../trace/trace.js'
import type { Claim, Userspace } from './claim.js'
import { decide, Questions, type Decision, type Options, type Verdict } from './decide.js'
import type { Oracle } from './oracle.js'
import { expectedVerdict, readRecorded } from './recorded.js'
import { confirmRecorded, type Confirmed } from './runs/confirm.js'
import { cellsOf, type Cell } from './runs/record.js'
import { recording } from './runs/recording.js'
import { readInduction, recordedInduction } from './system/hash.js'
import { proveInduction, type Induction } from './system/induction.js'
import { grounded, reachOf, universal, type Reach } from './system/reach.js'
import { searchFromExec, type SearchLimits } from './runs/search.js'
import type { Clause } from './well-formed.js'

/** One rung of evidence: `climbed`, `failed`, or `not climbed: reason`. */
export type Rung = string
export interface Evidence { solver: Rung, 'second-solver': Rung, exhaustive: Rung, certificate: Rung, simulator: Rung, source: Rung, 'real-kernel': Rung }

/** Replays and further evidence come from rooms that proofs/ does not know; cli/ fills them in. */
export interface Replayer { replay(trace: Trace): { ok: true } | { ok: false, difference: string } | { ok: undefined, reason: string } }

export interface Result {
  readonly claim: Claim
  readonly kernel: Kernel
  readonly userspace: Userspace
  readonly verdict: Verdict
  readonly expected: Verdict | null
  readonly decision: Decision
  /** the runs it speaks of */
  readonly reach: Reach
  readonly evidence: Evidence
  /** by how many events a run from exec was looked for, with `search` limits only; of a conjunction, the least of its failing conditions */
  readonly searched?: { readonly depth: number, readonly queries: number }
  /** what shows the verdicts of the claim and of its conditions, by claim identifier; with `record` only */
  readonly recording?: ReadonlyMap<string, Cell>
  /** replays that did not reproduce */
  readonly contradictions: readonly string[]
}

export interface CheckOptions {
  readonly kept: (k: Kernel) => readonly Clause[]
  readonly timeoutMs?: number
  /** decide everything anew, without the recorded runs; `record`: and find what to record */
  readonly search?: boolean | 'record'
  /** with `search`: look for the shortest run from exec, too */
  readonly limits?: SearchLimits
  /** decide base and step of the invariants even where they are recorded for this very model */
  readonly induction?: boolean
  /** let the solver confirm the recorded runs, which evaluation alone has decided again */
  readonly confirm?: boolean
  readonly replayer: Replayer
  readonly progress?: (done: number, of: number) => void
}

export async function check(claims: readonly Claim[], kernels: readonly Kernel[], userspaces: readonly Userspace[], oracle: Oracle, options: CheckOptions): Promise<Result[]> {
  const questions = new Questions(options.kept)
  const recorded = new Map(claims.map((c) => [c, readRecorded(c.id)]))
  const limits = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }
  // base and step of every kernel's invariant, decided again beside the claims that rest on them, or as recorded for this very model
  const record = options.induction === true ? undefined : readInduction()
  const induction = async (k: Kernel): Promise<Induction> => (allKernels.includes(k) ? recordedInduction(k, options.kept(k), record) : undefined) ?? await proveInduction(k, options.kept(k), oracle, limits)
  const inductions = new Map(kernels.map((k) => [k, induction(k)]))
  const pairs = claims.flatMap((claim) => kernels.map((kernel) => ({ claim, kernel })))
  const cells = options.search !== undefined && options.search !== false ? {} : { recorded: recordedCells() }
  let done = 0
  const one = async ({ claim, kernel }: typeof pairs[number]): Promise<Result[]> => {
    const out: Result[] = []
    const hint: NonNullable<Options['hint']> = (c, k, u) => (c === claim ? undefined : recorded.get(claim)?.conditions?.[c.id]?.[k.name]?.[u]) ?? expectedVerdict(recorded.get(claim), k.name, u)
    // `any` comes first: what it answered often answers `contract`
    for (const userspace of userspaces) {
      const decided = grounded(await decide(claim, kernel, userspace, oracle, questions, { kept: options.kept, hint, ...cells, ...limits }), await inductions.get(kernel)!)
      const { decision, searched } = options.limits === undefined ? { decision: decided } : await sought(decided, oracle, questions, options.limits, options.search === 'record')
      const confirmed = options.confirm === true ? await confirmRecorded(decision, oracle, questions, limits) : undefined
      const replays = decision.traces.map((t) => options.replayer.replay(t))
      options.progress?.(++done, pairs.length * userspaces.length)
      out.push({
        claim, kernel, userspace, decision, verdict: decision.verdict, reach: reachOf(decision, await inductions.get(kernel)!),
        expected: expectedVerdict(recorded.get(claim), kernel.name, userspace),
        evidence: evidenceOf(decision, replays, confirmed), ...searched === undefined ? {} : { searched }, ...options.search === 'record' ? { recording: await recordings(decision, oracle, questions) } : {},
        contradictions: [...confirmed === 'refused' ? [`${claim.id} on ${kernel.name}: the solver refuses the recorded run that evaluation accepts`] : [], ...replays.flatMap((r) => r.ok === false ? [`${claim.id} on ${kernel.name}: the replay does not reproduce: ${r.difference}`] : [])],
      })
    }
    return out
  }
  const each: Promise<Result[]>[] = []
  for (const pair of pairs) {
    const deciding = one(pair)
    // what it throws is thrown below
    deciding.catch(() => undefined)
    each.push(deciding)
    // a decision builds its first query at once: let the solvers have it before the next is built
    await setImmediate()
  }
  return (await Promise.all(each)).flat()
}

/** The decision with the shortest run from exec that a search finds, where one run shows it. `missing`: only where none from exec is known. */
async function sought(d: Decision, oracle: Oracle, questions: Questions, limits: SearchLimits, missing: boolean): Promise<{ decision: Decision, searched?: { depth: number, queries: number } }> {
  if (d.conditions.length > 0) {
    const each = await Promise.all(d.conditions.map((c) => sought(c, oracle, questions, limits, missing)))
    const telling = each.filter((e) => e.decision.verdict === d.verdict)
    const found = telling.flatMap((e) => e.searched ?? [])
    return { decision: { ...d, conditions: each.map((e) => e.decision), traces: d.traces.length === 0 ? [] : telling.flatMap((e) => e.decision.traces) }, ...found.length === 0 ? {} : { searched: { depth: Math.min(...found.map((f) => f.depth)), queries: found.reduce((n, f) => n + f.queries, 0) } } }
  }
  const known = d.traces.every((t) => t.start === 'exec')
  if (d.traces.length === 0 || universal(d) || (missing && known)) return { decision: d }
  const goal = d.quantifier === 'exists' ? 'property' : 'not property'
  const longest = known ? Math.max(...d.traces.map((t) => t.events.length)) : Infinity
  const { found, ...searched } = await searchFromExec(d.claim, d.claim.shapes.flatMap((s) => [s, ...questions.longer(s)]), d.kernel, d.userspace, goal, oracle, { ...limits, depth: Math.min(limits.depth, longest - 1) })
  return { decision: found === undefined ? d : { ...d, shape: found.shape, traces: found.traces, irrelevant: [] }, searched }
}

async function recordings(d: Decision, oracle: Oracle, questions: Questions): Promise<Map<string, Cell>> {
  const out = new Map<string, Cell>()
  for (const one of [d, ...d.conditions]) {
    const cell = await recording(one, oracle, questions)
    if (cell !== undefined) out.set(one.claim.id, cell)
  }
  return out
}

/** Was no solver needed? Conditions of a conjunction count each for itself. */
const evaluated = (d: Decision): boolean => d.asked.length > 0 && d.asked.every((a) => a.recorded === true)

/** What is recorded to show each verdict, read once a claim. */
export function recordedCells(): NonNullable<Options['recorded']> {
  const files = new Map<string, ReturnType<typeof cellsOf>>()
  return (claim, kernel, userspace) => {
    const file = files.get(claim.id) ?? cellsOf(claim.id)
    files.set(claim.id, file)
    return file(kernel.name, userspace)
  }
}

/** The rung of the first solver. What it refuses though evaluation accepts it is a contradiction. */
function solverRung(d: Decision, confirmed: Confirmed): Rung {
  if (d.verdict === 'unknown') return `not climbed: ${d.reason ?? 'unknown'}`
  if (confirmed === 'refused') return 'failed'
  if (confirmed === 'unknown') return 'not climbed: the solver gave up on the recorded run'
  return evaluated(d) && confirmed === undefined ? 'not climbed: the recorded run was decided again by evaluation; --evidence lets the solver confirm it, --search looks for it anew' : 'climbed'
}

function evidenceOf(d: Decision, replays: readonly ReturnType<Replayer['replay']>[], confirmed: Confirmed): Evidence {
  const decided = d.verdict !== 'unknown'
  const counterexample = (d.quantifier === 'forall' && d.verdict === 'fails') || (d.quantifier === 'exists' && d.verdict === 'holds')
  const missing = replays.find((r) => r.ok === undefined)
  const simulator = replays.some((r) => r.ok === false) ? 'failed'
    : missing !== undefined && missing.ok === undefined ? `not climbed: ${missing.reason}`
      : d.verdict === 'vacuous' ? 'not climbed: there is no run to replay'
        : !decided ? 'not climbed: unknown'
          : counterexample ? 'climbed' : 'not climbed: the trace that reaches the situation replays; --evidence makes random runs towards the opposite'
  return {
    solver: solverRung(d, confirmed),
    'second-solver': 'not climbed: not asked for',
    exhaustive: 'not climbed: not asked for',
    certificate: 'not climbed: not asked for',
    simulator,
    source: 'not climbed: not asked for',
    'real-kernel': 'not climbed: not asked for',
  }
}

/** Exit status of a check: 4 evidence contradicts itself, 3 something is unknown, 1 a verdict differs from the recorded one, 0. */
export function statusOf(results: readonly Result[]): 0 | 1 | 3 | 4 {
  if (results.some((r) => r.contradictions.length > 0)) return 4
  if (results.some((r) => r.verdict === 'unknown')) return 3
  return results.some((r) => r.expected !== null && r.expected !== r.verdict) ? 1 : 0
}
