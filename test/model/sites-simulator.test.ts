/** The simulator, judged by the table that judges the model. */
import { expect } from 'chai'
import { kernelOf } from '../../sim/index.js'
import { afterExec, defaultConfig, type Task } from '../../trace/state.js'
import { judged, sites } from '../data/sites.js'

const fake: Task = { ...afterExec(64, defaultConfig), compat_call: true }

describe('sites of the simulator, for an AArch64 task in a 32-bit call', () => {
  for (const name of judged) {
    for (const row of sites) {
      const { simulator } = row, side = row[name]
      if (simulator === undefined) continue
      it(`${name} ${row.site}: ${side}`, () => {
        const test = kernelOf(name).sites[simulator]
        // a test that the base does not have never takes the AArch32 side
        expect(test(fake)).to.equal(side === 32)
        if (row.afterTheFlagFell !== undefined) expect(test({ ...fake, compat_call: false }), 'after the flag fell').to.equal(false)
      })
    }
  }
  it('every site of the simulator is in the table', () => {
    // v5.12's syscall_trace_enter() asks, too; the table is v5.11's
    const later = ['origX0AfterPtrace']
    expect(sites.flatMap((r) => r.simulator ?? []).sort()).to.deep.equal(Object.keys(kernelOf('v5.11').sites).filter((s) => !later.includes(s)).sort())
  })
})
