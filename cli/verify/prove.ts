/**
 * Many claims, each asked by itself (one conjunction of them is much harder for every solver that was tried), but claims
 * that differ only in the names of their variables only once: 31 registers are mostly one question.
 */
import { not } from '../../model/terms/build.js'
import { queryText } from '../../model/terms/smtlib.js'
import { variables, type Bool, type Term } from '../../model/terms/term.js'
import type { SolverPool } from '../../proofs/solvers/index.js'

export type Proof = 'proven' | 'refuted' | { readonly unknown: string }
const LIMIT_MS = 20_000

export async function prove(assume: readonly Bool[], claims: readonly Bool[], pool: SolverPool): Promise<Map<Term, Proof>> {
  const asked = new Map<string, Promise<Proof>>()
  const proofs = claims.map((claim) => {
    const terms = [...assume, not(claim)]
    const text = queryText(terms)
    const key = renamed(text, terms)
    let p = asked.get(key)
    if (p === undefined) {
      p = pool.ask({ text, values: [], timeoutMs: LIMIT_MS }).then((a): Proof => a.kind === 'unsat' ? 'proven' : a.kind === 'sat' ? 'refuted' : { unknown: a.reason })
      asked.set(key, p)
    }
    return p
  })
  const done = await Promise.all(proofs)
  return new Map(claims.map((c, i) => [c, done[i]!]))
}

/** The assertions with their quoted variables numbered in order of appearance, and the widths in that order. Equal keys: the same question. */
function renamed(text: string, terms: readonly Term[]): string {
  const widths = new Map(variables(...terms).map((v) => [v.name, v.width]))
  const order = new Map<string, number>()
  const body = text.slice(text.indexOf('(assert')).replace(/\|([^|]*)\|/g, (_, name: string) => {
    if (!order.has(name)) order.set(name, order.size)
    return `|${order.get(name)}|`
  })
  return `${body} ${[...order.keys()].map((n) => widths.get(n)).join(' ')}`
}
