/** Is something wrong with the simulator? For mutation: random runs against the model first, then the known answers. Prints who noticed; exit status 1. */
import Mocha from 'mocha'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { soak } from './soak.js'

const result = soak(4, 6000, undefined, undefined, 1)
const unmodelled = [...result.counts].reduce((n, [k, v]) => k.startsWith('not modelled') ? n + v : n, 0)
if (result.found.length > 0) notice('random runs against the model')
// what the model leaves out is a fixed part of these runs; much more of it means that the simulator takes what it should refuse
if (unmodelled > 0.2 * result.events) notice('share of what is not modelled')

const here = fileURLToPath(new URL('.', import.meta.url))
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}
const mocha = new Mocha({ bail: true, timeout: 60_000 })
mocha.reporter(Silent)
for (const f of readdirSync(here)) if (/^(paths|sanitise|kernels|masks|sites|scenarios|timeline)\.test\.js$/.test(f)) mocha.addFile(here + f)
await mocha.loadFilesAsync()
mocha.run((failures) => { if (failures > 0) notice('known answers and scenarios') })

function notice(who: string): never {
  console.log(who)
  process.exit(1)
}
