import { expect } from 'chai'
import { onPath, SolverPool, solverNames, type Answer } from '../../proofs/solvers/index.js'
import { boolVar, bv, bvadd, bvVar, bvxor, eq, is, ne, not, ult, zext } from '../../model/terms/build.js'
import { evaluate } from '../../model/terms/evaluate.js'
import { queryText } from '../../model/terms/smtlib.js'

const x = bvVar(64, 'x')
const y = bvVar(64, 'task 0.pstate')
const p = boolVar('p')
const satisfiable = [ult(x, y), eq(bvadd(x, y), bv(64, 0x1234)), p, ne(x, bv(64, 0))]
const contradiction = [ult(x, y), not(ult(x, y)), is(zext(65, x), 3)]
const holds = (a: Answer): boolean => a.kind === 'sat' && satisfiable.every((t) => evaluate(t, (name) => a.model.get(name)) === true)

for (const solver of solverNames) {
  describe(`solver ${solver}`, function () {
    this.timeout(600_000)
    const pool = new SolverPool({ jobs: 2, solver })
    before(function () { if (solver !== 'embedded' && onPath(solver) === undefined) this.skip() })
    after(() => pool.close())

    it('finds a model that the terms accept', async () => {
      const answer = await pool.ask({ text: queryText(satisfiable) })
      expect(holds(answer), JSON.stringify(answer.kind)).to.equal(true)
      expect(answer.solver).to.equal(solver)
    })
    it('refutes a contradiction', async () => {
      expect(await pool.ask({ text: queryText(contradiction) })).to.include({ kind: 'unsat' })
    })
    it('reads the values asked for, and none when none are', async () => {
      const one = await pool.ask({ text: queryText(satisfiable), values: ['p'] })
      expect(one.kind === 'sat' && [...one.model]).to.deep.equal([['p', true]])
      const none = await pool.ask({ text: queryText(satisfiable), values: [] })
      expect(none.kind === 'sat' && none.model.size).to.equal(0)
    })
    it('answers many at once, each its own', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.ask({ text: queryText([is(x, i)]) })))
      expect(answers.map((a) => a.kind === 'sat' && a.model.get('x'))).to.deep.equal(Array.from({ length: 20 }, (_, i) => BigInt(i)))
    })
    it('says unknown when the time is up, and answers the next one', async () => {
      const wide = Array.from({ length: 8 }, (_, i) => bvVar(64, `w${i}`))
      // sums of exclusive ors, in order: takes most solvers long
      const hard = [eq(wide.reduce((s, w) => bvadd(bvxor(s, w), bvadd(s, w))), bvadd(wide.reduce((s, w) => bvxor(bvadd(s, w), w)), bv(64, 0x1234_5678_9abc_def1n))),
        ...wide.slice(1).map((w, i) => ult(wide[i]!, w)), eq(wide.reduceRight((s, w) => bvadd(bvadd(s, s), bvxor(w, s))), bv(64, 0xfedc_ba98_7654_3211n))]
      const answer = await pool.ask({ text: queryText(hard), timeoutMs: 300 })
      if (answer.kind !== 'sat') expect(answer.kind).to.equal('unknown')
      expect((await pool.ask({ text: queryText(contradiction) })).kind).to.equal('unsat')
    })
    it('says unknown, with a reason, to text it cannot read', async () => {
      const answer = await pool.ask({ text: '(set-logic QF_BV)\n(assert (nonsense))\n' })
      expect(answer.kind).to.equal('unknown')
      expect(answer.kind === 'unknown' && answer.reason).to.match(/error|undefined/)
    })
  })
}
