import { expect } from 'chai'
import { simulatorRuns } from '../../cli/deciding.js'
import { kernels, type Kernel } from '../../model/index.js'
import { claims } from '../../proofs/claims/index.js'
import { decide, Questions, type Decision } from '../../proofs/decide.js'
import { randomRuns } from '../../proofs/evidence/index.js'
import { putOnce } from '../../proofs/oracle.js'
import { readInvariants, recordedClauses } from '../../proofs/recorded.js'
import { SolverPool } from '../../proofs/solvers/index.js'

describe('random runs', function () {
  this.timeout(600_000)
  const pool = new SolverPool({ jobs: 1 })
  after(() => pool.close())
  const invariants = readInvariants()
  const kept = (k: Kernel) => recordedClauses(k, invariants) ?? []
  const decided = (id: string, kernel: string): Promise<Decision> =>
    decide(claims.find((c) => c.id === id)!, kernels.find((k) => k.name === kernel)!, 'any', putOnce(pool), new Questions(kept), { kept })

  it('of what holds find nothing, on runs that reach the situation', async () => {
    expect(randomRuns(await decided('tls/writes-guarded', 'rfc-v2'), kept, simulatorRuns, { runs: 500 })).to.equal('climbed')
    expect(randomRuns(await decided('tls/set-clobbers-tpidrro', 'rfc-v2'), kept, simulatorRuns, { runs: 500 })).to.equal('climbed')
  })
  it('of two runs that are compared, too', async () => {
    expect(randomRuns(await decided('regset/same-as-aarch32-tracer', 'rfc-v2'), kept, simulatorRuns, { runs: 300 })).to.equal('climbed')
  })
  it('on a kernel without the guards find what the verdict denies', async () => {
    const unguarded: typeof simulatorRuns = (_kernel, ...rest) => simulatorRuns('rfc-v2-unguarded', ...rest)
    expect(randomRuns(await decided('tls/set-clobbers-tpidrro', 'rfc-v2'), kept, unguarded, { runs: 2000 })).to.equal('failed')
  })
  it('that do not reach the situation prove nothing', async () => {
    const rung = randomRuns(await decided('tls/writes-guarded', 'rfc-v2'), kept, () => undefined, { runs: 50 })
    expect(rung).to.equal('not climbed: 0 of 50 random runs reach the situation, and none of them shows the opposite')
  })
})
