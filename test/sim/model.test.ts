/** Simulator against model: the whole state after every event of random runs. `npm run soak` does the same for as long as one likes. */
import { expect } from 'chai'
import { describeEvent } from '../../trace/events.js'
import { soak } from './soak.js'

const EVENTS = Number(process.env['SOAK_EVENTS'] ?? 10_000)
const fresh = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)

describe('simulator and model agree on random runs', () => {
  for (const seed of [1, fresh]) {
    it(`SEED=${seed}, ${EVENTS} events`, () => {
      const result = soak(seed, EVENTS)
      const text = result.found.map((f) => `${f.kernel}, run ${f.run}: ${describeEvent(f.event)}: ${typeof f.differences === 'string' ? f.differences : f.differences.slice(0, 5).map((d) => `${d.path}: simulator ${d.from.toString(16)}, model ${d.to.toString(16)}`).join('; ')}`)
      expect(text).to.deep.equal([])
      for (const kind of ['svc', 'irq', 'user', 'sigreturn', 'rt_sigreturn', 'ptrace', 'clone', 'execve', 'ni', 'other', 'leave', 'signal', 'restart', 'eret', 'switch', 'stop', 'resume']) {
        expect(result.counts.get(`same ${kind}`) ?? 0, kind).to.be.greaterThan(0)
      }
    })
  }
})
