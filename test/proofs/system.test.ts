/** The transition system: its invariant is base and step; what rests on a clause that is neither is not `holds`. */
import { expect } from 'chai'
import { kernels, type Kernel } from '../../model/index.js'
import { claims } from '../../proofs/claims/index.js'
import { decide, Questions, type Decision } from '../../proofs/decide.js'
import { putOnce, type Oracle } from '../../proofs/oracle.js'
import { readInvariants, recordedClauses } from '../../proofs/recorded.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { modelHash, recordedInduction } from '../../proofs/system/hash.js'
import { inductive, proveInduction } from '../../proofs/system/induction.js'
import { initialStates } from '../../proofs/system/initial.js'
import { grounded, reachOf, universal } from '../../proofs/system/reach.js'
import { clauses, type Clause } from '../../proofs/well-formed.js'

const named = (...names: string[]): Clause[] => clauses.filter((c) => names.includes(c.name))
const kernel = (name: string): Kernel => kernels.find((k) => k.name === name)!

describe('transition system', function () {
  this.timeout(600_000)
  const pool = new SolverPool()
  const oracle: Oracle = putOnce(pool)
  after(() => pool.close())
  const v511 = kernel('v5.11')
  const kept = (k: Kernel): readonly Clause[] => recordedClauses(k, readInvariants())!

  it('the recorded clauses are inductive: all obligations refuted', async () => {
    const i = await proveInduction(v511, kept(v511), oracle)
    expect(i.open).to.deep.equal([])
    expect(i.put).to.be.greaterThan(5)
  })

  it('a clause that an event breaks is open at that event, and at no other', async () => {
    const i = await proveInduction(v511, [...kept(v511), ...named('tpidrro-zero')], oracle)
    expect(inductive(i)).to.equal(false)
    expect(i.open.map((o) => o.at)).to.deep.equal(['switch'])
    expect(i.open[0]!.clauses).to.include('tpidrro-zero')
  })

  it('a clause that does not hold after exec is open there', async () => {
    const v4 = kernel('v4-series')
    const i = await proveInduction(v4, named('no-call-flag'), oracle)
    expect(i.open.map((o) => o.at)).to.include('exec: 32-bit')
  })

  it('a clause that needs another is open without it', async () => {
    const alone = await proveInduction(v511, named('call-of-its-width'), oracle)
    expect(alone.open.map((o) => o.at)).to.include('svc')
    expect(inductive(await proveInduction(v511, named('call-of-its-width', 'pstate-of-its-width', 'unblockable', 'table-in-calls', 'stopped-at-a-stop'), oracle))).to.equal(true)
  })

  describe('a verdict', () => {
    const claim = claims.find((c) => c.id === 'tls/writes-guarded')!
    const decided = (k: Kernel, assumed: readonly Clause[]): Promise<Decision> => decide(claim, k, 'any', oracle, new Questions(() => assumed), { kept: () => assumed })

    it('of all runs names the clauses it assumed, and stands where they are inductive', async () => {
      const k = kernel('rfc-v2')
      const d = await decided(k, kept(k))
      expect([d.verdict, universal(d)]).to.deep.equal(['holds', true])
      const i = await proveInduction(k, kept(k), oracle)
      const g = grounded(d, i)
      expect(g.verdict).to.equal('holds')
      expect(reachOf(g, i)).to.deep.equal({ runs: 'any length', clauses: kept(k).map((c) => c.name), tasks: 'any number of tasks and CPUs', induction: 'decided' })
    })
    it('that assumes a clause which is not inductive is unknown, and says which', async () => {
      const k = kernel('rfc-v2')
      const assumed = [...kept(k), ...named('tpidrro-zero')]
      const g = grounded(await decided(k, assumed), await proveInduction(k, assumed, oracle))
      expect(g.verdict).to.equal('unknown')
      expect(g.reason).to.match(/^it rests on .*tpidrro-zero.*, not shown to be kept at switch/)
      expect(g.traces).to.deep.equal([])
    })
    it('that one run shows needs no induction', async () => {
      const k = kernel('rfc-v2-unguarded')
      const d = await decided(k, kept(k))
      expect([d.verdict, universal(d), d.rests]).to.deep.equal(['fails', false, []])
      const i = await proveInduction(k, [...kept(k), ...named('tpidrro-zero')], oracle)
      const g = grounded(d, i)
      expect(g.verdict).to.equal('fails')
      expect(reachOf(g, i)).to.include({ runs: 'one', start: 'exec' })
    })
  })

  it('a record is taken for the model it was made of, and these very clauses', () => {
    const record = { sha256: '', kept: { 'v5.11': kept(v511).map((c) => c.name) } }
    expect(recordedInduction(v511, kept(v511), record)).to.include({ by: 'recorded', put: 0 })
    expect(recordedInduction(v511, [...kept(v511), ...named('tpidrro-zero')], record)).to.equal(undefined)
    expect(recordedInduction(v511, kept(v511).slice(1), record)).to.equal(undefined)
    expect(recordedInduction(kernel('rfc-v2'), kept(v511), record)).to.equal(undefined)
    expect(recordedInduction(v511, kept(v511), undefined)).to.equal(undefined)
    expect(modelHash()).to.match(/^[0-9a-f]{64}$/)
  })

  it('has every configuration among its initial states: what exec takes from it is set, the rest free', () => {
    const all = initialStates(v511)
    expect(all).to.have.length(32)
    expect(new Set(all.map((i) => i.name)).size).to.equal(32)
    for (const i of all) expect(i.when.op).to.equal(i.bits.includes(32) ? 'var' : 'true')
  })
})
