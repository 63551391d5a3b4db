/** The rungs above the first solver, from the unsimplified terms: another solver, all values, a checked proof. */
import { plainly } from '../model/terms/build.js'
import { queryText } from '../model/terms/smtlib.js'
import type { Term } from '../model/terms/term.js'
import type { Result } from './check.js'
import type { Decision } from './decide.js'
import { certificate, crossCheck, exhaustive, notClimbed, type Rung } from './evidence/index.js'
import { question, stated, type KeptClauses } from './query.js'

export interface Climbed { readonly 'second-solver': Rung, readonly exhaustive: Rung, readonly certificate: Rung }

interface Plain { readonly terms: readonly Term[], readonly verdict: 'sat' | 'unsat' }

/** Every query that a decision rests on, from terms built without simplification. */
function plainQueries(d: Decision, kept: KeptClauses): Plain[] {
  if (d.conditions.length > 0) return d.conditions.flatMap((c) => plainQueries(c, kept))
  return d.asked.flatMap((a) => {
    if (a.answer === 'unknown') return []
    return [{ verdict: a.answer, terms: plainly(() => stated(question(a.of, d.kernel, kept), d.claim, d.userspace, a.goal)) }]
  })
}

/** All rungs of one result. Identical queries are looked at once per `known`. */
export async function climb(r: Result, kept: KeptClauses, known: Map<string, Climbed> = new Map()): Promise<Climbed> {
  const queries = plainQueries(r.decision, kept)
  if (queries.length === 0) return { 'second-solver': notClimbed('no query was put'), exhaustive: notClimbed('no query was put'), certificate: notClimbed('no query was put') }
  const each: Climbed[] = []
  for (const q of queries) {
    const key = queryText(q.terms)
    const before = known.get(key) ?? await one(q)
    known.set(key, before)
    each.push(before)
  }
  const unsat = queries.some((q) => q.verdict === 'unsat')
  return {
    'second-solver': all(each.map((e) => e['second-solver'])),
    exhaustive: all(each.map((e) => e.exhaustive)),
    certificate: unsat ? all(each.filter((_, i) => queries[i]!.verdict === 'unsat').map((e) => e.certificate)) : notClimbed('no query of it is unsatisfiable'),
  }
}

async function one(q: Plain): Promise<Climbed> {
  const [second] = await crossCheck([{ plain: q.terms, verdict: q.verdict }])
  return {
    'second-solver': second ?? notClimbed('no other solver on the PATH'),
    exhaustive: await exhaustive(q.terms, q.verdict),
    certificate: q.verdict === 'unsat' ? await certificate(q.terms) : notClimbed('satisfiable: the witness is the proof'),
  }
}

/** Failed if one failed, climbed if all are, else the first reason. */
function all(rungs: readonly Rung[]): Rung {
  return rungs.find((r) => r === 'failed') ?? rungs.find((r) => r !== 'climbed') ?? 'climbed'
}
