import { expect } from 'chai'
import * as b from '../../model/terms/build.js'
import { evaluate, UnboundVariableError } from '../../model/terms/evaluate.js'
import { WidthMismatchError, type BV, type Term } from '../../model/terms/term.js'

const v8 = b.bvVar(8, 'v8')
const v9 = b.bvVar<number>(9, 'v9')
const w8 = b.bvVar<number>(8, 'v8')
const p = b.boolVar('p')
const wrong: { readonly [what: string]: () => Term } = {
  'bvadd of 8 and 9 bits': () => b.bvadd(w8, v9), 'bvand of 8 and 9 bits': () => b.bvand(w8, v9), 'eq of 8 and 9 bits': () => b.eq(w8, v9),
  'ult of 8 and 9 bits': () => b.ult(w8, v9), 'ite of 8 and 9 bits': () => b.ite(p, w8, v9), 'ite on a vector': () => b.ite(v8, v8, v8),
  'not of a vector': () => b.not(v8), 'and with a vector': () => b.and(p, v8), 'bvnot of a Bool': () => b.bvnot(p as BV), 'bvadd of Bools': () => b.bvadd(p as BV, p as BV),
  'iff with a vector': () => b.iff(p, v8), 'xor with a vector': () => b.xor(v8, p), 'concat with a Bool': () => b.concat(v8, p), 'shl of a Bool': () => b.shl(p as BV, 1),
  'extract above the top': () => b.extract(8, 0, v8), 'extract with hi below lo': () => b.extract(2, 3, v8), 'extract below 0': () => b.extract(1, -1, v8),
  'zext to fewer bits': () => b.zext(7, v8), 'sext of a Bool': () => b.sext(8, p), 'a constant that does not fit': () => b.bv(8, 256), 'a negative constant': () => b.bv(8, -1),
  'iteBool with a vector': () => b.iteBool(p, p, v8), 'a shift beyond the width': () => b.shl(v8, 9), 'a shift by a negative distance': () => b.lshr(v8, -1),
}

describe('constructors', () => {
  for (const [what, make] of Object.entries(wrong)) {
    it(`refuse ${what}, simplifying or not`, () => {
      expect(make).to.throw(WidthMismatchError)
      expect(() => b.plainly(make)).to.throw(WidthMismatchError)
    })
  }
  it('name the operator and the widths', () => {
    expect(wrong['bvadd of 8 and 9 bits']).to.throw(WidthMismatchError, 'bvadd: widths 8 and 9 do not fit').with.property('code', 'E_WIDTH_MISMATCH')
  })
  it('give the same object for the same parts', () => {
    expect(b.bvadd(v8, b.bv(8, 3))).to.equal(b.bvadd(b.bvVar(8, 'v8'), b.bv(8, 3n)))
    expect(b.bvVar(8, 'v8')).not.to.equal(b.bvVar(8, 'w8'))
    expect(b.bvVar(7, 'v8')).not.to.equal(v8)
  })
  it('do nothing on their own when told so, and simplify again afterwards, even after an exception', () => {
    expect(b.plainly(() => b.not(b.not(p))).op).to.equal('not')
    expect(() => b.plainly(() => { throw new Error('stop') })).to.throw('stop')
    expect(b.not(b.not(p))).to.equal(p)
  })
  it('evaluation refuses a variable without a value', () => {
    expect(() => evaluate(p, () => undefined)).to.throw(UnboundVariableError, 'variable p has no value')
  })
})
