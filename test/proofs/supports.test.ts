import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { queryText } from '../../model/terms/smtlib.js'
import { allKernels } from '../../model/index.js'
import { putOnce } from '../../proofs/oracle.js'
import { readInvariants, recordedClauses } from '../../proofs/recorded.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { inDoubt, readSupports, supportsPath } from '../../proofs/supports.js'
import { modelHash } from '../../proofs/system/hash.js'
import { refuted, stepObligation, systemOf } from '../../proofs/system/system.js'

describe('what the step of a clause rests on', function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 2 })
  after(() => pool.close())
  const oracle = putOnce(pool)
  const kernel = allKernels.find((k) => k.name === 'rfc-v2')!
  const clauses = recordedClauses(kernel, readInvariants())!

  it('is recorded for this very model', () => {
    expect(existsSync(supportsPath)).to.equal(true)
    const record = JSON.parse(readFileSync(supportsPath, 'utf8')) as { sha256: string, kernels: object }
    expect(record.sha256, 'run node scripts/supports.mjs').to.equal(modelHash())
    expect(Object.keys(record.kernels)).to.include.members(['v5.11', 'rfc-v2', 'v6.1', 'v6.12', 'v7.3'])
  })
  it('suffices: with these clauses alone, the event keeps the clause', async () => {
    const found = readSupports(kernel, clauses)!
    const system = systemOf(kernel)
    let asked = 0
    for (const t of system.transitions) {
      for (const c of clauses) {
        const names = [c.name, ...found.steps[t.name]?.[c.name] ?? []]
        const o = stepObligation(system, t, clauses.filter((x) => names.includes(x.name)), [c])
        if (o === undefined || refuted(o)) continue
        asked++
        expect((await oracle.ask({ text: queryText(o.terms), values: [] })).kind, `${t.name}: ${c.name}`).to.equal('unsat')
      }
    }
    expect(asked).to.be.greaterThan(20)
  })
  it('says which clauses are in doubt once one is gone, and is not used for other clauses', () => {
    const s = readSupports(kernel, clauses)!
    const all = new Set(clauses)
    for (const event of Object.keys(s.steps)) expect(inDoubt(s, event, all)).to.deep.equal([])
    const gone = new Set(clauses.filter((c) => c.name !== 'pstate-of-its-width'))
    const doubted = Object.keys(s.steps).flatMap((event) => inDoubt(s, event, gone).map((c) => c.name))
    for (const [event, steps] of Object.entries(s.steps)) for (const [c, names] of Object.entries(steps)) expect(inDoubt(s, event, gone).some((x) => x.name === c)).to.equal(c !== 'pstate-of-its-width' && names.includes('pstate-of-its-width'), `${event}: ${c}`)
    expect(doubted.length).to.be.lessThan(clauses.length)
    expect(readSupports(kernel, clauses.slice(1))).to.equal(undefined)
  })
})
