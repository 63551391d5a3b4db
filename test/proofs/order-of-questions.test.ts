import { expect } from 'chai'
import { kernels } from '../../model/index.js'
import { claims } from '../../proofs/claims/index.js'
import { decide, Questions, type Decision, type Verdict } from '../../proofs/decide.js'
import { putOnce } from '../../proofs/oracle.js'
import { readInvariants, recordedClauses } from '../../proofs/recorded.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { itfText } from '../../trace/itf.js'

describe('order of questions', function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 1 })
  after(() => pool.close())
  const invariants = readInvariants()
  const kept = (k: (typeof kernels)[number]) => recordedClauses(k, invariants)!
  const told = (d: Decision): unknown => ({ verdict: d.verdict, traces: d.traces.map((t) => itfText(t)) })
  const kernel = kernels.find((k) => k.name === 'rfc-v2')!

  for (const id of ['tls/set-tls-unreachable', 'sigreturn/state-lost', 'regset/wrong-layout-conversion', 'tls/flush-clobbers-tpidrro']) {
    const claim = claims.find((c) => c.id === id)!
    it(`${id}: what is expected changes nothing`, async () => {
      const verdicts: (Verdict | null)[] = ['holds', 'fails', null]
      const all = []
      for (const v of verdicts) all.push(told(await decide(claim, kernel, 'any', putOnce(pool), new Questions(kept), { kept, hint: () => v })))
      expect(all[1]).to.deep.equal(all[0])
      expect(all[2]).to.deep.equal(all[0])
    })
    it(`${id}: under the contract alone as after any user space`, async () => {
      const alone = await decide(claim, kernel, 'contract', putOnce(pool), new Questions(kept), { kept })
      const questions = new Questions(kept)
      await decide(claim, kernel, 'any', putOnce(pool), questions, { kept })
      expect(told(await decide(claim, kernel, 'contract', putOnce(pool), questions, { kept }))).to.deep.equal(told(alone))
    })
  }
})
