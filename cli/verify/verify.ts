/** Every modelled function of a tree against the model: equal, different with the smallest input, or not lifted. */
import { createHash } from 'node:crypto'
import { Lifter, Tree, type Lifted, type NotLifted } from '../../lift/index.js'
import type { Base } from './kernels.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { and, not } from '../../model/terms/build.js'
import { queryText } from '../../model/terms/smtlib.js'
import { variables, type Term } from '../../model/terms/term.js'
import type { SolverPool } from '../../proofs/solvers/index.js'
import { callBindings } from './bindings-calls.js'
import { registerBindings } from './bindings-registers.js'
import { taskBindings } from './bindings-tasks.js'
import { equal, question, requestOf, type Binding, type Question } from './comparison.js'
import { prove } from './prove.js'
import type { Record } from './records.js'
import { world, type Flags } from './world.js'

export const bindings: readonly Binding[] = [...registerBindings, ...taskBindings, ...callBindings]

export interface Difference { readonly output: string, readonly source: bigint | boolean, readonly model: bigint | boolean }
export type Outcome =
  | { readonly kind: 'equal' }
  | { readonly kind: 'differs', readonly inputs: readonly { name: string, value: bigint | boolean }[], readonly outputs: readonly Difference[], readonly why?: string }
  | { readonly kind: 'not lifted', readonly reason: string }
  | { readonly kind: 'unknown', readonly reason: string }
export interface Verified {
  readonly name: string
  readonly model: string
  readonly place?: string
  /** Hash of the token streams the lifted meaning rests on. */
  readonly hash?: string
  readonly outcome: Outcome
  /** Hash of the question, both sides: source and model. */
  readonly question?: string
  /** Restrictions of the comparison, in words. */
  readonly where: readonly string[]
  readonly milliseconds: number
  /** The verdict is the recorded one of exactly this source; it was not proven again. */
  readonly recorded?: boolean
  /** Hash of the function's own token stream. */
  readonly own?: string
}

/** The flag numbers of the tree. */
export function flagsOf(lifter: Lifter): Flags {
  const n = (name: string): number => Number(lifter.constant(name) ?? -1)
  const work = (lifter.constant('_TIF_SYSCALL_WORK') ?? 0n) | (lifter.constant('_TIF_SINGLESTEP') ?? 0n)
  return { TIF_32BIT: n('TIF_32BIT'), TIF_SINGLESTEP: n('TIF_SINGLESTEP'), TIF_SYSCALL_TRACE: n('TIF_SYSCALL_TRACE'), TIF_MTE_ASYNC_FAULT: n('TIF_MTE_ASYNC_FAULT'), TIF_TSC_SIGSEGV: n('TIF_TSC_SIGSEGV'), work: BigInt.asUintN(64, work) }
}

/** Lifts one function for its comparison. */
export function liftFor(lifter: Lifter, flags: Flags, kernel: Base, b: Binding): { lifted: Lifted | NotLifted, question: Question | undefined, where: readonly string[] } {
  const w = world(kernel, flags)
  const plan = b.plan(w)
  const lifted = lifter.lift(b.name, requestOf(w, plan))
  return { lifted, question: lifted.kind === 'lifted' ? question(w, plan, lifted) : undefined, where: (plan.assume ?? []).map((a) => a.words) }
}

export async function verify(lifter: Lifter, kernel: Base, pool: SolverPool, names?: ReadonlySet<string>, record?: Record): Promise<Verified[]> {
  const flags = flagsOf(lifter)
  return Promise.all(bindings.filter((b) => names === undefined || names.has(b.name)).map(async (b): Promise<Verified> => {
    const started = performance.now()
    const { lifted, question: q, where } = liftFor(lifter, flags, kernel, b)
    const head = { name: b.name, model: b.model, where }
    if (lifted.kind === 'not lifted' || q === undefined) {
      const reason = lifted.kind === 'not lifted' ? `${lifted.reason} (${lifted.place.file}:${lifted.place.line}: ${lifted.text.replace(/\s+/g, ' ').slice(0, 80)})` : ''
      return { ...head, outcome: { kind: 'not lifted', reason }, milliseconds: performance.now() - started }
    }
    const model = questionHash(q)
    const known = record?.functions.find((f) => f.name === b.name && f.hash === lifted.hash && f.model === model && f.outcome === 'equal')
    const outcome: Outcome = known !== undefined ? { kind: 'equal' } : await decide(q, pool)
    return { ...head, place: `${lifted.place.file}:${lifted.place.line}`, hash: lifted.hash, question: model, own: Tree.hash(lifted.uses[0]!), outcome, milliseconds: performance.now() - started, ...(known === undefined ? {} : { recorded: true }) }
  }))
}

export async function decide(q: Question, pool: SolverPool): Promise<Outcome> {
  if (q.unexplained.length > 0) return { kind: 'differs', inputs: [], outputs: [], why: `the source changes ${q.unexplained.slice(0, 4).join(', ')}, which the model does not have` }
  const claims = [...q.outputs.map((o) => equal(o)), ...(q.obligations.length === 0 ? [] : [and(...q.obligations.map((o) => o.holds))])].filter((c) => c.op !== 'true')
  const proofs = await prove(q.assume, claims, pool)
  const refuted = claims.find((c) => proofs.get(c) === 'refuted')
  if (refuted === undefined) {
    const unknown = [...proofs.values()].find((p) => typeof p === 'object')
    return typeof unknown === 'object' ? { kind: 'unknown', reason: unknown.unknown } : { kind: 'equal' }
  }
  const asserted = [...q.assume, not(refuted)]
  const inputs = variables(...asserted).map((v) => ({ name: v.name, width: v.width, default: 0n, ...(v.name.startsWith('config.') ? { config: true } : {}) }))
  const text = queryText(asserted)
  const answer = await pool.minimise({ text, inputs, timeoutMs: 20_000 })
  if (answer.kind === 'sat') return { kind: 'differs', ...explain(q, answer.model, inputs.map((i) => i.name)) }
  const plain = await pool.ask({ text, timeoutMs: 20_000 })
  if (plain.kind === 'sat') return { kind: 'differs', ...explain(q, plain.model, inputs.map((i) => i.name)) }
  return { kind: 'unknown', reason: answer.kind === 'unknown' ? answer.reason : 'two answers to one question' }
}

/** What was asked, as a hash: assumptions and both sides of every output, as SMT-LIB. */
export const questionHash = (q: Question): string => createHash('sha256').update(queryText([...q.assume, ...q.outputs.map(equal), ...q.obligations.map((o) => o.holds)])).digest('hex')

function explain(q: Question, model: ReadonlyMap<string, Value>, names: readonly string[]): { inputs: { name: string, value: bigint | boolean }[], outputs: Difference[], why?: string } {
  const env = (name: string, width: number): Value => model.get(name) ?? (width === 0 ? false : 0n)
  const of = (t: Term): Value => evaluateAll([t], env)[0]!
  const outputs = q.outputs.map((o) => ({ output: o.name, source: of(o.source), model: of(o.model) })).filter((o) => o.source !== o.model)
  const undefinedHere = q.obligations.find((o) => of(o.holds) === false)
  const inputs = names.map((name) => ({ name, value: model.get(name) ?? 0n })).filter((i) => i.value !== 0n && i.value !== false)
  return { inputs, outputs, ...(undefinedHere === undefined ? {} : { why: `does not hold in the source: ${undefinedHere.what}` }) }
}
