// Judges mutants of simulator and model, one at a time, in one process. The random runs, and what both sides agree on in them, are built once.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Mocha from 'mocha'
import { modelCorpus } from './model-corpus.mjs'
import { mutated } from '../mutate-model/mutations.mjs'

const [dist, work, seed, events] = process.argv.slice(2)
const load = (path) => import(pathToFileURL(path).href)
const { corpus } = await load(join(dist, 'test/sim/corpus.js'))
const { diff } = await load(join(dist, 'sim/diff.js'))
const entries = corpus(Number(seed), Number(events))
let model

/** The modules that take part, the mutant among them; the rest by links. */
function layOut(dir, m) {
  mkdirSync(join(dir, 'test'), { recursive: true })
  const [changed, other] = m.side === 'sim' ? ['sim', 'model'] : ['model', 'sim']
  cpSync(join(dist, changed), join(dir, changed), { recursive: true, filter: (from) => !from.endsWith('/model/terms') && !from.endsWith('.d.ts') })
  if (m.side === 'model') symlinkSync(join(dist, 'model/terms'), join(dir, 'model/terms'))
  for (const room of [other, 'trace', 'cli', 'proofs', 'report', 'bench', 'guest', 'lift', 'explore']) if (existsSync(join(dist, room))) symlinkSync(join(dist, room), join(dir, room))
  for (const room of ['model', 'data', 'registers', 'sim']) if (existsSync(join(dist, 'test', room))) cpSync(join(dist, 'test', room), join(dir, 'test', room), { recursive: true })
  const source = readFileSync(join(dist, m.file), 'utf8')
  writeFileSync(join(dir, m.file), m.side === 'model' ? mutated(source, m, pathToFileURL(join(dist, 'model/terms/build.js')).href) : source.slice(0, m.start) + m.text + source.slice(m.end))
}

/** The first event of the random runs on which the broken simulator does something else. */
async function simulatorDiffers(dir) {
  const [{ simulateWith }, { kernelOf }, { NotEnabled }] = await Promise.all(['simulate', 'kernels', 'not-enabled'].map((f) => load(join(dir, 'sim', `${f}.js`))))
  for (const [i, { kernel, config, state, event, after }] of entries.entries()) {
    let now
    try { now = simulateWith(kernelOf(kernel), config, state, event) } catch (e) { if (!(e instanceof NotEnabled)) return `event ${i}: ${kernel} ${event.call ?? event.kind}: ${String(e.message).slice(0, 60)}` }
    if ((now === undefined) !== (after === undefined) || (now !== undefined && diff(after, now).length > 0)) return `event ${i}: ${kernel} ${event.call ?? event.kind}`
  }
  return undefined
}

/** The known answers of that side, and the scenarios. */
async function knownAnswers(dir, side) {
  const from = side === 'sim' ? ['sim'] : ['model', 'registers']
  const wanted = side === 'sim' ? /^(paths|sanitise|kernels|masks|sites|scenarios|timeline|residue|cpus|stops|clone3|architecture|kstk)\.test\.js$/ : /^(?!directed|.*simulator|check-tables|mutations|coverage).*\.test\.js$/
  const failures = []
  class Silent { constructor(runner) { runner.on('fail', (test, error) => failures.push(`${test.fullTitle()}: ${String(error.message).split('\n')[0]}`)) } }
  const mocha = new Mocha({ bail: true, timeout: 0, reporter: Silent })
  for (const room of from) for (const f of readdirSync(join(dir, 'test', room))) if (wanted.test(f)) mocha.addFile(join(dir, 'test', room, f))
  try { await mocha.loadFilesAsync() } catch (e) { return `do not load: ${String(e.message).slice(0, 80)}` }
  await new Promise((done) => mocha.run(done))
  mocha.dispose()
  return failures.length === 0 ? undefined : failures[0].slice(0, 160)
}

async function judge(m) {
  const dir = join(work, `m${m.id}`)
  layOut(dir, m)
  try {
    let found
    if (m.side === 'sim') found = await simulatorDiffers(dir)
    else {
      model ??= await modelCorpus(dist, entries)
      const broken = await load(join(dir, 'model/index.js'))
      found = model.differs(broken, m.file)
    }
    if (found !== undefined) return { by: 'random runs', how: found }
    // harmless, as the page says: the random runs have had their chance
    if (m.explained) return {}
    const answer = await knownAnswers(dir, m.side)
    return answer === undefined ? {} : { by: 'known answers', how: answer }
  } catch (e) {
    return { by: 'loading', how: String(e.message).slice(0, 100) }
  } finally { rmSync(dir, { recursive: true, force: true }) }
}

process.on('message', async (m) => {
  const begun = process.cpuUsage()
  const verdict = await judge(m)
  const { user, system } = process.cpuUsage(begun)
  process.send({ ...verdict, cpu: Math.round((user + system) / 1000) })
})
process.send({ ready: true, events: entries.length, agreed: entries.filter((e) => e.after !== undefined).length })
