/** Who is asked, and what has been answered: identical assertions are decided once, whatever kernel they come from. */
import { queryText } from '../model/terms/smtlib.js'
import type { Term } from '../model/terms/term.js'
import type { Value } from '../model/terms/evaluate.js'
import { inputsOf } from '../proofs/decide.js'
import { forced, put, withoutSatisfiedGroups, type Oracle, type Reply } from '../proofs/oracle.js'
import { defaults, type Question } from '../proofs/query.js'
import type { Answer } from '../proofs/solvers/index.js'
import { Shared } from '../proofs/shared.js'

export type Model = ReadonlyMap<string, Value>
/** A model that is known, and whether it is a smallest one. */
export interface Known { readonly model: Model, readonly smallest: boolean }

/** A smaller run is looked for this long; then the solver's own is taken, and made smaller by trying. */
const SEARCH_MS = 4_000

/** Identical assertions are decided once, whatever kernel they come from. */
export class Decided {
  readonly #replies = new Map<string, Promise<Reply>>()
  readonly #models = new Map<string, Promise<Answer>>()
  /** Runs that begin alike are built once. */
  readonly shared = new Shared()
  readonly #known = new Map<string, Known[]>()
  asked = 0
  same = 0

  constructor(readonly oracle: Oracle, readonly timeoutMs: number) {}

  /** Models that were found for the same class of runs, on this kernel or on another. */
  known(classOfRuns: string): Known[] {
    let k = this.#known.get(classOfRuns)
    if (k === undefined) this.#known.set(classOfRuns, k = [])
    return k
  }

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
  async model(terms: readonly Term[], q: Question): Promise<Model | 'none' | { readonly unknown: string }> {
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
}
const keyOf = (terms: readonly Term[]): string => terms.map((t) => t.id).join(' ')

