/**
 * `npm run coverage:sim [-- --events N --seed N]`: which blocks of the simulator's kernel paths random runs never enter, from V8's own
 * block coverage. Exit status 1 if there is one that docs/simulator.md does not name.
 */
import { Session } from 'node:inspector/promises'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { events: { type: 'string', default: '60000' }, seed: { type: 'string', default: '1' } } })
const notKernel = /\/(random|choices|scenario|timeline|index|diff|replay|residue|not-enabled)[^/]*$/

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
const { soak } = await import('../test/sim/soak.js')
const { simulatedKernels } = await import('../sim/index.js')
const { alone } = await import('../test/sim/alone.js')
const result = soak(Number(values.seed), Number(values.events))
alone(Number(values.seed), Number(values.events), simulatedKernels)
const { result: scripts } = await session.post('Profiler.takePreciseCoverage')

interface Block { readonly file: string, readonly line: number, readonly text: string }
const never: Block[] = []
let blocks = 0
const entered = new Map<string, Set<string>>()
const dir = fileURLToPath(new URL('../sim/', import.meta.url))
for (const f of readdirSync(dir)) if (f.endsWith('.js') && !notKernel.test(`/${f}`)) entered.set(f, new Set())
for (const s of scripts) {
  if (!s.url.startsWith('file:') || !fileURLToPath(s.url).startsWith(dir) || notKernel.test(s.url)) continue
  const path = fileURLToPath(s.url), source = readFileSync(path, 'utf8'), file = path.slice(dir.length)
  for (const f of s.functions) {
    for (const r of f.ranges) {
      blocks++
      const text = source.slice(r.startOffset, r.endOffset).trim()
      if (r.count > 0 || text === '' || text === '}') continue
      never.push({ file, line: source.slice(0, r.startOffset).split('\n').length, text: text.replace(/\s+/g, ' ').slice(0, 90) })
    }
  }
}
const page = ['docs/simulator.md'].find((p) => existsSync(p))
const named = page === undefined ? '' : readFileSync(page, 'utf8')
// what cannot be entered: refusals throw, and a refusal is no path of a kernel
const missing = never.filter((b) => !/NotEnabled|UsageError/.test(b.text))
console.log(`${result.events} events compared with the model, as many on every kernel; ${blocks} blocks in ${entered.size} files, ${missing.length} never entered`)
const unexplained = missing.filter((b) => !named.includes(`\`${b.file}\` ${b.text.slice(0, 40)}`))
for (const b of missing) console.log(`  ${b.file}:${b.line}: ${b.text}`)
process.exitCode = unexplained.length === 0 ? 0 : 1
