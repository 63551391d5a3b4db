/** `npm run bench`: what the simulator does in a second. `npm run sweep` and `npm run soak` measure the rest. */
import { cpus } from 'node:os'
import { soak } from '../test/sim/soak.js'
import { roundTrips } from './round-trip.js'
import { sweep, sweepInC } from './sweep.js'

console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}`)
console.log('system call round trips, one core, per second of CPU time (goal: 1,000,000)')
for (const r of roundTrips()) console.log(`  ${String(r.perSecond).padStart(9)}  ${r.name}`)

const used = process.cpuUsage()
const soaked = soak(1, 40_000)
const spent = process.cpuUsage(used)
console.log(`soak: ${Math.round(soaked.events / ((spent.user + spent.system) / 1e6))} events per second of CPU time, compilation of the model included`)

const bits = 26
const ours = await sweep(bits, 1), c = sweepInC(bits, 1)
const ns = (t: { cpu: number, words: number }): string => `${(t.cpu / t.words).toFixed(1)} ns a word`
console.log(`sweep of 2^${bits} words, one thread, CPU time: ${ns(ours)}${c === null ? '; C: not measured (no cc)' : `; C ${ns(c)}; ratio ${(ours.cpu / c.cpu).toFixed(1)} (goal: at most 4)`}`)
