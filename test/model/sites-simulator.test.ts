/** The simulator, judged by the table that judges the model. */
import { expect } from 'chai'
import { kernelOf } from '../../sim/index.js'
import { afterExec, defaultConfig, type Task } from '../../trace/state.js'
import { judged, sideOf, sites } from '../data/sites.js'

const fake: Task = { ...afterExec(64, defaultConfig), compat_call: true }

describe('sites of the simulator, for an AArch64 task in a 32-bit call', () => {
  for (const name of judged) {
    for (const row of sites) {
      const { simulator } = row, side = sideOf(row, name)
      if (simulator === undefined || side === 'absent' && row.since !== undefined) continue
      it(`${name} ${row.site}: ${side}`, () => {
        const test = kernelOf(name).sites[simulator]
        // a test that the base does not have never takes the AArch32 side
        expect(test(fake)).to.equal(side === 32)
        if (row.afterTheFlagFell !== undefined) expect(test({ ...fake, compat_call: false }), 'after the flag fell').to.equal(false)
      })
    }
  }
  it('every site of the simulator is in the table', () => {
    expect(sites.flatMap((r) => r.simulator ?? []).sort()).to.deep.equal(Object.keys(kernelOf('v5.11').sites).sort())
  })
})
