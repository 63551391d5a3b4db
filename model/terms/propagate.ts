/**
 * What some assertions say outright is used in the others: a condition asserted is true there, a term asserted equal to a constant is
 * that constant, a variable's bits asserted 0 or 1 are those. Satisfiability and models stay the same: a fact is never used in the
 * assertion it comes from, and facts contain each other only downwards.
 */
import { make } from './build.js'
import { intern, mask, topological, type Term } from './term.js'

const T = intern('true', 0, [])
const F = intern('false', 0, [])
const constant = (width: number, value: bigint): Term => intern('bvconst', width, [], value)

/** The conjuncts of all assertions, once each. */
function conjuncts(terms: readonly Term[]): Term[] {
  const out = new Set<Term>()
  const add = (t: Term): void => {
    if (t.op === 'and') t.args.forEach(add)
    else if (t.op === 'not' && t.args[0]!.op === 'or') for (const a of t.args[0]!.args) add(make('not', 0, [a]))
    else if (t !== T) out.add(t)
  }
  terms.forEach(add)
  return [...out]
}

/** Bits of a variable that are known: where `known` has a 1, the bit is that of `value`. */
interface Bits { known: bigint, value: bigint }

/** Does a conjunct only say what some bits of one variable are? bvand(x, C) = V, extract(x) = V, x = V. */
function bitFact(c: Term): { variable: Term, known: bigint, value: bigint } | undefined {
  if (c.op !== 'eq' || c.args[1]!.op !== 'bvconst') return undefined
  const [left, right] = c.args as [Term, Term]
  if (left.op === 'var') return { variable: left, known: mask(left.width), value: right.value }
  const inner = left.args[0]
  if (inner?.op !== 'var') return undefined
  if (left.op === 'bvand' && left.args[1]!.op === 'bvconst') return { variable: inner, known: left.args[1]!.value, value: right.value }
  if (left.op === 'extract') return { variable: inner, known: mask(left.width) << left.value, value: right.value << left.value }
  return undefined
}

/** What a conjunct says otherwise: which term may be replaced by what. */
function fact(c: Term): { key: Term, value: Term } {
  if (c.op === 'not') return { key: c.args[0]!, value: F }
  if (c.op === 'eq' && c.args[1]!.op === 'bvconst') return { key: c.args[0]!, value: c.args[1]! }
  return { key: c, value: T }
}

/** Equisatisfiable assertions with the same models; [false] if they contradict each other. */
export function propagate(terms: readonly Term[], rounds = 8): Term[] {
  const bits = new Map<Term, Bits>()
  let now = conjuncts(terms)
  for (let i = 0; i < rounds; i++) {
    const rest = takeBits(now, bits)
    if (rest === undefined) return [F]
    const next = conjuncts(round(rest, bits))
    if (next.includes(F)) return [F]
    const same = next.length === now.length && next.every((t, j) => t === now[j])
    now = next
    if (same) break
  }
  const rest = takeBits(now, bits)
  return rest === undefined ? [F] : [...rest, ...[...bits].map(([x, b]) => said(x, b))]
}

/** Takes the conjuncts that are bit facts out and adds them up; undefined if two of them contradict. */
function takeBits(all: readonly Term[], bits: Map<Term, Bits>): Term[] | undefined {
  const rest: Term[] = []
  for (const c of all) {
    const f = bitFact(c)
    if (f === undefined) {
      rest.push(c)
      continue
    }
    if ((f.value & ~f.known) !== 0n) return undefined
    const before = bits.get(f.variable) ?? { known: 0n, value: 0n }
    if (((before.value ^ f.value) & before.known & f.known) !== 0n) return undefined
    bits.set(f.variable, { known: before.known | f.known, value: before.value | f.value })
  }
  return rest
}

/** One conjunct for all known bits of a variable. */
function said(x: Term, b: Bits): Term {
  const all = b.known === mask(x.width)
  return make('eq', 0, [all ? x : make('bvand', x.width, [x, constant(x.width, b.known)]), constant(x.width, b.value)])
}

/** The variable with its known bits put in. */
function withBits(x: Term, b: Bits): Term {
  if (b.known === mask(x.width)) return constant(x.width, b.value)
  const free = make('bvand', x.width, [x, constant(x.width, mask(x.width) & ~b.known)])
  return b.value === 0n ? free : make('bvor', x.width, [free, constant(x.width, b.value)])
}

function round(all: readonly Term[], bits: ReadonlyMap<Term, Bits>): Term[] {
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
    const b = bits.get(t)
    if (b !== undefined) {
      rebuilt.set(t, withBits(t, b))
      continue
    }
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
