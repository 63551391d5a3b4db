/** The truth table of docs/verdicts.md: which queries are asked, and what their answers mean. */
import type { Term } from '../model/terms/term.js'
import { variables } from '../model/terms/term.js'
import type { Kernel } from '../model/index.js'
import { leaves } from '../trace/spec.js'
import { defaultConfig, initialState, specOf } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import type { Claim, Quantifier, Shape, Userspace } from './claim.js'
import { fromExec } from './prefix.js'
import { assertions, contractOf, defaults, question, type Goal, type KeptClauses, type Question } from './query.js'
import { variableName } from './run.js'
import { put, putStronger, type Oracle, type Reply } from './oracle.js'
import type { Input } from './solvers/index.js'
import { Shared } from './shared.js'
import { tracesOf, type Assignment } from './witness.js'

export type Verdict = 'holds' | 'fails' | 'vacuous' | 'unknown'

/** A query that was put, for evidence: what was asserted, what was answered. */
export interface Asked { readonly goal: Goal, readonly shape: string, readonly of: Shape, readonly answer: 'sat' | 'unsat' | 'unknown', readonly terms: readonly Term[] }

export interface Decision {
  readonly claim: Claim
  readonly kernel: Kernel
  readonly userspace: Userspace
  readonly quantifier: Quantifier
  readonly verdict: Verdict
  /** why it is unknown */
  readonly reason?: string
  /** the shape the traces are of */
  readonly shape?: Shape
  readonly traces: readonly Trace[]
  /** names of inputs that may have any value */
  readonly irrelevant: readonly string[]
  readonly asked: readonly Asked[]
  /** the clauses of well-formedness that a verdict about all runs assumed of the state where the events begin; none for a verdict that one run shows */
  readonly rests: readonly string[]
  readonly conditions: readonly Decision[]
  readonly milliseconds: number
}

export interface Options {
  readonly kept: KeptClauses
  readonly timeoutMs?: number
  readonly rlimit?: number
  /** The verdict to be expected. It chooses what is asked first, never what is answered. */
  readonly hint?: (claim: Claim, kernel: Kernel, userspace: Userspace) => Verdict | null
}

/** One question a shape and kernel; both userspaces and all goals share it. */
export class Questions {
  readonly #made = new Map<Shape, Map<Kernel, Question>>()
  readonly #shared = new Shared()
  readonly #longer = new Map<Shape, Shape>()
  readonly #replies = new Map<Question, Map<Goal, Promise<Reply>>>()
  constructor(private readonly kept: KeptClauses) {}
  get(shape: Shape, kernel: Kernel): Question {
    const perKernel = this.#made.get(shape) ?? new Map<Kernel, Question>()
    this.#made.set(shape, perKernel)
    let q = perKernel.get(kernel)
    if (q === undefined) perKernel.set(kernel, q = question(shape, kernel, this.kept, {}, this.#shared))
    return q
  }
  /** The shape that leads to this one from exec. */
  longer(shape: Shape): Shape | undefined {
    const known = this.#longer.get(shape) ?? shape.fromExec?.()
    if (known !== undefined) this.#longer.set(shape, known)
    return known
  }
  /** What a goal was answered for any user space; `note` remembers it. */
  reply(q: Question, goal: Goal): Promise<Reply> | undefined { return this.#replies.get(q)?.get(goal) }
  note(q: Question, goal: Goal, reply: Promise<Reply>): Promise<Reply> {
    const perGoal = this.#replies.get(q) ?? new Map<Goal, Promise<Reply>>()
    this.#replies.set(q, perGoal)
    perGoal.set(goal, reply)
    return reply
  }
}

export async function decide(claim: Claim, kernel: Kernel, userspace: Userspace, oracle: Oracle, questions: Questions, options: Options): Promise<Decision> {
  const begun = performance.now()
  if (claim.conditions !== undefined) return conjunction(claim, kernel, userspace, oracle, questions, options)
  const asked: Asked[] = []
  const hint = options.hint?.(claim, kernel, userspace)
  const done = (verdict: Verdict, rest: Partial<Decision> = {}): Decision =>
    ({ claim, kernel, userspace, quantifier: claim.quantifier, verdict, traces: [], irrelevant: [], rests: [], conditions: [], ...rest, asked, milliseconds: performance.now() - begun })
  const ask = async (shape: Shape, goal: Goal): Promise<Reply> => {
    const q = questions.get(shape, kernel)
    const fallback = defaults(shape, kernel)
    const refute = goal === 'not property' && hint !== 'fails'
    let made: Term[] | undefined
    const terms = (): Term[] => made ??= assertions(q, claim, userspace, goal)
    const anew = (): Promise<Reply> => put(oracle, terms(), (t) => inputsOf(q, t), fallback, { refute, ...limits(options) })
    const weaker = userspace === 'contract' ? await questions.reply(q, goal) : undefined
    const answer = userspace === 'any' ? await questions.note(q, goal, anew())
      : weaker === undefined ? await anew() : await putStronger(oracle, weaker, contractOf(q, claim), fallback, limits(options)) ?? await anew()
    asked.push({ goal, shape: shape.name, of: shape, answer: answer.kind, get terms() { return terms() } })
    return answer
  }
  const witness = async (shape: Shape, model: Assignment, irrelevant: readonly string[] = []): Promise<Partial<Decision>> => {
    const traces = tracesOf(questions.get(shape, kernel), model, claim, userspace).map((t) => fromExec(kernel, t))
    const longer = traces[0]!.start === 'assumed' ? questions.longer(shape) : undefined
    if (longer !== undefined) {
      const answer = await ask(longer, claim.quantifier === 'exists' ? 'property' : 'not property')
      if (answer.kind === 'sat') return { shape: longer, traces: tracesOf(questions.get(longer, kernel), answer.model, claim, userspace).map((t) => fromExec(kernel, t)), irrelevant: answer.irrelevant }
    }
    return { shape, traces, irrelevant }
  }

  const shapes = [...claim.shapes].sort((a, b) => a.script.length - b.script.length)
  const decisive = claim.quantifier === 'exists' ? 'property' : 'not property'
  let reason: string | undefined
  for (const shape of shapes) {
    const answer = await ask(shape, decisive)
    if (answer.kind === 'sat') return done(claim.quantifier === 'exists' ? 'holds' : 'fails', await witness(shape, answer.model, answer.irrelevant))
    if (answer.kind === 'unknown') reason ??= `${shape.name}: ${answer.reason}`
  }
  if (reason !== undefined) return done('unknown', { reason })
  const rests = options.kept(kernel).map((c) => c.name)
  for (const shape of shapes) {
    const answer = await ask(shape, 'situation')
    if (answer.kind === 'sat') return done(claim.quantifier === 'exists' ? 'fails' : 'holds', { ...await witness(shape, answer.model, answer.irrelevant), rests })
    if (answer.kind === 'unknown') reason ??= `${shape.name}: ${answer.reason}`
  }
  return reason === undefined ? done('vacuous', { rests }) : done('unknown', { reason })
}

/** A conjunction fails with its first failing condition; its traces are those of all failing ones. */
async function conjunction(claim: Claim, kernel: Kernel, userspace: Userspace, oracle: Oracle, questions: Questions, options: Options): Promise<Decision> {
  const begun = performance.now()
  const conditions = await Promise.all(claim.conditions!.map((c) => decide(c, kernel, userspace, oracle, questions, options)))
  const some = (v: Verdict): Decision[] => conditions.filter((c) => c.verdict === v)
  const verdict: Verdict = some('fails').length > 0 ? 'fails' : some('unknown').length > 0 ? 'unknown' : some('holds').length > 0 ? 'holds' : 'vacuous'
  const telling = verdict === 'fails' ? some('fails') : some('holds')
  const reason = some('unknown')[0]?.reason
  return {
    claim, kernel, userspace, quantifier: claim.quantifier, verdict, ...verdict === 'unknown' && reason !== undefined ? { reason } : {},
    traces: telling.flatMap((c) => c.traces), irrelevant: [], asked: conditions.flatMap((c) => c.asked), conditions,
    rests: verdict === 'holds' || verdict === 'vacuous' ? [...new Set(conditions.flatMap((c) => c.rests))] : [], milliseconds: performance.now() - begun,
  }
}

const limits = (o: Options): { timeoutMs?: number, rlimit?: number } => ({ ...o.timeoutMs === undefined ? {} : { timeoutMs: o.timeoutMs }, ...o.rlimit === undefined ? {} : { rlimit: o.rlimit } })

/** The inputs of a query in declared order: config, CPU, tasks, events; with their defaults. */
export function inputsOf(q: Question, terms: readonly Term[]): Input[] {
  const fallback = defaults(q.shape, q.kernel)
  const order = declaredOrder(q.shape)
  return variables(...terms).sort((a, b) => order(a.name, b.name))
    .map((v) => ({ name: v.name, width: v.width, default: BigInt(fallback(v.name, v.width)), ...v.name.startsWith('config.') ? { config: true } : {} }))
}

/** Config axes, then the fields of the state as trace/state.ts declares them, then events by number and name, then the second run's own. */
function declaredOrder(shape: Shape): (a: string, b: string) => number {
  const known = orders.get(shape) ?? makeOrder(shape)
  orders.set(shape, known)
  return known
}
const orders = new WeakMap<Shape, (a: string, b: string) => number>()

function makeOrder(shape: Shape): (a: string, b: string) => number {
  const state = initialState((shape.second?.tasks ?? shape.tasks).map((t) => t.bits))
  const place = new Map<string, number>([...Object.keys(defaultConfig).map((k) => `config.${k}`), ...leaves(specOf(state), state).map((l) => variableName(l.path))].map((n, i) => [n, i]))
  const rank = (name: string): number => name.startsWith('second.') ? 2 : /^e\d/.test(name) ? 1 : 0
  const plainName = (name: string): string => name.replace(/^second\./, '')
  return (a, b) => rank(a) - rank(b)
    || (place.get(plainName(a)) ?? 1e9) - (place.get(plainName(b)) ?? 1e9) || a.localeCompare(b, 'en', { numeric: true })
}
