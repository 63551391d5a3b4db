/**
 * `npm run coverage:sim [-- --events N --seed N]`: which branches of the simulator's kernel paths random runs never take, from V8's own
 * block coverage. Exit status 1 if there is one that docs/simulator.md does not name. `npm run soak` reports the same of its runs.
 */
import { parseArgs } from 'node:util'
import { CoverageMap, report, startCoverage } from './coverage-map.js'

const { values } = parseArgs({ options: { events: { type: 'string', default: '60000' }, seed: { type: 'string', default: '1' } } })
const coverage = await startCoverage()
const { simulatedKernels } = await import('../sim/index.js')
const { alone } = await import('../test/sim/alone.js')
// the simulator's part of what a soak of that seed does, on every kernel
const events = alone(Number(values.seed), Number(values.events), simulatedKernels)
console.log(`seed ${values.seed}, ${events} events on ${simulatedKernels.length} kernels`)
const map = new CoverageMap()
map.add(await coverage.take())
process.exitCode = report(map) === 0 ? 0 : 1
