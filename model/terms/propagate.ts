/**
 * What some assertions say outright is used in the others: a condition asserted is true there, a term asserted equal to a constant is
 * that constant. Satisfiability and models stay the same: a fact is never used in the assertion it comes from, and facts contain
 * each other only downwards.
 */
import { make } from './build.js'
import { intern, topological, type Term } from './term.js'

const T = intern('true', 0, [])
const F = intern('false', 0, [])

/** The conjuncts of all assertions, once each. */
function conjuncts(terms: readonly Term[]): Term[] {
  const out = new Set<Term>()
  const add = (t: Term): void => { if (t.op === 'and') t.args.forEach(add); else if (t !== T) out.add(t) }
  terms.forEach(add)
  return [...out]
}

/** What a conjunct says: which term may be replaced by what. */
function fact(c: Term): { key: Term, value: Term } {
  if (c.op === 'not') return { key: c.args[0]!, value: F }
  if (c.op === 'eq' && c.args[1]!.op === 'bvconst') return { key: c.args[0]!, value: c.args[1]! }
  return { key: c, value: T }
}

/** Equisatisfiable assertions with the same models over the variables that are left; [false] if they contradict each other. */
export function propagate(terms: readonly Term[], rounds = 6): Term[] {
  let now = conjuncts(terms)
  for (let i = 0; i < rounds; i++) {
    const next = conjuncts(round(now))
    if (next.includes(F)) return [F]
    const same = next.length === now.length && next.every((t, j) => t === now[j])
    now = next
    if (same) break
  }
  return now
}

function round(all: readonly Term[]): Term[] {
  const known = new Map<Term, Term>()
  for (const c of all) {
    const f = fact(c)
    if (f.key.op === 'bvconst') continue
    const before = known.get(f.key)
    if (before !== undefined && before !== f.value) return [F]
    known.set(f.key, f.value)
  }
  const rebuilt = new Map<Term, Term>()
  for (const t of topological(all)) {
    const args = t.args.map((a) => known.get(a) ?? rebuilt.get(a)!)
    rebuilt.set(t, args.every((a, i) => a === t.args[i]) ? t : make(t.op, t.width, args, t.value))
  }
  // the fact's own conjunct: its key is rebuilt from its parts, not replaced
  return all.map((c) => {
    const { key, value } = fact(c)
    const inner = rebuilt.get(key)!
    return value === T ? inner : value === F ? make('not', 0, [inner]) : make('eq', 0, [inner, value])
  })
}
