/** Queries with what is already known of them: forced inputs are taken out, identical texts are put once. */
import { not } from '../model/terms/build.js'
import { queryText } from '../model/terms/smtlib.js'
import { variables, type Term } from '../model/terms/term.js'
import type { Value } from '../model/terms/evaluate.js'
import { irrelevantByFolding } from './evidence/irrelevant.js'
import type { Answer, Input, MinimisedAnswer, MinimiseQuery, Query } from './solvers/index.js'

/** Who answers: the solver pool, or a cache in front of it. */
export interface Oracle {
  ask(query: Query): Promise<Answer>
  minimise(query: MinimiseQuery): Promise<MinimisedAnswer>
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
      const key = JSON.stringify([query.text, query.inputs.map((i) => [i.name, i.default.toString()])])
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

/** Puts the query of some assertions: the smallest witness, its irrelevant inputs. */
export async function put(oracle: Oracle, assertions: readonly Term[], inputs: (terms: readonly Term[]) => Input[], limits: { timeoutMs?: number, rlimit?: number }): Promise<Reply> {
  const { fixed, rest } = forced(assertions)
  if (rest.some((t) => t.op === 'false')) return { kind: 'unsat' }
  const text = queryText(rest)
  // most queries are unsatisfiable, and a plain check is the quicker way to see it
  if (rest.length > 0) {
    const plain = await oracle.ask({ text, values: [], ...limits })
    if (plain.kind !== 'sat') return plain.kind === 'unsat' ? { kind: 'unsat' } : { kind: 'unknown', reason: plain.reason }
  }
  const wanted = inputs(rest)
  const answer: MinimisedAnswer = rest.length === 0 ? { kind: 'sat', model: new Map(), settings: 0, bits: 0, minimal: true, milliseconds: 0, solver: 'embedded' }
    : await oracle.minimise({ text, inputs: wanted, irrelevance: false, ...limits })
  if (answer.kind !== 'sat') return answer.kind === 'unsat' ? { kind: 'unsat' } : { kind: 'unknown', reason: answer.reason }
  const model = new Map<string, Value>([...answer.model, ...fixed])
  const folded = irrelevantByFolding(rest, (name) => answer.model.get(name) ?? false)
  const irrelevant = [...folded.irrelevant]
  for (const { name, formula } of folded.open) {
    // few are left; a query in one input is small
    const a = await oracle.ask({ text: queryText([not(formula)]), values: [], ...limits })
    if (a.kind === 'unsat') irrelevant.push(name)
  }
  return { kind: 'sat', model, irrelevant, minimal: answer.minimal }
}
