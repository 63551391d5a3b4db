import { expect } from 'chai'
import fc from 'fast-check'
import { and, bit, boolVar, bv, bvadd, bvand, bvor, bvVar, bvxor, clear, eq, extract, iff, implies, is, ite, ne, not, or, ult, zext } from '../../model/terms/build.js'
import { compileHalves } from '../../model/terms/compile-halves.js'
import { propagate } from '../../model/terms/propagate.js'
import type { Bool, BV } from '../../model/terms/term.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9)
const x = bvVar(5, 'x')
const y = bvVar(5, 'y')
const p = boolVar('p')
const inputs = [x, y, p].map((v) => ({ name: v.name, width: v.width }))

const variable = fc.constantFrom(x, y)
const five = fc.nat(31)
const vector: fc.Arbitrary<BV<5>> = fc.oneof(variable, fc.tuple(variable, five, fc.constantFrom(bvand, bvor, bvxor, bvadd)).map(([v, c, op]) => op(v, bv(5, c))),
  fc.tuple(variable, variable, fc.constantFrom(bvand, bvadd)).map(([a, b, op]) => op(a, b)), fc.tuple(variable, five).map(([v, c]) => ite(p, v, bv(5, c))),
  fc.tuple(variable, variable).map(([v, w]) => ite(bit(2, w), v, w)), fc.tuple(variable, fc.nat(2)).map(([v, lo]) => zext(5, extract(lo + 2, lo, v))))
/** What says something outright of some bits, and what only uses them. */
const fact: fc.Arbitrary<Bool> = fc.oneof(fc.constantFrom(p, not(p)), fc.tuple(variable, fc.nat(4), fc.boolean()).map(([v, n, set]) => set ? bit(n, v) : not(bit(n, v))),
  fc.tuple(variable, five).map(([v, m]) => clear(v, BigInt(m))), fc.tuple(variable, five, five).map(([v, m, c]) => is(bvand(v, bv(5, m)), c)),
  fc.tuple(variable, fc.nat(2), fc.nat(7)).map(([v, lo, c]) => is(extract<3>(lo + 2, lo, v), c)), fc.tuple(vector, five).map(([v, c]) => is(v, c)))
const use: fc.Arbitrary<Bool> = fc.tuple(vector, vector, fc.constantFrom(eq, ne, ult)).map(([a, b, op]) => op(a, b))
const assertion = fc.oneof(fact, use, fc.tuple(fact, use, fc.constantFrom(or, and, implies, iff)).map(([a, b, op]) => op(a, b)))

describe(`propagation of known bits (seed ${seed}; SEED=… repeats it)`, () => {
  it('keeps every model, and adds none', () => {
    let satisfiable = 0
    fc.assert(fc.property(fc.array(assertion, { minLength: 2, maxLength: 6 }), (terms) => {
      const run = compileHalves([and(...terms), and(...propagate(terms) as Bool[])], inputs)
      const input = new Uint32Array(6)
      const output = new Uint32Array(4)
      let models = 0
      for (let n = 0; n < 2048; n++) {
        input[0] = n & 31
        input[2] = n >> 5 & 31
        input[4] = n >> 10
        run(input, output)
        if (output[0] !== output[2]) expect.fail(`x ${input[0]}, y ${input[2]}, p ${input[4]}: ${output[0]} before, ${output[2]} after`)
        models += output[0]!
      }
      if (models > 0) satisfiable++
    }), { numRuns: 600, seed })
    expect(satisfiable).to.be.greaterThan(60)
  })
})
