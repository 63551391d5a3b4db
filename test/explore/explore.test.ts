/** The search finds what is known to be broken, and nothing where nothing is. */
import { expect } from 'chai'
import { explore, findingsOf, principles, speaksOf, type Finding } from '../../explore/index.js'
import { allKernels } from '../../model/kernels/index.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { replay } from '../../sim/index.js'

describe('explore', function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 2 })
  after(() => pool.close())
  const find = async (principle: string, ...names: string[]): Promise<Finding[]> => {
    const found = await explore(principles.filter((p) => p.name === principle), allKernels.filter((k) => names.includes(k.name)), pool,
      { all: allKernels, timeoutMs: 60_000, budgetMs: 200_000, jobs: 3 })
    expect(found.unknown).to.deep.equal([])
    return findingsOf(found.violations, [], speaksOf)
  }

  it('finds every way in which a per-call flag outlives its call', async () => {
    const found = await find('call-flag', 'v5.11', 'rfc-v2', 'v4-series')
    expect(found.map((f) => [f.events[0], f.kernels.join(' ')])).to.deep.equal([
      ['after an early return for a pending tag check fault', 'rfc-v2'],
      ['after execve 32', 'v4-series'],
      ['in a forked child', 'rfc-v2 v4-series'],
    ])
    for (const f of found) {
      expect(f.traces[0]!.start, f.id).to.equal('exec')
      for (const t of f.traces) expect(replay(t), f.id).to.deep.equal({ ok: true })
    }
    expect(found[0]!.needs).to.deep.equal(['mte'])
  })

  it('finds stale TLS after exec and what a compat frame takes from the stack', async () => {
    const found = await find('from-user', 'v5.11', 'rfc-v2')
    const fields = new Set(found.flatMap((f) => f.fields))
    expect([...fields]).to.include.members(['TPIDRRO_EL0', 'access to CNTVCT', 'V16..V31'])
    expect(found.find((f) => f.fields.includes('V16..V31'))!.kernels).to.deep.equal(['rfc-v2'])
  })

  it('tells as new what no judgement speaks of', async () => {
    const found = await explore(principles.filter((p) => p.name === 'call-flag'), allKernels.filter((k) => k.name === 'rfc-v2'), pool, { all: allKernels, timeoutMs: 60_000, budgetMs: 200_000, jobs: 3 })
    const judged = [{ principle: 'call-flag', events: ['in a forked child', 'in a child of clone3'], verdict: 'confirmed', note: 'thread_info is copied' }]
    const findings = await findingsOf(found.violations, judged, speaksOf)
    expect(findings.map((f) => f.unjudged.length)).to.deep.equal([1, 0])
    expect((await findingsOf(found.violations, [{ ...judged[0]!, kernels: ['v4-series'] }], speaksOf)).every((f) => f.unjudged.length > 0)).to.equal(true)
  })
})
