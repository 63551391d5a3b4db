/**
 * What has to be so for a break at all, without the data: that two fields differ is weakened to "they come from different places". The
 * question gets small (31 registers that are written under one condition are one condition), and where it has no answer the exact one has none.
 */
import { and, bool, bv, extract, False, ne, not, or, True } from '../model/terms/build.js'
import type { Bool, BV, Term } from '../model/terms/term.js'

/** Narrower values are compared as they are: places, flags, numbers of signals. */
const NARROW = 8

const seen = new Map<Term, Bool>()
/** True wherever `b` is. */
export function relaxed(b: Bool): Bool {
  let r = seen.get(b)
  if (r === undefined) seen.set(b, r = weaker(b))
  return r
}
function weaker(b: Term): Bool {
  const [a] = b.args
  if (b.op === 'and') return and(...b.args.map((x) => relaxed(x as Bool)))
  if (b.op === 'or') return or(...b.args.map((x) => relaxed(x as Bool)))
  if (b.op === 'ite') return or(and(a as Bool, relaxed(b.args[1] as Bool)), and(not(a as Bool), relaxed(b.args[2] as Bool)))
  if (b.op === 'not' && a!.op === 'eq' && a!.args[0]!.width > NARROW) return mayDiffer(a!.args[0] as BV, a!.args[1] as BV)
  if (b.op === 'not' && a!.op === 'and') return or(...a!.args.map((x) => relaxed(not(x as Bool))))
  if (b.op === 'not' && a!.op === 'or') return and(...a!.args.map((x) => relaxed(not(x as Bool))))
  return b as Bool
}

const pairs = new Map<Term, Map<Term, Bool>>()
/** Can two values differ? True where they do. */
function mayDiffer(a: BV, b: BV): Bool {
  if (a === b) return False
  const of = pairs.get(a) ?? new Map<Term, Bool>()
  pairs.set(a, of)
  let r = of.get(b)
  if (r === undefined) of.set(b, r = compared(a, b))
  return r
}
function compared(a: BV, b: BV): Bool {
  if (a.op === 'bvconst' && b.op === 'bvconst') return bool(a.value !== b.value)
  for (const [x, y] of [[a, b], [b, a]] as const) {
    if (x.op === 'ite') {
      const [c, yes, no] = x.args as readonly [Bool, BV, BV]
      const same = y.op === 'ite' && y.args[0] === c
      return or(and(c, mayDiffer(yes, same ? y.args[1] as BV : y)), and(not(c), mayDiffer(no, same ? y.args[2] as BV : y)))
    }
    const inner = x.args[0] as BV | undefined
    if (x.op === 'extract' && inner!.op === 'ite') {
      const [c, yes, no] = inner!.args as readonly [Bool, BV, BV]
      const at = Number(x.value)
      const part = (v: BV): BV => extract<number>(at + x.width - 1, at, v)
      return or(and(c, mayDiffer(part(yes), y)), and(not(c), mayDiffer(part(no), y)))
    }
    if (x.op === 'concat' || x.op === 'zext') {
      const low = (x.op === 'concat' ? x.args[1] : inner) as BV
      const high = x.op === 'concat' ? inner! : bv(x.width - low.width, 0)
      return or(mayDiffer(high, extract<number>(x.width - 1, low.width, y)), mayDiffer(low, extract<number>(low.width - 1, 0, y)))
    }
  }
  return leaf(a) && leaf(b) ? True : ne(a, b)
}
/** Data as it came in. */
const leaf = (t: Term): boolean => t.op === 'var' || t.op === 'bvconst' || (t.op === 'extract' && t.args[0]!.op === 'var')
