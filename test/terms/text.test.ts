import { expect } from 'chai'
import fc from 'fast-check'
import { and, bv, bvadd, bvVar, eq, is, make, not, or, plainly } from '../../model/terms/build.js'
import { evaluate, evaluateAll } from '../../model/terms/evaluate.js'
import { parseQuery, SmtlibError } from '../../model/terms/parse.js'
import { propagate } from '../../model/terms/propagate.js'
import { queryText } from '../../model/terms/smtlib.js'
import { variables, type Bool, type Term } from '../../model/terms/term.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { anyRecipe, assignment, build, recipe } from './arbitrary.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
const equal = (a: Term, b: Term): Bool => make('eq', 0, [a, b])

describe(`SMT-LIB text (seed ${seed}; SEED=… repeats it)`, function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 2 })
  after(() => pool.close())

  it('means to z3 what evaluate.ts says', async () => {
    const batches = fc.sample(fc.tuple(fc.array(anyRecipe, { minLength: 12, maxLength: 12 }), fc.nat()), { numRuns: 40, seed })
    const answers = await Promise.all(batches.map(([recipes, s]) => {
      const env = assignment(s)
      const text = plainly(() => {
        const terms = recipes.map(build)
        const values = evaluateAll(terms, env)
        const fixed = variables(...terms).map((v) => v.width === 0 ? (env(v.name, 0) === true ? v : not(v)) : is(v, env(v.name, v.width) as bigint))
        const wrong = terms.map((t, i) => t.width === 0 ? (values[i] === true ? not(t) : t) : not(is(t, values[i] as bigint)))
        return queryText([...fixed, or(...wrong)])
      })
      return pool.ask({ text })
    }))
    for (const a of answers) expect(a).to.include({ kind: 'unsat' })
  })
  it('is the same for the same term, and read back is the same term', () => {
    fc.assert(fc.property(recipe(0), (r) => {
      const plain = plainly(() => build(r))
      const text = queryText([plain])
      expect(queryText([plainly(() => build(r))])).to.equal(text)
      const back = plainly(() => parseQuery(text))
      expect(back.assertions).to.deep.equal([plain])
      expect(back.variables.map((v) => v.name)).to.deep.equal(variables(plain).map((v) => v.name).sort())
    }), { numRuns: 500, seed })
  })
  it('does not depend on what was built before', () => {
    const text = (): string => queryText([or(eq(bvVar(7, 'late1'), bvadd(bvVar(7, 'late2'), bv(7, 3))), is(bvVar(7, 'late2'), 9))])
    const first = text()
    bvVar(7, 'later')
    expect(text()).to.equal(first)
  })
  it('quotes names that are no simple symbols', () => {
    expect(queryText([is(bvVar(8, 'A.regs[3]'), 1)])).to.equal('(set-logic QF_BV)\n(declare-fun |A.regs[3]| () (_ BitVec 8))\n(assert (= |A.regs[3]| #x01))\n')
  })
  for (const [what, text] of [['a bracket too few', '(assert true'], ['a bracket too many', '(assert true))'], ['an unknown name', '(assert nobody)'],
    ['an unknown operator', '(declare-fun x () (_ BitVec 4)) (assert (= (bvmul x x) x))'], ['an unknown sort', '(declare-fun x () Real)'], ['an unknown command', '(pop 1)']] as const) {
    it(`refuses ${what}`, () => { expect(() => parseQuery(text)).to.throw(SmtlibError) })
  }
})

describe(`propagation of facts (seed ${seed})`, () => {
  it('keeps the models', () => {
    fc.assert(fc.property(fc.array(recipe(0), { minLength: 1, maxLength: 5 }), fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (recipes, seeds) => {
      const terms = recipes.map(build) as Bool[]
      const after = and(...propagate(terms) as Bool[])
      for (const env of seeds.map(assignment)) expect(evaluate(after, env)).to.equal(evaluate(and(...terms), env))
    }), { numRuns: 2000, seed })
  })
  it('has the same models by the solver, too', async () => {
    const pool = new SolverPool({ jobs: 1 })
    const wrong = fc.sample(fc.array(recipe(0), { minLength: 1, maxLength: 4 }), { numRuns: 200, seed }).map((recipes) => {
      const terms = recipes.map(build) as Bool[]
      return plainly(() => not(equal(and(...terms), and(...propagate(terms) as Bool[]))))
    })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => pool.ask({ text: queryText([plainly(() => or(...wrong.slice(20 * i, 20 * i + 20)))]) })))
    await pool.close()
    for (const a of answers) expect(a).to.include({ kind: 'unsat' })
  }).timeout(600_000)
})
