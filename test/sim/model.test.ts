/**
 * Simulator against model: the whole state after every event of random runs, over all kernels that both have; 100,000 events of a fixed seed
 * and as many of a fresh one. `npm run soak` does the same for as long as one likes.
 */
import { expect } from 'chai'
import { bothKernels, soak } from './soak.js'
import { findingScenario } from './write-finding.js'

const EVENTS = Number(process.env['SOAK_EVENTS'] ?? 100_000)
const fresh = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)
const kinds = ['svc', 'irq', 'step', 'user', 'sigreturn', 'rt_sigreturn', 'ptrace', 'clone', 'clone3', 'execve', 'mmap', 'tagged_addr', 'ni', 'other', 'leave', 'signal', 'restart', 'die', 'eret', 'switch', 'stop', 'resume', 'seccomp', 'trace_enter', 'trace_exit', 'skip', 'module']

describe('simulator and model agree on random runs', function () {
  // 35 s of CPU for both; how long that takes is the machine's affair
  this.timeout(3_600_000)
  for (const seed of [1, fresh]) {
    it(`SEED=${seed}, ${EVENTS} events on ${bothKernels.length} kernels; a difference is shrunk to a scenario`, () => {
      const result = soak(seed, EVENTS)
      expect(result.found.slice(0, 2).map((f) => `${findingScenario(f)}`).join('\n')).to.equal('')
      expect(result.events).to.be.at.least(EVENTS)
      for (const kind of kinds) expect(result.counts.get(`same ${kind}`) ?? 0, kind).to.be.greaterThan(0)
    })
  }
})
