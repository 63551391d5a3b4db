/** Queries with what is already known of them: forced inputs are taken out, identical texts are put once. */
import { not } from '../model/terms/build.js'
import { queryText, valuationText } from '../model/terms/smtlib.js'
import { ContradictionError } from '../trace/errors.js'
import { variables, type Term } from '../model/terms/term.js'
import { evaluateAll, type Value } from '../model/terms/evaluate.js'
import { irrelevantByFolding } from './evidence/irrelevant.js'
import type { Answer, Input, MinimisedAnswer, MinimiseQuery, Query } from './solvers/index.js'

/** Who answers: the solver pool, or a cache in front of it. */
export interface Oracle {
  ask(query: Query): Promise<Answer>
  minimise(query: MinimiseQuery): Promise<MinimisedAnswer>
}

/** What one question to a solver may take. */
export interface SolverLimits { readonly timeoutMs?: number, readonly rlimit?: number }
export interface PutOptions extends SolverLimits {
  /** the query is probably unsatisfiable: the solver is asked first */
  readonly refute: boolean
  /** The query is known to be satisfiable: nobody is asked again. */
  readonly known?: boolean
  /** Wall clock for the search for the smallest witness; `timeoutMs` when omitted. */
  readonly searchMs?: number
  /** A witness made smaller for so long, in milliseconds, instead of the smallest one; of the irrelevant inputs those that folding shows. */
  readonly shrinkMs?: number
  /** Whether to find the irrelevant inputs; true when omitted. */
  readonly irrelevance?: boolean
}

export interface Found { readonly kind: 'sat', readonly model: ReadonlyMap<string, Value>, readonly irrelevant: readonly string[], readonly minimal: boolean }
export type Reply = Found | { readonly kind: 'unsat' } | { readonly kind: 'unknown', readonly reason: string }

/** Identical queries are put once. */
export function putOnce(oracle: Oracle): Oracle {
  const pending = new Map<string, Promise<MinimisedAnswer>>()
  const plain = new Map<string, Promise<Answer>>()
  return {
    ask(query) {
      const known = plain.get(query.text) ?? oracle.ask(query)
      plain.set(query.text, known)
      return known
    },
    minimise(query) {
      const key = JSON.stringify([query.text, query.firstLook ?? 0, query.shrinkMs ?? 'smallest', query.inputs.map((i) => [i.name, i.default.toString()])])
      const known = pending.get(key) ?? oracle.minimise(query)
      pending.set(key, known)
      return known
    },
  }
}

/** An input that an assertion equates with a constant has that value in every model. After `propagate` it occurs nowhere else. */
export function forced(assertions: readonly Term[]): { fixed: Map<string, Value>, rest: Term[] } {
  const fixed = new Map<string, Value>()
  const rest = assertions.filter((t) => {
    if (t.op === 'var') fixed.set(t.name, true)
    else if (t.op === 'not' && t.args[0]!.op === 'var') fixed.set(t.args[0]!.name, false)
    else if (t.op === 'eq' && t.args[0]!.op === 'var' && t.args[1]!.op === 'bvconst') fixed.set(t.args[0]!.name, t.args[1]!.value)
    else return true
    return false
  })
  const used = new Set(variables(...rest).map((v) => v.name))
  return [...fixed.keys()].some((name) => used.has(name)) ? { fixed: new Map(), rest: [...assertions] } : { fixed, rest }
}

/**
 * Assertions fall into groups that share no variable. A group that the defaults satisfy says nothing about the others, and its smallest
 * witness is the defaults: it is left out.
 */
export function withoutSatisfiedGroups(assertions: readonly Term[], fallback: (name: string, width: number) => Value): Term[] {
  const parent = new Map<Term, Term>()
  const find = (t: Term): Term => {
    let r = t
    while (parent.get(r) !== undefined && parent.get(r) !== r) r = parent.get(r)!
    return r
  }
  const variablesOf = assertions.map((a) => variables(a))
  for (const vs of variablesOf) for (const v of vs) {
    if (!parent.has(v)) parent.set(v, v)
    parent.set(find(v), find(vs[0]!))
  }
  const truths = evaluateAll(assertions, fallback)
  const unsatisfied = new Set<Term>()
  variablesOf.forEach((vs, i) => { if (truths[i] === false && vs.length > 0) unsatisfied.add(find(vs[0]!)) })
  return assertions.filter((_, i) => variablesOf[i]!.length === 0 ? truths[i] === false : unsatisfied.has(find(variablesOf[i]![0]!)))
}

/**
 * Puts the query of some assertions. The search for the smallest witness comes first: where it finds one, the witness is evaluated and the
 * solver confirms it; where it finds none, the solver has to say so itself. Throws ContradictionError `E_SOLVERS_DISAGREE`.
 */
export async function put(oracle: Oracle, assertions: readonly Term[], inputs: (terms: readonly Term[]) => Input[], fallback: (name: string, width: number) => Value, options: PutOptions): Promise<Reply> {
  const { refute, known = false, irrelevance = true, searchMs, shrinkMs, ...limits } = options
  const { fixed, rest: all } = forced(assertions)
  if (all.some((t) => t.op === 'false')) return { kind: 'unsat' }
  const rest = withoutSatisfiedGroups(all, fallback)
  const text = queryText(rest)
  if (rest.length === 0) return { kind: 'sat', model: fixed, irrelevant: irrelevance ? irrelevantByFolding(all, fallback).irrelevant : [], minimal: true }
  if (refute) {
    const answer = await oracle.ask({ text, values: [], ...limits })
    if (answer.kind === 'unsat') return { kind: 'unsat' }
  }
  const search = await searched(oracle, { text, inputs: inputs(rest), ...limits, ...searchMs === undefined ? {} : { timeoutMs: searchMs }, ...shrinkMs === undefined ? {} : { shrinkMs } }, refute || known)
  if (search.kind !== 'sat') {
    const answer = await oracle.ask({ text, values: [], ...limits })
    if (answer.kind === 'sat' && search.kind === 'unsat') throw new ContradictionError('E_SOLVERS_DISAGREE', 'the solver finds a model where the search for a witness proves that there is none')
    if (answer.kind === 'unsat') return { kind: 'unsat' }
    return { kind: 'unknown', reason: answer.kind === 'unknown' ? answer.reason : search.kind === 'unknown' ? search.reason : '' }
  }
  const value = (name: string, width: number): Value => search.model.get(name) ?? (width === 0 ? false : 0n)
  if (evaluateAll(rest, value).includes(false)) throw new ContradictionError('E_SOLVERS_DISAGREE', 'the witness found does not satisfy its query')
  const model = new Map<string, Value>([...search.model, ...fixed])
  // the solver has said that there is one; that this is one was evaluated
  if (shrinkMs !== undefined && refute) return { kind: 'sat', model, irrelevant: irrelevance ? irrelevantByFolding(rest, value).irrelevant : [], minimal: search.minimal }
  const confirmed = await oracle.ask({ text: valuationText(rest, value), values: [], ...limits })
  if (confirmed.kind === 'unsat') throw new ContradictionError('E_SOLVERS_DISAGREE', 'the solver refuses the witness')
  return { kind: 'sat', model, irrelevant: irrelevance ? await irrelevantAmong(oracle, rest, value, limits) : [], minimal: search.minimal }
}

/** A search for the smallest witness. Where nobody knows yet whether there is one, it begins with a short look, and the solver says whether to go on. */
async function searched(oracle: Oracle, query: MinimiseQuery, known: boolean): Promise<MinimisedAnswer> {
  if (known) return oracle.minimise(query)
  const { text, timeoutMs, rlimit } = query
  const look = await oracle.minimise({ ...query, firstLook: usualLook })
  if (look.kind !== 'unknown') return look
  const answer = await oracle.ask({ text, values: [], ...timeoutMs === undefined ? {} : { timeoutMs }, ...rlimit === undefined ? {} : { rlimit } })
  return answer.kind === 'sat' ? oracle.minimise(query) : look
}
/** Conflicts of a first look. */
const usualLook = 200

/** The irrelevant inputs among the variables of `terms`. */
async function irrelevantAmong(oracle: Oracle, terms: readonly Term[], value: (name: string, width: number) => Value, limits: SolverLimits): Promise<string[]> {
  const folded = irrelevantByFolding(terms, value)
  const irrelevant = [...folded.irrelevant]
  for (const { name, formula } of folded.open) {
    // few are left; a query in one input is small
    const a = await oracle.ask({ text: queryText([not(formula)]), values: [], ...limits })
    if (a.kind === 'unsat') irrelevant.push(name)
  }
  return irrelevant
}

/**
 * The reply to a query that asserts more than one that is answered: what is unsatisfiable stays so, and a smallest witness that satisfies
 * what is added, too, is the smallest of the stronger query. Undefined where the query has to be put. `any`: a witness need not be the smallest.
 */
export async function putStronger(oracle: Oracle, weaker: Reply, added: readonly Term[], fallback: (name: string, width: number) => Value, limits: SolverLimits, any = false): Promise<Reply | undefined> {
  if (weaker.kind === 'unsat') return weaker
  if (weaker.kind !== 'sat' || (!weaker.minimal && !any)) return undefined
  const value = (name: string, width: number): Value => weaker.model.get(name) ?? fallback(name, width)
  const open = added.filter((t) => t.op !== 'true')
  if (evaluateAll(open, value).includes(false)) return undefined
  if (open.length === 0) return weaker
  if (any) {
    // evaluated, like the weaker query's witness itself
    const matters = new Set(variables(...open).map((v) => v.name))
    return { ...weaker, irrelevant: weaker.irrelevant.filter((name) => !matters.has(name)) }
  }
  const confirmed = await oracle.ask({ text: valuationText(open, value), values: [], ...limits })
  if (confirmed.kind !== 'sat') return undefined
  const still = await irrelevantAmong(oracle, open, value, limits)
  const matters = new Set(variables(...open).map((v) => v.name).filter((name) => !still.includes(name)))
  return { ...weaker, irrelevant: weaker.irrelevant.filter((name) => !matters.has(name)) }
}
