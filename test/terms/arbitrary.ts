/** Random terms of all operators, and random assignments. A recipe is plain data, so that it can be built twice: plainly and simplified. */
import fc from 'fast-check'
import * as b from '../../model/terms/build.js'
import type { Value } from '../../model/terms/evaluate.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'

export type Recipe = { readonly op: string, readonly width: number, readonly args: readonly Recipe[], readonly n: number }
export const widths = [1, 2, 3, 5, 8, 16, 32, 64, 65] as const

const two = ['bvand', 'bvor', 'bvxor', 'bvadd', 'bvsub'] as const
const compare = ['eq', 'ne', 'bvult', 'bvule', 'bvslt', 'bvsle'] as const
const junction = ['and', 'or'] as const

/** Interesting constants of a width: all zeros, all ones, one bit, few bits, a run of ones. */
function constant(width: number): fc.Arbitrary<bigint> {
  const all = (1n << BigInt(width)) - 1n
  return fc.oneof(fc.constantFrom(0n, all, 1n, 1n << BigInt(width - 1)), fc.nat(width - 1).map((i) => 1n << BigInt(i)),
    fc.tuple(fc.nat(width), fc.nat(width)).map(([i, j]) => ((1n << BigInt(i)) - 1n) ^ ((1n << BigInt(j)) - 1n)), fc.bigInt({ min: 0n, max: all }))
}

const made = new Map<string, fc.Arbitrary<Recipe>>()
/** A recipe of a width; width 0 is Bool. Few variables, so that equal subterms meet. */
export function recipe(width: number, depth = 3): fc.Arbitrary<Recipe> {
  const key = `${width} ${depth}`
  const known = made.get(key) ?? newRecipe(width, depth)
  made.set(key, known)
  return known
}

function newRecipe(width: number, depth: number): fc.Arbitrary<Recipe> {
  const make = (op: string, args: readonly Recipe[], n = 0, w = width): Recipe => ({ op, width: w, args, n })
  const leaf = fc.oneof(fc.nat(1).map((n) => make('var', [], n)),
    width === 0 ? fc.nat(1).map((n) => make('constant', [], n)) : constant(width).map((v) => ({ ...make('constant', []), value: v })))
  if (depth <= 0) return leaf
  const sub = (w: number): fc.Arbitrary<Recipe> => recipe(w, depth - 1)
  const some = fc.constantFrom(...widths)
  const ite = fc.tuple(sub(0), sub(width), sub(width)).map((args) => make('ite', args))
  if (width === 0) {
    return fc.oneof(leaf, ite, sub(0).map((a) => make('not', [a])),
      fc.tuple(fc.constantFrom(...junction), fc.array(sub(0), { maxLength: 4 })).map(([op, args]) => make(op, args)),
      fc.tuple(fc.constantFrom('xor', 'iff'), sub(0), sub(0)).map(([op, x, y]) => make(op, [x, y])),
      some.chain((w) => fc.tuple(fc.constantFrom(...compare), sub(w), sub(w)).map(([op, x, y]) => make(op, [x, y]))))
  }
  const narrower = fc.integer({ min: 1, max: width })
  return fc.oneof(leaf, ite, sub(width).map((a) => make('bvnot', [a])),
    fc.tuple(fc.constantFrom(...two), sub(width), sub(width)).map(([op, x, y]) => make(op, [x, y])),
    fc.tuple(fc.constantFrom('shl', 'lshr'), sub(width), fc.nat(width)).map(([op, x, n]) => make(op, [x], n)),
    fc.tuple(fc.constantFrom('zext', 'sext'), narrower.chain(sub)).map(([op, x]) => make(op, [x])),
    fc.nat(8).chain((above) => fc.nat(8).chain((below) => sub(width + above + below).map((x) => make('extract', [x], below)))),
    ...width === 1 ? [] : [fc.integer({ min: 1, max: width - 1 }).chain((high) => fc.tuple(sub(high), sub(width - high))).map((args) => make('concat', args))])
}

/** The term of a recipe, through the constructors. */
export function build(r: Recipe): Term {
  const args = r.args.map(build)
  const [x, y, z] = args as [BV, BV, BV]
  const w = r.width
  switch (r.op) {
    case 'var': return w === 0 ? b.boolVar(`p${r.n}`) : b.bvVar(w, `v${w}_${r.n}`)
    case 'constant': return w === 0 ? b.bool(r.n === 1) : b.bv(w, (r as Recipe & { value: bigint }).value)
    case 'ite': return w === 0 ? b.iteBool(x as Bool, y as Bool, z as Bool) : b.ite(x as Bool, y, z)
    case 'not': return b.not(x as Bool)
    case 'and': return b.and(...args as Bool[])
    case 'or': return b.or(...args as Bool[])
    case 'xor': return b.xor(x as Bool, y as Bool)
    case 'iff': return b.iff(x as Bool, y as Bool)
    case 'eq': return b.eq(x, y)
    case 'ne': return b.ne(x, y)
    case 'bvult': return b.ult(x, y)
    case 'bvule': return b.ule(x, y)
    case 'bvslt': return b.slt(x, y)
    case 'bvsle': return b.sle(x, y)
    case 'bvnot': return b.bvnot(x)
    case 'bvand': return b.bvand(x, y)
    case 'bvor': return b.bvor(x, y)
    case 'bvxor': return b.bvxor(x, y)
    case 'bvadd': return b.bvadd(x, y)
    case 'bvsub': return b.bvsub(x, y)
    case 'shl': return b.shl(x, r.n)
    case 'lshr': return b.lshr(x, r.n)
    case 'zext': return b.zext(w, x)
    case 'sext': return b.sext(w, x)
    case 'extract': return b.extract(r.n + w - 1, r.n, x)
    case 'concat': return b.concat(x, y)
    default: throw new Error(`no operator ${r.op}`)
  }
}

/** Any recipe: a Bool or a vector. */
export const anyRecipe = fc.constantFrom(0, ...widths).chain((w) => recipe(w))

/** A value for every variable, drawn from a seed: corner cases and anything between. */
export function assignment(seed: number): (name: string, width: number) => Value {
  const values = new Map<string, Value>()
  let state = BigInt(seed) | 1n
  const next = (): bigint => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
    return state >> 16n
  }
  return (name, width) => {
    const known = values.get(name)
    if (known !== undefined) return known
    const all = (1n << BigInt(width)) - 1n
    const any = (next() << 48n | next()) & all
    const made = width === 0 ? (next() & 1n) === 1n : [0n, all, 1n << BigInt(width - 1), any, any, any ^ 1n][Number(next() % 6n)]!
    values.set(name, made)
    return made
  }
}
