import { expect } from 'chai'
import fc from 'fast-check'
import { plainly } from '../../model/terms/build.js'
import { evaluate } from '../../model/terms/evaluate.js'
import { topological } from '../../model/terms/term.js'
import { anyRecipe, assignment, build } from './arbitrary.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)

describe(`simplification (seed ${seed}; SEED=… repeats it)`, () => {
  it('keeps the value', () => {
    fc.assert(fc.property(anyRecipe, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (r, seeds) => {
      const simplified = build(r)
      const plain = plainly(() => build(r))
      expect(simplified.width).to.equal(plain.width)
      for (const s of seeds) {
        const env = assignment(s)
        expect(evaluate(simplified, env)).to.equal(evaluate(plain, env))
      }
    }), { numRuns: 3000, seed })
  })
  it('never makes a term larger', () => {
    fc.assert(fc.property(anyRecipe, (r) => {
      const simplified = topological([build(r)]).length
      // a comparison of constants through zext, ite or extract may need a new constant or gate for each that it removes
      expect(simplified).to.be.at.most(2 * topological([plainly(() => build(r))]).length + 2)
    }), { numRuns: 300, seed })
  })
  it('makes the same term every time', () => {
    fc.assert(fc.property(anyRecipe, (r) => { expect(build(r)).to.equal(build(r)) }), { numRuns: 300, seed })
  })
})
