/**
 * `node notice.js FILE SEED`: is something wrong with the simulator? For mutation: random runs against what the model said of them
 * (`record.ts`), then the known answers and the scenarios. Prints who noticed; exit status 1.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { firstDeviation } from './recorded.js'

const [file, seed] = process.argv.slice(2)
const bytes = readFileSync(file!)
const codes = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
const kernels = JSON.parse(readFileSync(`${file}.kernels`, 'utf8')) as string[]
if (firstDeviation(codes, Number(seed), kernels) >= 0) notice('random runs against the model')

const { default: Mocha } = await import('mocha')
const here = fileURLToPath(new URL('.', import.meta.url))
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}
const mocha = new Mocha({ bail: true, timeout: 60_000 })
mocha.reporter(Silent)
for (const f of readdirSync(here)) if (/^(paths|sanitise|kernels|masks|sites|scenarios|timeline|residue|cpus|stops)\.test\.js$/.test(f)) mocha.addFile(here + f)
await mocha.loadFilesAsync()
mocha.run((failures) => { if (failures > 0) notice('known answers and scenarios') })

function notice(who: string): never {
  console.log(who)
  process.exit(1)
}
