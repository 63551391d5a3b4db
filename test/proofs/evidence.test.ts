import { expect } from 'chai'
import fc from 'fast-check'
import { and, bit, boolVar, bv, bvadd, bvand, bvor, bvVar, bvxor, clear, eq, extract, implies, is, ne, not, or, plainly, ult, xor, zext } from '../../model/terms/build.js'
import { evaluate } from '../../model/terms/evaluate.js'
import type { Bool } from '../../model/terms/term.js'
import { certificate, crossCheck, exhaustive, secondSolvers } from '../../proofs/evidence/index.js'
import { onPath } from '../../proofs/solvers/index.js'
import { Sat } from '../../proofs/solvers/sat/sat.js'
import { clausesOf } from '../../proofs/evidence/certificate.js'
import { assignment, build, recipe } from '../terms/arbitrary.js'

const x = bvVar(16, 'x')
const y = bvVar(8, 'y')
const p = boolVar('p')
/** Addition is the exclusive or plus the carries: true, and not seen by rewriting. */
const carries = (): Bool => ne(bvadd(zext(17, x), zext(17, y)), bvadd(bvxor(zext(17, x), zext(17, y)), bvadd(bvand(zext(17, x), zext(17, y)), bvand(zext(17, x), zext(17, y)))))
const unsatisfiable: { readonly [what: string]: () => Bool[] } = {
  'a sum by its carries': () => [carries()],
  'an order both ways': () => [ult(x, zext(16, y)), not(ult(x, zext(16, y))), p],
  'a bit set and clear': () => [bit(3, x), clear(x, 0x18n)],
  'false': () => [not(or(p, not(p)))],
}
const satisfiable: { readonly [what: string]: () => Bool[] } = {
  'one value in 2^25': () => [is(bvxor(x, zext(16, y)), 0xbeef), is(y, 0x5a), p],
  'many': () => [ult(zext(16, y), x), implies(p, bit(0, x))],
}

describe('second solver', function () {
  this.timeout(600_000)
  const queries = [...Object.values(unsatisfiable).map((f) => ({ plain: plainly(f), verdict: 'unsat' as const })), ...Object.values(satisfiable).map((f) => ({ plain: plainly(f), verdict: 'sat' as const }))]
  it('agrees', async function () {
    if (secondSolvers('embedded').length === 0) this.skip()
    expect(await crossCheck(queries)).to.deep.equal(queries.map(() => 'climbed'))
  })
  it('fails where the verdict is another', async function () {
    if (secondSolvers('embedded').length === 0) this.skip()
    expect(await crossCheck(queries.map((q) => ({ ...q, verdict: q.verdict === 'sat' ? 'unsat' : 'sat' })))).to.deep.equal(queries.map(() => 'failed'))
  })
  it('is of another make than the first', () => {
    expect(secondSolvers('embedded', () => true)).to.deep.equal(['boolector', 'cvc5'])
    expect(secondSolvers('cvc5', () => true)).to.deep.equal(['boolector', 'z3', 'embedded'])
    expect(secondSolvers('embedded', (s) => s === 'z3' || s === 'embedded')).to.deep.equal([])
  })
  it('is not climbed where nobody knows in time', async () => {
    const w = Array.from({ length: 6 }, (_, i) => bvVar(64, `w${i}`))
    const hard = plainly(() => [is(w.reduce((s, v) => bvadd(bvxor(s, v), bvadd(s, s))), 0x1234_5678_9abc_def0n), ult(w[0]!, w[1]!), ult(w[1]!, w[2]!)])
    const [rung] = await crossCheck([{ plain: hard, verdict: 'sat' }], { second: ['embedded'], timeoutMs: 5 })
    expect(rung).to.match(/^not climbed: embedded: /)
  })
  it('is not climbed without one', async () => {
    const path = process.env['PATH']
    process.env['PATH'] = ''
    try { expect(await crossCheck(queries.slice(0, 1))).to.deep.equal(['not climbed: neither boolector nor cvc5 is on the PATH']) } finally { process.env['PATH'] = path }
  })
})

describe('exhaustion', function () {
  this.timeout(600_000)
  for (const [what, f] of Object.entries(unsatisfiable)) it(`refutes: ${what}`, async () => { expect(await exhaustive(plainly(f), 'unsat')).to.equal('climbed') })
  for (const [what, f] of Object.entries(satisfiable)) it(`finds: ${what}`, async () => { expect(await exhaustive(plainly(f), 'sat', { jobs: 2 })).to.equal('climbed') })
  it('fails where the verdict is another', async () => {
    expect(await exhaustive(plainly(satisfiable['one value in 2^25']!), 'unsat')).to.equal('failed')
    expect(await exhaustive(plainly(unsatisfiable['a bit set and clear']!), 'sat')).to.equal('failed')
  })
  it('is not climbed where the input is too wide, a term too wide, or the time too short', async () => {
    expect(await exhaustive([eq(bvVar(33, 'w'), bv(33, 1))], 'sat')).to.equal('not climbed: 33 bits of free input')
    expect(await exhaustive(plainly(() => [is(zext(65, y), 1)]), 'sat')).to.equal('not climbed: a term is wider than 64 bits')
    expect(await exhaustive(plainly(() => [ne(bvor(bvVar(32, 'v'), bvVar(32, 'v')), bvVar(32, 'v'))]), 'unsat', { timeoutMs: 50 })).to.match(/^not climbed: 50 ms were not enough/)
  })
})

describe('certificates', function () {
  this.timeout(600_000)
  before(function () { if (onPath('cadical') === undefined) this.skip() })
  for (const [what, f] of Object.entries(unsatisfiable)) it(`${what}: proven, and the proof checked`, async () => { expect(await certificate(plainly(f))).to.equal('climbed') })
  for (const [what, f] of Object.entries(satisfiable)) it(`${what}: there is none`, async () => { expect(await certificate(plainly(f))).to.equal('failed') })
  it('are not climbed without cadical', async () => {
    expect(await certificate(plainly(unsatisfiable['false']!), { cadical: 'no-such-solver' })).to.equal('not climbed: no-such-solver is not on the PATH')
  })
  it('agree with the SAT solver of the smallest witnesses, on random formulas', async () => {
    const formulas = fc.sample(fc.tuple(recipe(0), recipe(0)), { numRuns: 40, seed: 20261122 }).map(([a, b]) => plainly(() => [xor(build(a), build(b)), build(a)]))
    const kinds = { climbed: 0, failed: 0 }
    for (const f of formulas) {
      const cnf = clausesOf(f)
      const sat = new Sat(cnf.variables)
      for (const c of cnf.clauses) sat.add(c)
      const rung = sat.solve() === true ? 'failed' : 'climbed'
      kinds[rung]++
      expect(await certificate(f)).to.equal(rung)
      if (rung === 'climbed') for (let s = 0; s < 20; s++) expect(evaluate(and(...f), assignment(s))).to.equal(false)
    }
    expect(Math.min(kinds.climbed, kinds.failed)).to.be.greaterThan(2)
  })
  it('hold for a field of a wide sum', async () => {
    const w = bvVar(64, 'w')
    expect(await certificate(plainly(() => [ne(extract(31, 0, bvadd(w, bv(64, 1n << 32n))), extract(31, 0, w))]))).to.equal('climbed')
  })
})
