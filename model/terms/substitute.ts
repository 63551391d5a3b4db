/** Terms with other terms in place of some nodes, simplified again on the way up. */
import { make } from './build.js'
import { topological, type Term } from './term.js'

/**
 * @param value what stands for a node; undefined leaves it. Its width must be the node's.
 * @param after what a node becomes once its arguments are replaced
 */
export function substitute(roots: readonly Term[], value: (t: Term) => Term | undefined, after: (t: Term) => Term = (t) => t): Term[] {
  const done = new Map<Term, Term>()
  for (const t of topological(roots)) {
    const given = value(t)
    if (given !== undefined) { done.set(t, given); continue }
    const args = t.args.map((a) => done.get(a)!)
    done.set(t, after(args.every((a, i) => a === t.args[i]) ? t : make(t.op, t.width, args, t.value)))
  }
  return roots.map((r) => done.get(r)!)
}
