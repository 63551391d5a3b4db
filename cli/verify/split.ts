/**
 * One equation as smaller ones that together imply it. Both sides of a claim are mostly trees of choices between the same few values (the old
 * register, the new one): they are equal if each value is chosen under the same condition, and that condition is the same one for many registers.
 */
import { and, bool, eq, not, or } from '../../model/terms/build.js'
import { evaluator, type Value } from '../../model/terms/evaluate.js'
import { propagate } from '../../model/terms/propagate.js'
import { substitute } from '../../model/terms/substitute.js'
import { topological, type Bool, type BV, type Term } from '../../model/terms/term.js'
import { randomInputs } from './random.js'

export type Pair = readonly [Term, Term]
/** Do two terms have the same value on a few inputs? */
export type Alike = (x: Term, y: Term) => boolean

const SAMPLES = 24
const MOST_VALUES = 12

/** On random inputs that satisfy the assumptions, if there are enough of them, else on any. */
export function signatures(assume: readonly Bool[]): Alike {
  const all = Array.from({ length: SAMPLES }, (_, i) => evaluator(randomInputs(i)))
  const within = all.filter((values) => !values(assume).includes(false))
  const samples = within.length >= 4 ? within : all
  const known = new Map<Term, readonly Value[]>()
  const of = (t: Term): readonly Value[] => {
    let v = known.get(t)
    if (v === undefined) known.set(t, v = samples.map((values) => values([t])[0]!))
    return v
  }
  return (x, y) => { if (x.width !== y.width) return false; const [a, b] = [of(x), of(y)]; return a.every((v, i) => v === b[i]) }
}

/** Both sides with what the facts say put into them; as they are where the equation becomes another kind of term by that. */
export function underFacts(facts: readonly Bool[], x: Term, y: Term): { x: Term, y: Term } {
  if (x.width === 0) return { x, y }
  const rest = propagate([...facts, not(eq(x as BV, y as BV))]).filter((t) => t.op === 'not' && t.args[0]!.op === 'eq' && t.args[0]!.args[0]!.width === x.width && !facts.includes(t as Bool))
  const [one] = rest
  return rest.length !== 1 || one === undefined ? { x, y } : { x: one.args[0]!.args[0]!, y: one.args[0]!.args[1]! }
}

/** So many cells make it worth to ask about their condition first; a small one is always. */
const SHARED = 3
const SMALL = 40

/**
 * Of the ways to split many claims, those that spare work: every part is the part of several claims, or small. Where a condition is a
 * conjunction, what it shares with other claims is asked apart from what is its own.
 */
export function worthwhile<K>(ways: ReadonlyMap<K, readonly Pair[] | undefined>, alike: Alike): Map<K, readonly Pair[]> {
  const times = <T>(lists: readonly (readonly T[])[]): Map<T, number> => {
    const n = new Map<T, number>()
    for (const list of lists) for (const x of new Set(list)) n.set(x, (n.get(x) ?? 0) + 1)
    return n
  }
  const conjuncts = (t: Term): readonly Term[] => t.op === 'and' ? t.args : [t]
  const all = [...ways].flatMap(([k, pairs]) => pairs === undefined ? [] : [{ k, pairs }])
  const raw = times(all.map(({ pairs }) => pairs.flat().flatMap(conjuncts)))
  for (const x of all) x.pairs = x.pairs.map((p) => p[0].width > 0 ? p : [tidy(p[0], (c) => raw.get(c)! >= SHARED), tidy(p[1], (c) => raw.get(c)! >= SHARED)])
  const often = times(all.map(({ pairs }) => pairs.flat().flatMap(conjuncts)))
  const isShared = (t: Term): boolean => often.get(t)! >= SHARED
  const apart = (pair: Pair): readonly Pair[] => {
    if (pair[0].width > 0 || pair.every(isShared)) return [pair]
    const [shared, own] = [true, false].map((is) => pair.map((t) => and(...conjuncts(t).filter((c) => isShared(c) === is) as Bool[])))
    const both = [shared, own] as unknown as readonly Pair[]
    return !both.every(([p, q]) => alike(p, q)) ? [pair] : both.filter(([p, q]) => p !== q)
  }
  const split = all.map(({ k, pairs }) => ({ k, pairs: pairs.flatMap(apart) }))
  const keyOf = ([p, q]: Pair): string => `${p.id} ${q.id}`
  const uses = times(split.map(({ pairs }) => pairs.map(keyOf)))
  return new Map(split.filter(({ pairs }) => pairs.every((p) => p[0].width > 0 || uses.get(keyOf(p))! >= SHARED || topological(p).length <= SMALL)).map(({ k, pairs }) => [k, pairs]))
}

/** Each value under the same condition on both sides. The conditions of a side are a partition: one of them need not be asked, and it is the largest. */
export function byValues({ x, y }: { readonly x: Term, readonly y: Term }, alike: Alike): readonly Pair[] | undefined {
  if (x.width === 0 || (x.op !== 'ite' && y.op !== 'ite')) return undefined
  const [left, right] = [chosen(x), chosen(y)]
  if (left === undefined || right === undefined) return undefined
  const conditions: Pair[] = []
  const values: Pair[] = []
  const taken = new Set<Term>()
  let met = 0
  for (const [v, when] of left) {
    const other = right.has(v) ? v : [...right.keys()].find((w) => !taken.has(w) && !left.has(w) && alike(v, w))
    if (other === undefined) { conditions.push([when, bool(false)]); continue }
    taken.add(other)
    met++
    if (other !== v) values.push([v, other])
    conditions.push([when, right.get(other)!])
  }
  for (const [w, when] of right) if (!taken.has(w)) conditions.push([when, bool(false)])
  if (met === 0 || !conditions.every(([p, q]) => alike(p, q))) return undefined
  const size = ([p, q]: Pair): number => topological([p, q]).length
  const open = conditions.filter(([p, q]) => p !== q)
  const largest = [...open].sort((a, b) => size(b) - size(a))[0]
  return [...values, ...open.filter((c) => c !== largest)]
}

/** A conjunction whose conjuncts are used in each other, those that `some` says; no conjunct is taken apart, so that it stays the one that others have. */
function tidy(t: Term, some: (c: Term) => boolean): Term {
  if (t.op !== 'and') return t
  const facts = new Map<Term, Bool>(t.args.filter(some).map((c) => c.op === 'not' ? [c.args[0]!, bool(false)] : [c, bool(true)]))
  // a conjunct is used only where it stands below another one: never in itself
  return and(...t.args.map((c) => { const inner = c.op === 'not' ? c.args[0]! : c; const now = substitute([inner], (x) => x === inner ? undefined : facts.get(x))[0] as Bool; return c.op === 'not' ? not(now) : now }))
}

/** The values at the ends of a tree of choices, with the condition of each. Undefined where there are many. */
function chosen(x: Term): Map<Term, Bool> | undefined {
  const when = new Map<Term, Bool>([[x, bool(true)]])
  const ends = new Map<Term, Bool>()
  for (const t of topological([x]).reverse()) {
    const here = when.get(t)
    if (here === undefined) continue
    if (t.op !== 'ite') { ends.set(t, here); if (ends.size > MOST_VALUES) return undefined; continue }
    const [c, a, b] = t.args as [Bool, Term, Term]
    when.set(a, or(when.get(a) ?? bool(false), and(here, c)))
    when.set(b, or(when.get(b) ?? bool(false), and(here, not(c))))
  }
  return ends
}

/** Conjuncts of one side with those of the other that are alike; what is left over, as one conjunction each. Disjunctions in the same way. */
export function byConjuncts(x: Term, y: Term, alike: Alike): readonly Pair[] | undefined {
  const op = x.op
  if ((op !== 'and' && op !== 'or') || (y.op !== op)) return undefined
  const join = (ts: readonly Term[]): Bool => op === 'and' ? and(...ts as Bool[]) : or(...ts as Bool[])
  const right = new Set(y.args)
  const left = x.args.filter((a) => !right.delete(a))
  const pairs: Pair[] = []
  const rest: Term[] = []
  for (const a of left) {
    const b = [...right].find((t) => alike(a, t))
    if (b === undefined) { rest.push(a); continue }
    right.delete(b)
    pairs.push([a, b])
  }
  if (rest.length > 0 || right.size > 0) pairs.push([join(rest), join([...right])])
  return pairs.every(([p, q]) => alike(p, q)) ? pairs : undefined
}
