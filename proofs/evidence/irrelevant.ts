/** Which inputs of a witness do not matter: every value of such an input, the others kept, still gives the witness. */
import { and, bool, bv, make } from '../../model/terms/build.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { topological, variables, type Term } from '../../model/terms/term.js'

const constant = (t: Term, v: Value): Term => typeof v === 'boolean' ? bool(v) : bv(t.width, v)

/**
 * The names of irrelevant inputs among the variables of `assertions`, and of those the question is still open for (each with its
 * formula in that input alone). The values of the others are known, so most formulas fold to true or have an obvious counterexample.
 */
export function irrelevantByFolding(assertions: readonly Term[], model: (name: string, width: number) => Value): { irrelevant: string[], open: { name: string, formula: Term }[] } {
  const root = and(...assertions)
  const order = topological([root])
  const values = new Map(order.map((t, i) => [t, i]))
  const known = evaluateAll(order, model)
  const irrelevant: string[] = []
  const open: { name: string, formula: Term }[] = []
  for (const v of variables(root)) {
    const formula = foldExcept(order, known, values, v, root)
    if (formula.op === 'true') irrelevant.push(v.name)
    else if (!refuted(formula, v, known[values.get(v)!]!)) open.push({ name: v.name, formula })
  }
  return { irrelevant, open }
}

/** The root with every subterm that does not depend on `v` replaced by its value. */
function foldExcept(order: readonly Term[], known: readonly Value[], index: ReadonlyMap<Term, number>, v: Term, root: Term): Term {
  const depends = new Set<Term>([v])
  for (const t of order) if (t.args.some((a) => depends.has(a))) depends.add(t)
  if (!depends.has(root)) return bool(true)
  const leaves = new Map<Term, Term>()
  for (const t of order) {
    if (!depends.has(t)) continue
    for (const a of t.args) if (!depends.has(a)) leaves.set(a, constant(a, known[index.get(a)!]!))
  }
  return substituteNodes(order.filter((t) => depends.has(t)), leaves, root)
}

function substituteNodes(order: readonly Term[], leaves: ReadonlyMap<Term, Term>, root: Term): Term {
  const rebuilt = new Map<Term, Term>(leaves)
  for (const t of order) rebuilt.set(t, t.op === 'var' ? t : rebuild(t, t.args.map((a) => rebuilt.get(a)!)))
  return rebuilt.get(root)!
}

const rebuild = (t: Term, args: readonly Term[]): Term => make(t.op, t.width, args, t.value)

/** Does some easy value make the formula false? One bit changed, all, none. */
function refuted(formula: Term, v: Term, now: Value): boolean {
  const tries: Value[] = typeof now === 'boolean' ? [!now] : [0n, (1n << BigInt(v.width)) - 1n, ...Array.from({ length: v.width }, (_, i) => now ^ (1n << BigInt(i)))]
  return tries.some((x) => evaluateAll([formula], () => x)[0] === false)
}
