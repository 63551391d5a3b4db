/** Rewriting at construction. Every rule keeps the value for every assignment (test/terms/ and `npm test` show it). */
import { intern, mask, remember, type Op, type Term } from './term.js'

const T = intern('true', 0, [])
const F = intern('false', 0, [])
const constant = (width: number, value: bigint): Term => intern('bvconst', width, [], value & mask(width))
const isConst = (t: Term): boolean => t.op === 'bvconst'
const truth = (b: boolean): Term => b ? T : F
const signed = (t: Term): bigint => BigInt.asIntN(t.width, t.value)

/** The simpler equal of op(args), or undefined to keep it as it is. */
export function simplify(op: Op, width: number, args: readonly Term[], value: bigint): Term | undefined {
  const rule = rules[op]
  return rule === undefined ? undefined : rule(args, width, value)
}
/** What `make` in build.ts does, for rules that build further nodes. */
function again(op: Op, width: number, args: readonly Term[], value = 0n): Term {
  return simplify(op, width, args, value) ?? intern(op, width, args, value)
}
const negate = (t: Term): Term => again('not', 0, [t])

type Rule = (args: readonly Term[], width: number, value: bigint) => Term | undefined
const rules: { [K in Op]?: Rule } = {
  not: ([a]) => a === T ? F : a === F ? T : a!.op === 'not' ? a!.args[0] : undefined,
  and: (args) => junction('and', args, T, F),
  or: (args) => junction('or', args, F, T),
  xor: ([a, b]) => a === b ? F : a === F ? b : b === F ? a : a === T ? negate(b!) : b === T ? negate(a!) : undefined,
  eq: ([a, b]) => equality(a!, b!),
  ite: ([c, a, b], width) => choice(c!, a!, b!, width),
  bvnot: ([a], width) => isConst(a!) ? constant(width, ~a!.value) : a!.op === 'bvnot' ? a!.args[0] : undefined,
  bvand: ([a, b], width) => bitwise('bvand', a!, b!, width),
  bvor: ([a, b], width) => bitwise('bvor', a!, b!, width),
  bvxor: ([a, b], width) => a === b ? constant(width, 0n) : isConst(a!) && isConst(b!) ? constant(width, a!.value ^ b!.value) : isConst(b!) && b!.value === 0n ? a : isConst(a!) && a!.value === 0n ? b : undefined,
  bvadd: ([a, b], width) => {
    if (isConst(a!) && isConst(b!)) return constant(width, a!.value + b!.value)
    if (isConst(a!)) return a!.value === 0n ? b : again('bvadd', width, [b!, a!])
    if (!isConst(b!)) return undefined
    if (b!.value === 0n) return a
    if (a!.op === 'bvadd' && isConst(a!.args[1]!)) return again('bvadd', width, [a!.args[0]!, constant(width, a!.args[1]!.value + b!.value)])
    return undefined
  },
  bvsub: ([a, b], width) => a === b ? constant(width, 0n) : isConst(b!) ? again('bvadd', width, [a!, constant(width, -b!.value)]) : undefined,
  bvshl: ([a], width, by) => by === 0n ? a : by >= BigInt(width) ? constant(width, 0n) : isConst(a!) ? constant(width, a!.value << by) : undefined,
  bvlshr: ([a], width, by) => by === 0n ? a : by >= BigInt(width) ? constant(width, 0n) : isConst(a!) ? constant(width, a!.value >> by) : undefined,
  extract: ([a], width, lo) => extraction(a!, width, Number(lo)),
  concat: ([h, l], width) => {
    if (isConst(h!) && isConst(l!)) return constant(width, (h!.value << BigInt(l!.width)) | l!.value)
    if (isConst(h!) && h!.value === 0n) return again('zext', width, [l!])
    if (h!.op === 'extract' && l!.op === 'extract' && h!.args[0] === l!.args[0] && h!.value === l!.value + BigInt(l!.width)) return again('extract', width, [h!.args[0]!], l!.value)
    return undefined
  },
  zext: ([a], width) => isConst(a!) ? constant(width, a!.value) : a!.op === 'zext' ? again('zext', width, [a!.args[0]!]) : undefined,
  sext: ([a], width) => isConst(a!) ? constant(width, signed(a!)) : a!.op === 'zext' ? again('zext', width, [a!.args[0]!]) : undefined,
  bvult: ([a, b]) => a === b ? F : isConst(a!) && isConst(b!) ? truth(a!.value < b!.value) : isConst(b!) && b!.value === 0n ? F : undefined,
  bvule: ([a, b]) => a === b ? T : isConst(a!) && isConst(b!) ? truth(a!.value <= b!.value) : isConst(a!) && a!.value === 0n ? T : isConst(b!) && b!.value === mask(b!.width) ? T : undefined,
  bvslt: ([a, b]) => a === b ? F : isConst(a!) && isConst(b!) ? truth(signed(a!) < signed(b!)) : undefined,
  bvsle: ([a, b]) => a === b ? T : isConst(a!) && isConst(b!) ? truth(signed(a!) <= signed(b!)) : undefined,
}

/** and/or: flattened, without neutral elements or repetitions, in order of creation. */
function junction(op: 'and' | 'or', args: readonly Term[], neutral: Term, absorbing: Term): Term | undefined {
  const set = new Set<Term>()
  const add = (t: Term): boolean => {
    if (t === absorbing) return false
    if (t === neutral) return true
    if (t.op === op) return t.args.every(add)
    set.add(t)
    return true
  }
  if (!args.every(add)) return absorbing
  for (const t of set) if (t.op === 'not' && set.has(t.args[0]!)) return absorbing
  const flat = [...set].sort((x, y) => x.id - y.id)
  if (flat.length === 0) return neutral
  if (flat.length === 1) return flat[0]
  return intern(op, 0, flat)
}

function equality(a: Term, b: Term): Term | undefined {
  if (a === b) return T
  if (a.width === 0) {
    if (a === T) return b
    if (b === T) return a
    if (a === F) return negate(b)
    if (b === F) return negate(a)
  } else {
    if (isConst(a) && isConst(b)) return F
    if (isConst(a)) return again('eq', 0, [b, a])
    if (isConst(b)) {
      const known = againstConstant(a, b)
      if (known !== undefined) return known
    }
  }
  return !isConst(b) && a.id > b.id ? intern('eq', 0, [b, a]) : undefined
}

function againstConstant(a: Term, c: Term): Term | undefined {
  if (a.op === 'ite' && isConst(a.args[1]!) && isConst(a.args[2]!)) {
    const x = a.args[1] === c
    const y = a.args[2] === c
    return x && y ? T : x ? a.args[0] : y ? negate(a.args[0]!) : F
  }
  if (a.op === 'zext') {
    const inner = a.args[0]!
    return c.value > mask(inner.width) ? F : again('eq', 0, [inner, constant(inner.width, c.value)])
  }
  if (a.op === 'bvadd' && isConst(a.args[1]!)) return again('eq', 0, [a.args[0]!, constant(a.width, c.value - a.args[1]!.value)])
  // an ite of which one branch is a constant that is not c
  if (a.op === 'ite') {
    const [cond, x, y] = a.args as [Term, Term, Term]
    if (isConst(x) && x !== c) return again('and', 0, [negate(cond), again('eq', 0, [y, c])])
    if (isConst(y) && y !== c) return again('and', 0, [cond, again('eq', 0, [x, c])])
    // each branch alone may be known; deeper trees stay, they could share much
    if (x.op !== 'ite' && y.op !== 'ite') return again('ite', 0, [cond, again('eq', 0, [x, c]), again('eq', 0, [y, c])])
  }
  return undefined
}

function choice(c: Term, a: Term, b: Term, width: number): Term | undefined {
  if (c === T || a === b) return a
  if (c === F) return b
  if (c.op === 'not') return again('ite', width, [c.args[0]!, b, a])
  if (a.op === 'ite' && a.args[0] === c) return again('ite', width, [c, a.args[1]!, b])
  if (b.op === 'ite' && b.args[0] === c) return again('ite', width, [c, a, b.args[2]!])
  if (width !== 0) return undefined
  if (a === T) return again('or', 0, [c, b])
  if (a === F) return again('and', 0, [negate(c), b])
  if (b === T) return again('or', 0, [negate(c), a])
  if (b === F) return again('and', 0, [c, a])
  return undefined
}

function bitwise(op: 'bvand' | 'bvor', a: Term, b: Term, width: number): Term | undefined {
  if (a === b) return a
  const all = constant(width, -1n)
  const none = constant(width, 0n)
  const [neutral, absorbing] = op === 'bvand' ? [all, none] : [none, all]
  if (isConst(a) && isConst(b)) return constant(width, op === 'bvand' ? a.value & b.value : a.value | b.value)
  if (isConst(a)) return again(op, width, [b, a])
  if (b === neutral) return a
  if (b === absorbing) return absorbing
  if (isConst(b) && a.op === op && isConst(a.args[1]!)) {
    return again(op, width, [a.args[0]!, constant(width, op === 'bvand' ? a.args[1]!.value & b.value : a.args[1]!.value | b.value)])
  }
  if (op === 'bvand' && isConst(b) && a.op === 'zext' && b.value > mask(a.args[0]!.width)) return again('bvand', width, [a, constant(width, b.value & mask(a.args[0]!.width))])
  return undefined
}

/** By width and lowest bit: what was extracted of a term. Without it every way through a shared term would be gone anew. */
const extracted = new Map<number, Map<number | string | bigint, Term>>()

function extraction(a: Term, width: number, lo: number): Term | undefined {
  if (a.op !== 'ite' && a.op !== 'bvand' && a.op !== 'bvor' && a.op !== 'bvxor') return partOf(a, width, lo)
  let table = extracted.get(width * 4096 + lo)
  if (table === undefined) extracted.set(width * 4096 + lo, table = new Map())
  const known = table.get(a.id)
  if (known !== undefined) return known
  const found = partOf(a, width, lo)
  if (found !== undefined) remember(table, a.id, found)
  return found
}

function partOf(a: Term, width: number, lo: number): Term | undefined {
  const hi = lo + width - 1
  if (lo === 0 && width === a.width) return a
  if (isConst(a)) return constant(width, a.value >> BigInt(lo))
  const part = (t: Term): Term => again('extract', width, [t], BigInt(lo))
  switch (a.op) {
    case 'extract': return again('extract', width, [a.args[0]!], a.value + BigInt(lo))
    case 'concat': {
      const [h, l] = a.args as [Term, Term]
      if (hi < l.width) return part(l)
      if (lo >= l.width) return again('extract', width, [h], BigInt(lo - l.width))
      return undefined
    }
    case 'zext': {
      const inner = a.args[0]!
      if (hi < inner.width) return part(inner)
      if (lo >= inner.width) return constant(width, 0n)
      return again('zext', width, [again('extract', inner.width - lo, [inner], BigInt(lo))])
    }
    case 'sext': return hi < a.args[0]!.width ? part(a.args[0]!) : undefined
    case 'bvnot': return again('bvnot', width, [part(a.args[0]!)])
    case 'bvand': case 'bvor': case 'bvxor': return again(a.op, width, [part(a.args[0]!), part(a.args[1]!)])
    case 'ite': return again('ite', width, [a.args[0]!, part(a.args[1]!), part(a.args[2]!)])
    case 'bvadd': case 'bvsub': return lo === 0 ? again(a.op, width, [part(a.args[0]!), part(a.args[1]!)]) : undefined
    case 'bvshl': return a.value <= BigInt(lo) ? again('extract', width, [a.args[0]!], BigInt(lo) - a.value) : BigInt(hi) < a.value ? constant(width, 0n) : undefined
    case 'bvlshr': return BigInt(hi) + a.value < BigInt(a.width) ? again('extract', width, [a.args[0]!], BigInt(lo) + a.value) : undefined
    default: return undefined
  }
}
