/**
 * `npm run bench [-- --bits N --jobs N]`: what the simulator does in a second: round trips, events of the soak, and the sweep beside the same in C.
 * `--bits 32` sweeps all low words (about three minutes of CPU); without it 2^26 of them. `npm run sweep` and `npm run soak` do the work itself.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { soak } from '../test/sim/soak.js'
import { roundTrips } from './round-trip.js'
import { sweep, sweepInC } from './sweep.js'

const { values } = parseArgs({ options: { bits: { type: 'string', default: '26' }, jobs: { type: 'string', default: '1' } } })
const bits = Number(values.bits), jobs = Number(values.jobs)
if (!Number.isInteger(bits) || bits < 1 || bits > 32 || !Number.isInteger(jobs) || jobs < 1) {
  console.error('bench: --bits is a number from 1 to 32, --jobs a number of threads')
  process.exit(2)
}
console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`)
console.log('system call round trips, one core, per second of CPU time (goal: 1,000,000)')
for (const r of roundTrips()) console.log(`  ${String(r.perSecond).padStart(9)}  ${r.name}`)

const used = process.cpuUsage()
const soaked = soak(1, 40_000)
const spent = process.cpuUsage(used)
console.log(`soak: ${Math.round(soaked.events / ((spent.user + spent.system) / 1e6))} events per second of CPU time, compilation of the model included`)

const ours = await sweep(bits, jobs), c = sweepInC(bits, jobs)
const ns = (t: { cpu: number, words: number }): string => `${(t.cpu / t.words).toFixed(1)} ns a word`
console.log(`sweep of 2^${bits} words, ${jobs === 1 ? 'one thread' : `${jobs} threads`}, CPU time: ${ns(ours)}${c === null ? '; C: not measured (no cc)' : `; C ${ns(c)}; ratio ${(ours.cpu / c.cpu).toFixed(1)} (goal: at most 4)`}; ${ours.differences} differences`)
