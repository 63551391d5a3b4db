import { expect } from 'chai'
import fc from 'fast-check'
import { plainly } from '../../model/terms/build.js'
import { bitblast } from '../../model/terms/bitblast.js'
import { gateClauses } from '../../model/terms/cnf.js'
import { evaluate } from '../../model/terms/evaluate.js'
import { Sat } from '../../proofs/solvers/sat/sat.js'
import { anyRecipe, assignment, build } from './arbitrary.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)

describe(`bits of terms (seed ${seed}; SEED=… repeats it)`, () => {
  it('have the value that evaluate.ts says, and no other', () => {
    fc.assert(fc.property(anyRecipe, fc.nat(), (r, s) => {
      const term = plainly(() => build(r))
      const env = assignment(s)
      const { circuit, variables, roots } = bitblast([term])
      const cnf = gateClauses(circuit, roots[0]!)
      const sat = new Sat(cnf.variables)
      for (const c of cnf.clauses) sat.add(c)
      for (const [name, gates] of variables) {
        const v = BigInt(env(name, name.startsWith('p') ? 0 : gates.length))
        gates.forEach((g, i) => sat.add([(v >> BigInt(i) & 1n) === 1n ? g : -g]))
      }
      expect(sat.solve()).to.equal(true)
      const value = BigInt(evaluate(term, env))
      expect(roots[0]!.map((l) => sat.model(l))).to.deep.equal(roots[0]!.map((_, i) => (value >> BigInt(i) & 1n) === 1n))
      for (const [i, l] of roots[0]!.entries()) expect(sat.solve([(value >> BigInt(i) & 1n) === 1n ? -l : l])).to.equal(false)
    }), { numRuns: 500, seed })
  })
})
