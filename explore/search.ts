/** One probe on one kernel: every way in which the principle is broken there, each with its smallest witness. */
import { bool, boolVar, bv, eq, not, or } from '../model/terms/build.js'
import { evaluateAll, type Value } from '../model/terms/evaluate.js'
import { propagate } from '../model/terms/propagate.js'
import { queryText } from '../model/terms/smtlib.js'
import type { Bool, BV, Term } from '../model/terms/term.js'
import type { Kernel } from '../model/index.js'
import type { Claim, Shape } from '../proofs/claim.js'
import { inputsOf } from '../proofs/decide.js'
import { forced, put, withoutSatisfiedGroups, type Found, type Oracle, type Reply } from '../proofs/oracle.js'
import { fromExec } from '../proofs/prefix.js'
import { defaults, question, type KeptClauses, type Question } from '../proofs/query.js'
import { variableName } from '../proofs/run.js'
import type { Answer } from '../proofs/solvers/index.js'
import { Shared } from '../proofs/shared.js'
import { tracesOf } from '../proofs/witness.js'
import { userPath } from '../trace/events.js'
import { leaves } from '../trace/spec.js'
import { defaultConfig, specOf, type Config } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import type { Principle, Probe } from './principle.js'

export interface Violation {
  readonly principle: Principle
  readonly probe: Probe
  readonly kernel: Kernel
  /** the fields that the witness shows */
  readonly fields: readonly string[]
  /** conditions without which it does not happen */
  readonly needs: readonly string[]
  readonly traces: readonly Trace[]
}
export interface Searched { readonly violations: readonly Violation[], /** why not everything is decided */ readonly unknown: readonly string[] }

export interface SearchOptions {
  readonly kept: KeptClauses
  readonly timeoutMs: number
  /** causes that one probe may have */
  readonly most: number
}

/** A smaller run is looked for this long; then the solver's own is taken. */
const SEARCH_MS = 10_000

/** Identical assertions are decided once, whatever kernel they come from. */
export class Decided {
  readonly #replies = new Map<string, Promise<Reply>>()
  readonly #models = new Map<string, Promise<Answer>>()
  readonly #possible = new Map<string, Promise<boolean | undefined>>()
  /** Runs that begin alike are built once. */
  readonly shared = new Shared()
  asked = 0
  same = 0

  constructor(readonly oracle: Oracle, readonly timeoutMs: number) {}

  /** The smallest model of the assertions. `refute`: there may well be none. */
  witness(terms: readonly Term[], q: Question, refute: boolean): Promise<Reply> {
    // what a default is depends on the kernel in one point
    const key = `${q.kernel.flag.setFor32} ${keyOf(terms)}`
    const known = this.#replies.get(key)
    if (known !== undefined) { this.same++; return known }
    this.asked++
    const reply = put(this.oracle, terms, (t) => inputsOf(q, t), defaults(q.shape, q.kernel), { refute, known: !refute, irrelevance: false, timeoutMs: this.timeoutMs, searchMs: Math.min(this.timeoutMs, SEARCH_MS) })
    this.#replies.set(key, reply)
    return reply
  }
  /** Any model of the assertions. */
  async model(terms: readonly Term[], q: Question): Promise<ReadonlyMap<string, Value> | 'none' | { readonly unknown: string }> {
    const { fixed, rest: all } = forced(terms)
    if (all.some((t) => t.op === 'false')) return 'none'
    const rest = withoutSatisfiedGroups(all, defaults(q.shape, q.kernel))
    if (rest.length === 0) return fixed
    const key = keyOf(rest)
    const known = this.#models.get(key)
    if (known === undefined) this.asked++
    else this.same++
    const answer = known ?? this.oracle.ask({ text: queryText(rest), timeoutMs: this.timeoutMs })
    this.#models.set(key, answer)
    const a = await answer
    return a.kind === 'unsat' ? 'none' : a.kind === 'unknown' ? { unknown: a.reason } : new Map([...a.model, ...fixed])
  }
  /** Have the assertions a model? Undefined where the solver gave up. */
  possible(terms: readonly Term[]): Promise<boolean | undefined> {
    const { rest } = forced(terms)
    if (rest.some((t) => t.op === 'false')) return Promise.resolve(false)
    if (rest.length === 0) return Promise.resolve(true)
    const key = keyOf(rest)
    const known = this.#possible.get(key)
    if (known !== undefined) { this.same++; return known }
    this.asked++
    const answer = this.oracle.ask({ text: queryText(rest), values: [], timeoutMs: this.timeoutMs }).then((a) => a.kind === 'unknown' ? undefined : a.kind === 'sat')
    this.#possible.set(key, answer)
    return answer
  }
}
const keyOf = (terms: readonly Term[]): string => terms.map((t) => t.id).join(' ')

/** The shape that proofs/ knows for a probe. */
function shapeOf(p: Probe): Shape {
  return {
    name: `${p.event} (${p.variant})`, tasks: p.tasks, script: p.script, ...p.second === undefined ? {} : { second: p.second },
    situation: (r) => p.situation?.(r) ?? bool(true), property: () => bool(true),
  }
}
const claimOf = (p: Principle): Claim => ({
  id: `explore/${p.name}`, quantifier: 'forall', sentence: p.sentence, whose: 'project', source: 'explore/', inWords: { situation: '', property: '' }, emulator: 'A', shapes: [],
})

/**
 * Asks for a run that breaks any of the aspects; what the smallest such run breaks is one violation, and those aspects are blocked
 * for the next question, until none is left or `most` were found.
 */
export async function search(principle: Principle, probe: Probe, kernel: Kernel, decided: Decided, options: SearchOptions): Promise<Searched> {
  const q = question(shapeOf(probe), kernel, options.kept, {}, decided.shared)
  const base = [...q.wellFormed.map((c) => c.term), q.enabled, q.situation]
  let open = probe.aspects(q.runs).filter((a) => a.broken.op !== 'false')
  const fallback = defaults(q.shape, q.kernel)
  const envOf = (model: ReadonlyMap<string, Value>) => (name: string, width: number): Value => model.get(name) ?? fallback(name, width)
  const violations: Violation[] = []
  const unknown: string[] = []
  while (open.length > 0) {
    if (violations.length >= options.most) {
      unknown.push(`${probe.event} (${probe.variant}): more than ${options.most} causes, not asked for ${open.map((a) => a.field).join(', ')}`)
      break
    }
    const any = await decided.model(propagate([...base, or(...open.map((a) => a.broken))]), q)
    if (any === 'none') break
    if ('unknown' in any) {
      unknown.push(`${probe.event} (${probe.variant}): ${any.unknown}`)
      break
    }
    // of what this run breaks, the first part of the first field: a smallest run that breaks just that is quickly found
    const part = first(open.map((a) => a.broken), envOf(any))
    const smallest = await decided.witness(propagate([...base, part]), q, false)
    const reply: Found = smallest.kind === 'sat' ? smallest : { kind: 'sat', model: any, irrelevant: [], minimal: false }
    const env = envOf(reply.model)
    const values = evaluateAll(open.map((a) => a.broken), env)
    const broken = open.filter((_, i) => values[i] === true)
    violations.push({
      principle, probe, kernel, fields: broken.map((a) => a.field),
      needs: await conditions(q, probe, base, or(...broken.map((a) => a.broken)), env, decided),
      traces: await traces(q, principle, reply, base, part, decided),
    })
    open = open.filter((a) => !broken.includes(a))
  }
  return { violations, unknown }
}

/** The first disjunct that is true. */
function first(all: readonly Bool[], env: (name: string, width: number) => Value): Bool {
  const parts = all.flatMap((b) => b.op === 'or' ? b.args as readonly Bool[] : [b])
  const at = evaluateAll(parts, env).indexOf(true)
  if (at < 0) throw new Error('the model breaks nothing')
  return parts[at]!
}

/** The runs of a witness, from exec if a way there is known: if not at once, from a start in which the kernel's own fields are as exec leaves them. */
async function traces(q: Question, principle: Principle, reply: Found, base: readonly Bool[], broken: Bool, decided: Decided): Promise<Trace[]> {
  const of = (model: Found): Trace[] => tracesOf(q, model.model, claimOf(principle), 'any').map((t) => fromExec(q.kernel, t))
  const first = of(reply)
  if (first.every((t) => t.start === 'exec')) return first
  const plain = await decided.witness(propagate([...base, broken, ...kernelFieldsAsExecLeavesThem(q)]), q, true)
  if (plain.kind !== 'sat') return first
  const second = of(plain)
  return second.every((t) => t.start === 'exec') ? second : first
}

/** All of the start state that no program can write. */
function kernelFieldsAsExecLeavesThem(q: Question): Bool[] {
  const fallback = defaults(q.shape, q.kernel)
  const start = q.runs.first.states[0]!
  return leaves(specOf(start), start).flatMap(({ path, value }) => {
    const v = value as Term
    if (v.op !== 'var' || userPath.test(path.replace(/^tasks\[\d\]\./, '')) || path === 'cpus[0].TPIDR_EL0') return []
    const as = fallback(variableName(path), v.width)
    return [typeof as === 'boolean' ? as ? v : not(v) : eq(v as BV, bv(v.width, as))]
  })
}

/**
 * Which settings and cases the violation needs: turned round, there is none. The smallest run has the fewest settings off their default,
 * so only those are asked about.
 */
async function conditions(q: Question, probe: Probe, base: readonly Bool[], broken: Bool, env: (name: string, width: number) => Value, decided: Decided): Promise<string[]> {
  const settings = (Object.keys(defaultConfig) as (keyof Config)[]).map((a) => ({ name: a as string, is: boolVar(`config.${a}`), usual: defaultConfig[a] as boolean | undefined }))
  const out: string[] = []
  for (const c of [...settings, ...(probe.cases?.(q.runs) ?? []).map((x) => ({ ...x, usual: undefined }))]) {
    if (c.is.op === 'true' || c.is.op === 'false') continue
    const now = evaluateAll([c.is], env)[0] === true
    if (now === c.usual) continue
    const other = await decided.possible(propagate([...base, broken, now ? not(c.is) : c.is]))
    if (other === false) out.push(now ? c.name : `not ${c.name}`)
  }
  return out
}
