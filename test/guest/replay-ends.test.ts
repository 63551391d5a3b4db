import { expect } from 'chai'
import { replayOnGuest, stopGuests } from '../../guest/index.js'
import { guestOrSkip } from '../../guest/ready.js'
import { ends, kernel, withWrongEnd } from './ends.js'

describe('a replay that ends inside the kernel', () => {
  for (const [name, trace, wrong] of ends) {
    it(`${name} is seen`, async function () {
      if (!await guestOrSkip(kernel)) return this.skip()
      expect(await replayOnGuest(trace)).to.deep.equal({ outcome: 'climbed' })
      expect((await replayOnGuest(withWrongEnd(trace, wrong))).outcome).to.equal('failed')
    })
  }
  after(() => stopGuests())
})
