/** The truth table of docs/verdicts.md: which queries are asked, and what their answers mean. */
import type { Bool, Term } from '../model/terms/term.js'
import { variables } from '../model/terms/term.js'
import type { Kernel } from '../model/index.js'
import { leaves } from '../trace/spec.js'
import { defaultConfig, initialState, specOf } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import type { Claim, Quantifier, Shape, Userspace } from './claim.js'
import { fromExec } from './prefix.js'
import { queryText } from '../model/terms/smtlib.js'
import { propagate } from '../model/terms/propagate.js'
import type { Cell } from './runs/record.js'
import { redecide } from './runs/redecide.js'
import { clauses } from './well-formed.js'
import { assertions, contractOf, defaults, question, type Goal, type KeptClauses, type Question } from './query.js'
import { variableName } from './run.js'
import { put, putStronger, type Oracle, type Reply } from './oracle.js'
import type { Input } from './solvers/index.js'
import { Shared } from './shared.js'
import { tracesOf, type Assignment } from './witness.js'

export type Verdict = 'holds' | 'fails' | 'vacuous' | 'unknown'

/** A query that was put, for evidence: what was asserted, what was answered. */
export interface Asked { readonly goal: Goal, readonly shape: string, readonly of: Shape, readonly answer: 'sat' | 'unsat' | 'unknown', readonly terms: readonly Term[], /** of the clauses, these alone were assumed */ readonly only?: readonly string[], /** a recorded run was evaluated, no solver asked */ readonly recorded?: true }

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
  /** No search for smallest witnesses: each is made smaller for so long, in milliseconds. */
  readonly shrinkMs?: number
  /** The verdict to be expected. It chooses what is asked first, never what is answered. */
  readonly hint?: (claim: Claim, kernel: Kernel, userspace: Userspace) => Verdict | null
  /** What is recorded to show the verdict. It is decided again; where it shows nothing any more, all is asked anew. */
  readonly recorded?: (claim: Claim, kernel: Kernel, userspace: Userspace) => Cell | undefined
}

/** One question a shape and kernel; both userspaces and all goals share it. */
export class Questions {
  readonly #made = new Map<Shape, Map<Kernel, Question>>()
  readonly #shared = new Shared()
  readonly #longer = new Map<Shape, readonly Shape[]>()
  readonly #afterExec = new Map<Question, readonly Term[]>()
  readonly #replies = new Map<Question, Map<Goal, Promise<Reply>>>()
  readonly #refuted = new Map<string, Promise<boolean>>()
  readonly #names = new Map<Question, number>()
  constructor(private readonly kept: KeptClauses) {}
  get(shape: Shape, kernel: Kernel): Question {
    const perKernel = this.#made.get(shape) ?? new Map<Kernel, Question>()
    this.#made.set(shape, perKernel)
    let q = perKernel.get(kernel)
    if (q === undefined) perKernel.set(kernel, q = question(shape, kernel, this.kept, {}, this.#shared))
    return q
  }
  /** The shapes that lead to this one from exec. */
  longer(shape: Shape): readonly Shape[] {
    const known = this.#longer.get(shape) ?? [shape.fromExec?.() ?? []].flat()
    this.#longer.set(shape, known)
    return known
  }
  /** All clauses of the start state, kept or not: states like those near exec. */
  afterExec(shape: Shape, kernel: Kernel): readonly Term[] {
    const q = this.get(shape, kernel)
    const known = this.#afterExec.get(q) ?? clauses.map((c) => c.holds(kernel, q.runs.first.config, q.runs.first.states[0]!))
    this.#afterExec.set(q, known)
    return known
  }
  /** What a goal was answered for any user space; `note` remembers it. */
  reply(q: Question, goal: Goal): Promise<Reply> | undefined { return this.#replies.get(q)?.get(goal) }
  /** Whether a goal is refuted for any user space with some clauses alone; `ask` finds out, once. */
  refutedWith(q: Question, goal: Goal, only: readonly string[], ask?: () => Promise<boolean>): Promise<boolean> | undefined {
    const name = this.#names.get(q) ?? this.#names.size
    this.#names.set(q, name)
    const key = [name, goal, ...only].join(' ')
    const known = this.#refuted.get(key) ?? ask?.()
    if (known !== undefined) this.#refuted.set(key, known)
    return known
  }
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
  const known = options.recorded?.(claim, kernel, userspace)
  const done = (verdict: Verdict, rest: Partial<Decision> = {}): Decision =>
    ({ claim, kernel, userspace, quantifier: claim.quantifier, verdict, traces: [], irrelevant: [], rests: [], conditions: [], ...rest, asked, milliseconds: performance.now() - begun })
  const lazily = (shape: Shape, goal: Goal, answer: Reply['kind'], extra: Partial<Asked> = {}, terms?: () => readonly Term[]): void => {
    let made: readonly Term[] | undefined
    asked.push({ goal, shape: shape.name, of: shape, answer, ...extra, get terms() { return made ??= terms?.() ?? assertions(questions.get(shape, kernel), claim, userspace, goal) } })
  }
  const rests = new Set<string>()
  const ask = async (shape: Shape, goal: Goal, from: 'kept' | 'after exec' = 'kept'): Promise<Reply> => {
    const q = questions.get(shape, kernel)
    const fallback = defaults(shape, kernel)
    const refute = goal === 'not property' && hint !== 'fails'
    let made: Term[] | undefined
    const terms = (): Term[] => made ??= [...from === 'kept' ? [] : questions.afterExec(shape, kernel), ...assertions(q, claim, userspace, goal)]
    const one = (asserted: readonly Term[]): Promise<Reply> => put(oracle, asserted, (t) => inputsOf(q, t), fallback, { refute, ...limits(options), ...options.shrinkMs === undefined ? {} : { shrinkMs: options.shrinkMs } })
    const anew = async (): Promise<Reply> => {
      // where any witness will do, one request after the other: together they are much harder
      const parts = options.shrinkMs === undefined || goal === 'situation' || from !== 'kept' ? [] : choices(q.situation)
      let reply: Reply | undefined
      for (const part of parts) {
        const answer = await one(propagate([...terms(), part]))
        if (answer.kind === 'sat') return answer
        if (reply?.kind !== 'unknown') reply = answer
      }
      return reply ?? one(from === 'kept' ? terms() : propagate(terms()))
    }
    const weaker = userspace === 'contract' && from === 'kept' ? await questions.reply(q, goal) : undefined
    const answer = userspace === 'any' && from === 'kept' ? await questions.note(q, goal, anew())
      : weaker === undefined ? await anew() : await putStronger(oracle, weaker, contractOf(q, claim), fallback, limits(options), options.shrinkMs !== undefined) ?? await anew()
    if (answer.kind === 'unsat' && from === 'kept') for (const { name } of q.wellFormed) rests.add(name)
    lazily(shape, goal, answer.kind, {}, terms)
    return answer
  }
  /** What is recorded to suffice: refuted with these clauses alone, it is refuted. */
  const refutedAsRecorded = async (shape: Shape, goal: Goal): Promise<boolean> => {
    if (known?.rests === undefined) return false
    const only = new Set(known.rests)
    const q = questions.get(shape, kernel)
    // what the refutation needed is not there any more: all that is there is asked at once
    const there = new Set(q.wellFormed.map((c) => c.name))
    if (known.rests.some((name) => !there.has(name))) return false
    const terms = (): Term[] => assertions(q, claim, userspace, goal, undefined, only)
    const refutes = async (): Promise<boolean> => {
      const all = terms()
      return all.some((t) => t.op === 'false') || (await oracle.ask({ text: queryText(all), values: [], ...limits(options) })).kind === 'unsat'
    }
    // what no user space reaches, none that keeps the contract does
    const answer = userspace === 'any' ? questions.refutedWith(q, goal, known.rests, refutes) : await questions.refutedWith(q, goal, known.rests) === true || refutes()
    if (!await answer) return false
    for (const { name } of q.wellFormed) if (only.has(name)) rests.add(name)
    lazily(shape, goal, 'unsat', { only: known.rests }, terms)
    return true
  }
  /** The recorded run, if it still is one and shows the goal. */
  const recordedRun = (goal: Goal): Partial<Decision> | undefined => {
    const { run } = known ?? {}
    if (run?.goal !== goal) return undefined
    for (const shape of claim.shapes.flatMap((s) => [s, ...questions.longer(s)])) {
      const traces = shape.name === run.shape ? redecide(claim, shape, kernel, userspace, goal, run) : undefined
      if (traces === undefined) continue
      lazily(shape, goal, 'sat', { recorded: true })
      return { shape, traces, irrelevant: run.irrelevant }
    }
    return undefined
  }
  const tracesFor = (shape: Shape, model: Assignment): Trace[] => tracesOf(questions.get(shape, kernel), model, claim, userspace).map((t) => fromExec(kernel, t))
  /** A witness from exec, if one is found: from the state that was found, from one nearer to exec, or by a longer way. */
  const witness = async (shape: Shape, goal: Goal, model: Assignment, irrelevant: readonly string[] = []): Promise<Partial<Decision>> => {
    const traces = tracesFor(shape, model)
    const first: Partial<Decision> = { shape, traces, irrelevant }
    if (traces.every((t) => t.start === 'exec')) return first
    const others: { of: Shape, from: 'kept' | 'after exec' }[] = [{ of: shape, from: 'after exec' }, ...questions.longer(shape).map((of) => ({ of, from: 'kept' as const })),
      ...shapes.filter((s) => s !== shape).flatMap((s) => [{ of: s, from: 'after exec' as const }, ...questions.longer(s).map((of) => ({ of, from: 'kept' as const }))])]
    for (const { of, from } of others) {
      const answer = await ask(of, goal, from)
      if (answer.kind !== 'sat') continue
      const found = tracesFor(of, answer.model)
      if (found.every((t) => t.start === 'exec')) return { shape: of, traces: found, irrelevant: answer.irrelevant }
    }
    return first
  }

  const shapes = [...claim.shapes].sort((a, b) => a.script.length - b.script.length)
  const decisive = claim.quantifier === 'exists' ? 'property' : 'not property'
  const [shown, refuted] = claim.quantifier === 'exists' ? ['holds', 'fails'] as const : ['fails', 'holds'] as const
  const before = recordedRun(decisive)
  if (before !== undefined) return done(shown, before)
  if (hint === 'vacuous' && known?.rests !== undefined) {
    let all = true
    for (const shape of shapes) all &&= await refutedAsRecorded(shape, 'situation')
    if (all) return done('vacuous', { rests: [...rests] })
    rests.clear()
  }
  let reason: string | undefined
  for (const shape of shapes) {
    if (await refutedAsRecorded(shape, decisive)) continue
    const answer = await ask(shape, decisive)
    if (answer.kind === 'sat') return done(shown, await witness(shape, decisive, answer.model, answer.irrelevant))
    if (answer.kind === 'unknown') reason ??= `${shape.name}: ${answer.reason}`
  }
  if (reason !== undefined) return done('unknown', { reason })
  const reaching = recordedRun('situation')
  if (reaching !== undefined) return done(refuted, { ...reaching, rests: [...rests] })
  for (const shape of shapes) {
    const answer = await ask(shape, 'situation')
    if (answer.kind === 'sat') return done(refuted, { ...await witness(shape, 'situation', answer.model, answer.irrelevant), rests: [...rests] })
    if (answer.kind === 'unknown') reason ??= `${shape.name}: ${answer.reason}`
  }
  return reason === undefined ? done('vacuous', { rests: [...rests] }) : done('unknown', { reason })
}

/** A conjunction fails with its first failing condition; its traces are those of all failing ones. */
async function conjunction(claim: Claim, kernel: Kernel, userspace: Userspace, oracle: Oracle, questions: Questions, options: Options): Promise<Decision> {
  const begun = performance.now()
  const conditions = await Promise.all(claim.conditions!.map((c) => decide(c, kernel, userspace, oracle, questions, options)))
  return combined(claim, kernel, userspace, conditions, begun)
}

/** The verdict of a conjunction from those of its conditions. `begun`: when deciding began. */
export function combined(claim: Claim, kernel: Kernel, userspace: Userspace, conditions: readonly Decision[], begun: number): Decision {
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

/** The constants that a situation offers one term: each by itself, they are all of it. */
function choices(situation: Bool): readonly Bool[] {
  const parts = situation.op === 'and' ? situation.args : [situation]
  const offered = parts.find((t) => t.op === 'or' && t.args.length > 1 && t.args.every((x) => x.op === 'eq' && x.args.some((y) => y.op === 'bvconst')))
  return offered === undefined ? [] : offered.args as readonly Bool[]
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
