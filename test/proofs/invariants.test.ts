/** Start states: for each kernel the clauses recorded are those that every event keeps, no more and no fewer. */
import { expect } from 'chai'
import { allKernels } from '../../model/index.js'
import { keptClauses } from '../../proofs/invariants.js'
import { putOnce } from '../../proofs/oracle.js'
import { readInvariants } from '../../proofs/recorded.js'
import { SolverPool } from '../../proofs/solvers/index.js'

describe('well-formed start states', () => {
  const pool = new SolverPool()
  const oracle = putOnce(pool)
  after(() => pool.close())
  for (const k of allKernels) {
    it(`${k.name} keeps what is recorded`, async function () {
      this.timeout(600_000)
      const found = await keptClauses(k, oracle)
      expect(found.clauses.map((c) => c.name)).to.deep.equal(readInvariants()[k.name]!.kept)
      expect(found.clauses).to.not.have.length(0)
    })
  }
})
