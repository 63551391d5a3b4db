/** No point of the review is left out: each has a claim or an entry, and every claim and entry that is named is there. */
import { expect } from 'chai'
import { claims } from '../../proofs/claims/index.js'
import { entries } from '../../proofs/entries/index.js'
import { objections } from '../../proofs/objections.js'

const claimIds = claims.map((c) => c.id)
const entryIds = entries.map((e) => e.id)

describe('objections', () => {
  it('has the 22 points of the review and the sentences of v4', () => {
    expect(objections.slice(0, 22).map((o) => o.row)).to.deep.equal(Array.from({ length: 22 }, (_, i) => String(i + 1)))
    expect(objections.slice(22).every((o) => o.row.startsWith('v4-'))).to.equal(true)
    expect(new Set(objections.map((o) => o.row)).size).to.equal(objections.length)
  })
  for (const o of objections) {
    it(`${o.row}: ${o.says}`, () => {
      expect(o.claims.length + o.entries.length).to.be.greaterThan(0)
      expect(claimIds).to.include.members([...o.claims])
      expect(entryIds).to.include.members([...o.entries])
    })
  }
  it('every entry answers a point and names claims that are there', () => {
    expect([...new Set(objections.flatMap((o) => o.entries))].sort()).to.deep.equal([...entryIds].sort())
    for (const e of entries) expect(claimIds).to.include.members([...e.near])
  })
  it('every claim answers a point', () => {
    const answering = new Set(objections.flatMap((o) => o.claims))
    expect(claimIds.filter((id) => !answering.has(id))).to.deep.equal([])
  })
  it('identifiers differ, and a claim that answers another names one that is there', () => {
    expect(new Set([...claimIds, ...entryIds]).size).to.equal(claimIds.length + entryIds.length)
    for (const c of claims) if (c.answers !== undefined) expect(claimIds).to.include(c.answers)
  })
})
