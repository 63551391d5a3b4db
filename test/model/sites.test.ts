/** The model takes, at every site and on every judged kernel, the side that the table says. */
import { expect } from 'chai'
import { allKernels, asks } from '../../model/index.js'
import { judged, sideOf, sites } from '../data/sites.js'
import { fakeTask, kernel, task, truth } from './help.js'

describe('sites of the model, for an AArch64 task in a 32-bit call', () => {
  for (const name of judged) {
    const k = kernel(name)
    for (const row of sites) {
      const side = sideOf(row, name)
      if (side === 'absent' && row.since !== undefined) continue
      it(`${name} ${row.site}: ${side}`, () => {
        if (row.site === 'invoke_syscall' && side === 'absent') expect(k.truncatesResult).to.equal(false)
        else if (row.site === 'erratum_1418040_thread_switch' && side === 'absent') expect(k.erratum1418040At).to.equal('kernel_exit')
        else expect(truth(asks(k, row.site, fakeTask()))).to.equal(side === 32)
        if (row.afterTheFlagFell !== undefined) expect(truth(asks(k, row.site, task(64))), 'after the flag fell').to.equal(false)
      })
    }
  }
  it('every site of the model is in the table once, and only those', () => {
    expect(sites.map((r) => r.site).sort()).to.deep.equal(Object.keys(kernel('v5.11').sites).sort())
    expect(new Set(sites.map((r) => r.site)).size).to.equal(sites.length)
  })
})

describe('sites of the model, for ordinary tasks', () => {
  const names = ['v5.11', 'v6.1', 'v6.12', 'v7.3', ...judged, 'rfc-v2-unguarded']
  for (const name of names) {
    it(`${name}: AArch32 tasks take the AArch32 side everywhere, AArch64 tasks outside 32-bit calls nowhere`, () => {
      const k = kernel(name)
      for (const { site } of sites) {
        // v4: the flag is set for every 32-bit task from exec on
        expect(truth(asks(k, site, task(32, { compat_call: k.flag.setFor32 }))), site).to.equal(true)
        // the refusal of compat sigreturn is v4's only
        const admitted = site === 'compat sigreturn: refuse unless' && !name.startsWith('v4-series')
        expect(truth(asks(k, site, task(64))), site).to.equal(admitted)
      }
    })
  }
  it('mainline has no flag to ask', () => {
    for (const { site } of sites) expect(truth(asks(kernel('v5.11'), site, fakeTask())), site).to.equal(site === 'compat sigreturn: refuse unless')
  })
  it('rfc-v2-unguarded takes the AArch32 side wherever rfc-v2 asks one of the two predicates', () => {
    for (const { site } of sites) expect(truth(asks(kernel('rfc-v2-unguarded'), site, fakeTask())), site).to.equal(!['STACK_RND_MASK', 'TASK_SIZE'].includes(site))
  })
})

/** The predicates: asm/compat.h, include/linux/compat.h of each kernel, on every combination of the flag and TIF_32BIT. */
describe('is_compat_task, is_aarch32_compat_task, in_compat_syscall', () => {
  // tasks: neither, TIF_32BIT, the flag, both
  const tasks = [task(64), task(32), fakeTask(), task(32, { compat_call: true })]
  const [no, tif, flag, either] = [[false, false, false, false], [false, true, false, true], [false, false, true, true], [false, true, true, true]]
  const table = {
    'v5.11': [tif, tif, tif], 'v5.4': [tif, tif, tif], 'v6.1': [tif, tif, tif], 'v6.12': [tif, tif, tif], 'v7.3': [tif, tif, tif],
    'rfc-v2@v6.12': [either, tif, either], 'tango32-module': [either, either, either], 'tango@v6.12': [either, tif, either], 'v4-series@v6.12': [tif, tif, flag], 'rfc-v2': [either, tif, either], 'tango-v5.4': [either, tif, either], 'v4-series': [tif, tif, flag], 'rfc-v2-unguarded': [either, tif, either],
  }
  for (const [name, [compat, aarch32, syscall]] of Object.entries(table)) {
    it(name, () => {
      const p = kernel(name).predicates
      expect(tasks.map((t) => truth(p.is_compat_task(t)))).to.deep.equal(compat)
      expect(tasks.map((t) => truth(p.is_aarch32_compat_task(t)))).to.deep.equal(aarch32)
      expect(tasks.map((t) => truth(p.in_compat_syscall(t)))).to.deep.equal(syscall)
      expect([tasks.map((t) => truth(p.never(t))), tasks.map((t) => truth(p.always(t)))]).to.deep.equal([no, no!.map((b) => !b)])
    })
  }
})

describe('the per-call flag', () => {
  it('is set for every 32-bit task by v4 alone (patch 6, COMPAT_SET_PERSONALITY)', () => {
    expect(allKernels.filter((k) => k.flag.setFor32).map((k) => k.name)).to.deep.equal(['v4-series', 'v4-series@v6.12'])
  })
})
