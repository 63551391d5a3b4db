import { expect } from 'chai'
import * as b from '../../model/terms/build.js'
import { queryText } from '../../model/terms/smtlib.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import { SolverPool } from '../../proofs/solvers/index.js'

/** Terms of every shape that a rule looks for, of one width. */
function shapes(w: number): Term[] {
  const x = b.bvVar(w, 'x')
  const y = b.bvVar(w, 'y')
  const [p, q] = [b.boolVar('p'), b.boolVar('q')]
  const all = (1n << BigInt(w)) - 1n
  const c = b.bv(w, 0x5an & all)
  const d = b.bv(w, 0x33n & all)
  const low = Math.max(1, w >> 1)
  const a = b.bvVar(low, 'a')
  const wide = b.bvVar(w + 3, 'wide')
  return [
    x, y, c, d, b.bv(w, 0), b.bv(w, all), b.bv(w, 1), b.bvnot(x), b.bvand(x, c), b.bvor(x, c), b.bvadd(x, c), b.bvsub(x, y), b.bvxor(x, c),
    b.ite(p, c, d), b.ite(p, c, y), b.ite(p, x, d), b.ite(p, x, y), b.ite(p, b.ite(p, x, y), c), b.ite(b.not(q), x, c),
    b.zext(w, a), b.sext(w, a), b.extract(w, 1, wide), b.extract(w - 1, 0, wide), b.shl(x, low), b.lshr(x, low), b.shl(x, w), b.lshr(x, w),
    ...w === 1 ? [] : [b.concat(b.bvVar(1, 't'), b.bvVar(w - 1, 'r')), b.concat(b.bv(1, 0), b.bvVar(w - 1, 'r')),
      b.concat(b.extract(w - 1, 1, x), b.extract(0, 0, x)), b.zext(w, b.zext(w, b.bvVar(1, 't'))), b.sext(w, b.zext(w - 1, b.bvVar(1, 't')))],
  ]
}
const conditions = (w: number): Bool[] => {
  const [p, q] = [b.boolVar('p'), b.boolVar('q')]
  return [p, q, b.True, b.False, b.not(p), b.and(p, q), b.or(p, q), b.eq(b.bvVar(w, 'x'), b.bvVar(w, 'y')), b.iteBool(p, q, b.True), b.xor(p, q)]
}

type Make = () => Term
/** Every constructor on every combination of shapes: how to make it, so that it can be made plainly and simplified. */
const instances: { readonly [op: string]: (w: number) => Make[] } = {
  ...Object.fromEntries((['bvand', 'bvor', 'bvxor', 'bvadd', 'bvsub', 'eq', 'ult', 'ule', 'slt', 'sle'] as const).map((op) =>
    [op, (w: number): Make[] => shapes(w).flatMap((x) => shapes(w).map((y) => () => b[op](x as BV, y as BV)))])),
  bvnot: (w) => shapes(w).map((x) => () => b.bvnot(x as BV)),
  shl: (w) => shapes(w).flatMap((x) => [0, 1, w].map((n) => () => b.shl(x as BV, n))),
  lshr: (w) => shapes(w).flatMap((x) => [0, 1, w].map((n) => () => b.lshr(x as BV, n))),
  extract: (w) => shapes(w).flatMap((x) => Array.from({ length: w }, (_, lo) => Array.from({ length: w - lo }, (_, n) => () => b.extract(lo + n, lo, x))).flat()),
  concat: (w) => shapes(w).flatMap((x) => shapes(Math.max(1, w - 2)).map((y) => () => b.concat(x, y))),
  zext: (w) => shapes(w).flatMap((x) => [w, w + 1, w + 4].map((to) => () => b.zext(to, x))),
  sext: (w) => shapes(w).flatMap((x) => [w, w + 1, w + 4].map((to) => () => b.sext(to, x))),
  ite: (w) => conditions(w).flatMap((c) => shapes(w).flatMap((x) => shapes(w).slice(0, 18).map((y) => () => b.ite(c, x as BV, y as BV)))),
  not: (w) => conditions(w).map((c) => () => b.not(c)),
  ...Object.fromEntries((['and', 'or', 'xor', 'iff', 'implies'] as const).map((op) =>
    [op, (w: number): Make[] => conditions(w).flatMap((x) => conditions(w).map((y) => () => b[op](x, y)))])),
  iteBool: (w) => conditions(w).flatMap((c) => conditions(w).flatMap((x) => conditions(w).map((y) => () => b.iteBool(c, x, y)))),
}

describe('every rule of the simplifier, by the solver, at widths 1 to 8', function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 2 })
  after(() => pool.close())
  for (const [op, of] of Object.entries(instances)) {
    it(op, async () => {
      let changed = 0
      const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((w) => {
        const different = b.plainly(() => of(w).map((make) => ({ make, plain: make() }))).flatMap(({ make, plain }) => {
          const simplified = make()
          return simplified === plain ? [] : [b.plainly(() => b.not(b.make('eq', 0, [simplified, plain])))]
        })
        changed += different.length
        return different.length === 0 ? undefined : pool.ask({ text: queryText([b.plainly(() => b.or(...different))]) })
      }))
      expect(changed).to.be.greaterThan(0)
      for (const a of answers) if (a !== undefined) expect(a).to.include({ kind: 'unsat' })
    })
  }
})
