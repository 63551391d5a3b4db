import { expect } from 'chai'
import fc from 'fast-check'
import { boolVar, bvVar, plainly } from '../../model/terms/build.js'
import { compile } from '../../model/terms/compile.js'
import { compileHalves } from '../../model/terms/compile-halves.js'
import { evaluateAll, UnboundVariableError, type Value } from '../../model/terms/evaluate.js'
import { topological, variables, WidthMismatchError } from '../../model/terms/term.js'
import { anyRecipe, assignment, build } from './arbitrary.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
const some = fc.tuple(fc.array(anyRecipe, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.nat())

describe(`compiled terms (seed ${seed}; SEED=… repeats it)`, () => {
  it('on bigint: the value that evaluate.ts says', () => {
    fc.assert(fc.property(some, ([recipes, plain, s]) => {
      const terms = plain ? plainly(() => recipes.map(build)) : recipes.map(build)
      const env = assignment(s)
      const values = new Map<string, Value>(variables(...terms).map((v) => [v.name, env(v.name, v.width)]))
      expect(compile(terms)(values)).to.deep.equal(evaluateAll(terms, env))
    }), { numRuns: 1000, seed })
  })
  it('on 32-bit halves: the same, for up to 64 bits', () => {
    let reached = 0
    fc.assert(fc.property(some, ([recipes, plain, s]) => {
      const terms = plain ? plainly(() => recipes.map(build)) : recipes.map(build)
      const inputs = variables(...terms)
      if (topological(terms).some((t) => t.width > 64)) { expect(() => compileHalves(terms, inputs)).to.throw(WidthMismatchError); return }
      reached++
      const env = assignment(s)
      const input = Uint32Array.from(inputs.flatMap((v) => {
        const n = BigInt(env(v.name, v.width))
        return [Number(n & 0xffffffffn), Number(n >> 32n)]
      }))
      const output = new Uint32Array(2 * terms.length)
      compileHalves(terms, inputs)(input, output)
      expect(terms.map((_, i) => BigInt(output[2 * i]!) | BigInt(output[2 * i + 1]!) << 32n)).to.deep.equal(evaluateAll(terms, env).map(BigInt))
    }), { numRuns: 2000, seed })
    expect(reached).to.be.greaterThan(500)
  })
  it('refuse a variable without a value, or that is no input', () => {
    expect(() => compile([boolVar('p')])(new Map())).to.throw(UnboundVariableError)
    expect(() => compileHalves([bvVar(8, 'x')], [])).to.throw(WidthMismatchError)
    expect(() => compileHalves([bvVar(8, 'x')], [{ name: 'x', width: 9 }])).to.throw(WidthMismatchError)
  })
})
