import { expect } from 'chai'
import { intrinsics } from '../../lift/intrinsics.js'
import { modelledFunctions } from '../../lift/names.js'

describe('lift: the table of intrinsics', () => {
  it('holds no modelled function: what is proven equal is always read from the source', () => {
    expect(modelledFunctions.filter((f) => intrinsics.has(f))).to.deep.equal([])
  })
  it('says for each name what it means', () => {
    for (const [name, i] of intrinsics) expect(i.meaning.length, name).to.be.greaterThan(0)
  })
})
