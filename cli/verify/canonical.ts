/** A hash of terms that does not depend on the order in which they were made: arguments that may stand in any order do. */
import { createHash } from 'node:crypto'
import { topological, type Op, type Term } from '../../model/terms/term.js'

const anyOrder: ReadonlySet<Op> = new Set<Op>(['and', 'or', 'xor', 'eq', 'bvand', 'bvor', 'bvxor', 'bvadd'])

const known = new WeakMap<Term, string>()
/** SHA-256 of the terms, in their order. What was hashed once is remembered as long as its term lives. */
export function canonicalHash(terms: readonly Term[]): string {
  const hashOf = (t: Term): string => {
    const args = t.args.map((a) => known.get(a)!)
    if (anyOrder.has(t.op)) args.sort()
    return createHash('sha256').update(`${t.op} ${t.width} ${t.value} ${t.name}\n${args.join('\n')}`).digest('base64')
  }
  for (const t of topological(terms)) if (!known.has(t)) known.set(t, hashOf(t))
  return createHash('sha256').update(terms.map((t) => known.get(t)!).join('\n')).digest('hex')
}
