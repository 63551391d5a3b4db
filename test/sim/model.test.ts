/** Simulator against model: the whole state after every event of random runs. `npm run soak` does the same for as long as one likes. */
import { expect } from 'chai'
import { soak } from './soak.js'
import { findingScenario } from './write-finding.js'

const EVENTS = Number(process.env['SOAK_EVENTS'] ?? 10_000)
const fresh = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)

describe('simulator and model agree on random runs', () => {
  for (const seed of [1, fresh]) {
    it(`SEED=${seed}, ${EVENTS} events; a difference is shrunk to a scenario`, () => {
      const result = soak(seed, EVENTS)
      expect(result.found.slice(0, 2).map((f) => `${findingScenario(f)}`).join('\n')).to.equal('')
      for (const kind of ['svc', 'irq', 'user', 'sigreturn', 'rt_sigreturn', 'ptrace', 'clone', 'execve', 'ni', 'other', 'leave', 'signal', 'restart', 'eret', 'switch', 'stop', 'resume']) {
        expect(result.counts.get(`same ${kind}`) ?? 0, kind).to.be.greaterThan(0)
      }
    })
  }
})
