/** Every modelled function of a tree against the model: equal, different with the smallest input, or not lifted. */
import { canonicalHash } from './canonical.js'
import { Lifter, Tree, type Lifted, type NotLifted } from '../../lift/index.js'
import type { Base } from './kernels.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { and, not } from '../../model/terms/build.js'
import { queryText } from '../../model/terms/smtlib.js'
import { variables, type Term } from '../../model/terms/term.js'
import type { SolverPool } from '../../proofs/solvers/index.js'
import type { Request } from '../../lift/index.js'
import { callBindings } from './bindings-calls.js'
import { execBindings } from './bindings-exec.js'
import { halfBindings } from './bindings-halves.js'
import { registerBindings } from './bindings-registers.js'
import { taskBindings } from './bindings-tasks.js'
import { equal, functionOf, question, requestOf, type Binding, type Question } from './comparison.js'
import { prove } from './prove.js'
import { world, type Flags } from './world.js'

export const bindings: readonly Binding[] = [...registerBindings, ...taskBindings, ...callBindings, ...halfBindings, ...execBindings]

/** Who answers: a pool of solvers. */
export type Asks = Pick<SolverPool, 'ask' | 'minimise'>

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
  return { TIF_32BIT: n('TIF_32BIT'), TIF_SINGLESTEP: n('TIF_SINGLESTEP'), TIF_SYSCALL_TRACE: n('TIF_SYSCALL_TRACE'), TIF_MTE_ASYNC_FAULT: n('TIF_MTE_ASYNC_FAULT'), TIF_TSC_SIGSEGV: n('TIF_TSC_SIGSEGV'), TIF_TAGGED_ADDR: n('TIF_TAGGED_ADDR'), work: BigInt.asUintN(64, work) }
}

/** The functions of one tree, each lifted once for every form of question: what a kernel says of the sizes of its tables stands in the request. */
export class Source {
  readonly flags: Flags
  /** How many slots the tables of system calls have; undefined where the tree makes that number while it is built. */
  readonly tables: { readonly native: number | undefined, readonly compat: number | undefined }
  readonly #lifted = new Map<string, Lifted | NotLifted>()
  /** @param like a tree that this one is a patched form of, and which of its functions may be others here */
  constructor(readonly lifter: Lifter, private readonly like?: { readonly source: Source, readonly affected: (f: Lifted | NotLifted) => boolean }) {
    this.flags = flagsOf(lifter)
    const size = (name: string): number | undefined => { const n = lifter.constant(name); return n === undefined ? undefined : Number(n) }
    this.tables = { native: size('__NR_syscalls'), compat: size('__NR_compat_syscalls') }
    if (like !== undefined && Object.entries(this.flags).some(([k, v]) => like.source.flags[k as keyof Flags] !== v)) this.like = { ...like, affected: () => true }
  }
  lift(kernel: Base, b: Binding, request: Request): Lifted | NotLifted {
    const key = `${b.name} ${kernel.nrSyscalls} ${kernel.nrCompatSyscalls}`
    let found = this.#lifted.get(key)
    if (found === undefined) {
      const before = this.like?.source.lift(kernel, b, request)
      found = before === undefined || this.like!.affected(before) ? this.lifter.lift(functionOf(b), request) : before
      this.#lifted.set(key, found)
    }
    return found
  }
  /** May the function be another one than in the tree this is a patched form of? */
  differs(kernel: Base, b: Binding): boolean {
    if (this.like === undefined) return true
    const plan = b.plan(world(kernel, this.flags))
    const [now, before] = [this.lift(kernel, b, requestOf(world(kernel, this.flags), plan)), this.like.source.lift(kernel, b, requestOf(world(kernel, this.flags), plan))]
    return now !== before && (now.kind === 'lifted' || before.kind === 'lifted')
  }
}

/** Lifts one function for its comparison. */
export function liftFor(source: Source, kernel: Base, b: Binding): { lifted: Lifted | NotLifted, question: Question | undefined, where: readonly string[] } {
  const w = world(kernel, source.flags)
  const plan = b.plan(w)
  const lifted = source.lift(kernel, b, requestOf(w, plan))
  return { lifted, question: lifted.kind === 'lifted' ? question(w, plan, lifted) : undefined, where: (plan.assume ?? []).map((a) => a.words) }
}

/**
 * @param names these functions only
 * @param proven hashes of questions that are known to be answered with `equal`: both sides stand in a question, so that it does not
 * matter for which kernel or tree it was asked. What is proven here is added.
 */
export async function verify(source: Source, kernel: Base, pool: Asks, names?: ReadonlySet<string>, proven = new Set<string>()): Promise<Verified[]> {
  return Promise.all(bindings.filter((b) => names === undefined || names.has(b.name)).map(async (b): Promise<Verified> => {
    const started = performance.now()
    const { lifted, question: q, where } = liftFor(source, kernel, b)
    const head = { name: b.name, model: b.model, where }
    if (lifted.kind === 'not lifted' || q === undefined) {
      const reason = lifted.kind === 'not lifted' ? `${lifted.reason} (${lifted.place.file}:${lifted.place.line}: ${lifted.text.replace(/\s+/g, ' ').slice(0, 80)})` : ''
      return { ...head, outcome: { kind: 'not lifted', reason }, milliseconds: performance.now() - started }
    }
    const model = questionHash(q)
    const known = q.unexplained.length === 0 && proven.has(model)
    const outcome: Outcome = known ? { kind: 'equal' } : await decide(q, pool)
    if (outcome.kind === 'equal') proven.add(model)
    return { ...head, place: `${lifted.place.file}:${lifted.place.line}`, hash: lifted.hash, question: model, own: Tree.hash(lifted.uses[0]!), outcome, milliseconds: performance.now() - started, ...(known ? { recorded: true } : {}) }
  }))
}

export async function decide(q: Question, pool: Asks): Promise<Outcome> {
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

/** What was asked, as a hash: assumptions and both sides of every output. In which order the terms came into being does not count. */
export const questionHash = (q: Question): string => canonicalHash([...q.assume, ...q.outputs.map(equal), ...q.obligations.map((o) => o.holds)])

function explain(q: Question, model: ReadonlyMap<string, Value>, names: readonly string[]): { inputs: { name: string, value: bigint | boolean }[], outputs: Difference[], why?: string } {
  const env = (name: string, width: number): Value => model.get(name) ?? (width === 0 ? false : 0n)
  const of = (t: Term): Value => evaluateAll([t], env)[0]!
  const outputs = q.outputs.map((o) => ({ output: o.name, source: of(o.source), model: of(o.model) })).filter((o) => o.source !== o.model)
  const undefinedHere = q.obligations.find((o) => of(o.holds) === false)
  const inputs = names.map((name) => ({ name, value: model.get(name) ?? 0n })).filter((i) => i.value !== 0n && i.value !== false)
  return { inputs, outputs, ...(undefinedHere === undefined ? {} : { why: `does not hold in the source: ${undefinedHere.what}` }) }
}
