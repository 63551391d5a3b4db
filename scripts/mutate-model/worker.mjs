// Judges mutants, one at a time, in one process: the baseline's terms and the corpora are built once. Terms are shared with the baseline, so
// that an event whose terms are the same objects needs no run.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Mocha from 'mocha'
import { corpora } from './corpora.mjs'
import { mutated } from './mutations.mjs'

const [dist, work] = process.argv.slice(2)
const { shapes, terms, baseStep, baseKernels, compileStep, leafAt, diff, untouched } = await corpora(dist)

const baselines = new Map()
function baseline(shape) {
  if (!baselines.has(shape.key)) baselines.set(shape.key, terms(baseStep, baseKernels, shape))
  return baselines.get(shape.key)
}
const label = (shape) => `${shape.kernel} ${shape.event.call ?? shape.event.kind}`
const show = (v) => typeof v === 'bigint' ? `0x${v.toString(16)}` : String(v)

/** Does the mutant's step differ from the simulator on the corpora? `differing`: shapes whose terms are not the baseline's. */
function onCorpora(model, differing, only) {
  for (const shape of shapes) {
    if (only !== undefined && !only(shape)) continue
    const was = baseline(shape)
    let now
    try { now = terms(model.step, model.allKernels, shape) } catch (e) { return `simulator corpora: ${label(shape)}: does not build: ${String(e.message).slice(0, 80)}` }
    const wider = now.enabled !== was.enabled
    // where other states come in, every leaf counts, not only those that are computed in another way
    const before = wider ? untouched(shape) : was.leaves
    const changed = now.leaves.flatMap((l, i) => l.value === before[i].value ? [] : [{ path: l.path, term: l.value }])
    if (changed.length === 0 && !wider) continue
    differing.push(shape)
    let found
    const run = compileStep(now.enabled, changed, ['s', 'e', 'c'])
    for (const { config, state, event, after, out } of shape.entries) {
      const values = new Map()
      const enabled = run(state, event, config, (path, value) => values.set(path, value))
      if (enabled && after === undefined) found = 'possible, which the simulator refuses'
      else if (!enabled && after !== undefined && !out) found = 'refused, which the simulator takes'
      else if (enabled) for (const path of wider ? new Set([...values.keys(), ...diff(state, after).map((d) => d.path)]) : changed.map((l) => l.path)) {
        const got = values.has(path) ? values.get(path) : leafAt(state, path)
        if (got !== leafAt(after, path)) { found = `${path}: simulator ${show(leafAt(after, path))}, model ${show(got)}`; break }
      }
      if (found !== undefined) return `simulator corpora: ${label(shape)}: ${found}`
    }
  }
  return undefined
}

/** The known answers on the mutant: test/model and test/registers, copied beside it. */
async function onKnownAnswers(dir) {
  const files = ['model', 'registers'].flatMap((room) => readdirSync(join(dir, 'test', room)).filter((f) => f.endsWith('.test.js') && !/directed|simulator|check-tables|mutations|coverage/.test(f)).map((f) => join(dir, 'test', room, f)))
  const failures = []
  class Silent { constructor(runner) { runner.on('fail', (test, error) => failures.push(`${test.fullTitle()}: ${String(error.message).split('\n')[0]}`)) } }
  const mocha = new Mocha({ bail: true, timeout: 0, reporter: Silent })
  files.forEach((f) => mocha.addFile(f))
  try { await mocha.loadFilesAsync() } catch (e) { return `known answers: do not load: ${String(e.message).slice(0, 80)}` }
  await new Promise((done) => mocha.run(done))
  mocha.dispose()
  return failures.length === 0 ? undefined : `known answers: ${failures[0].slice(0, 160)}`
}

/** A copy of the modules that take part, the mutant among them; the rest by links. */
export function layOut(dir, mutant) {
  mkdirSync(dir, { recursive: true })
  cpSync(join(dist, 'model'), join(dir, 'model'), { recursive: true, filter: (from) => !from.endsWith('/model/terms') })
  symlinkSync(join(dist, 'model/terms'), join(dir, 'model/terms'))
  for (const room of ['trace', 'sim']) symlinkSync(join(dist, room), join(dir, room))
  for (const room of ['model', 'data', 'registers', 'sim']) if (existsSync(join(dist, 'test', room))) cpSync(join(dist, 'test', room), join(dir, 'test', room), { recursive: true })
  writeFileSync(join(dir, 'model', mutant.file), mutated(mutant.source, mutant, pathToFileURL(join(dist, 'model/terms/build.js')).href))
}

async function judge(mutant) {
  const dir = join(work, `m${mutant.id}`)
  layOut(dir, mutant)
  let model
  try { model = await import(pathToFileURL(join(dir, 'model/index.js')).href) } catch (e) { return { noticed: `does not load: ${String(e.message).slice(0, 80)}` } }
  const differing = []
  const variant = { 'kernels/rfc-v2-unguarded.js': ['rfc-v2-unguarded'], 'kernels/tango-v5.4.js': ['tango-v5.4'], 'kernels/v4-series.js': ['v4-series'], 'kernels/v5.4.js': ['tango-v5.4'], 'kernels/v6.1.js': ['v6.1'], 'kernels/v6.12.js': ['v6.12', 'v6.1', 'v4-series@v6.12'], 'kernels/v7.3.js': ['v7.3'],
    'kernels/rfc-v2@v6.12.js': ['rfc-v2@v6.12'], 'kernels/tango@v6.12.js': ['tango@v6.12'], 'kernels/v4-series@v6.12.js': ['v4-series@v6.12'], 'kernels/tango32-module.js': ['tango32-module'] }[mutant.file]
  // no event looks at the register tables
  const noticed = (mutant.file.startsWith('registers/') ? undefined : onCorpora(model, differing, variant === undefined ? undefined : (shape) => variant.includes(shape.kernel))) ?? await onKnownAnswers(dir)
  if (noticed !== undefined) return { noticed }
  return { noticed: undefined, differing: differing.map((s) => s.key) }
}

process.on('message', async (mutant) => {
  const begun = performance.now()
  const verdict = await judge(mutant).catch((e) => ({ noticed: `throws: ${String(e.message).slice(0, 80)}` }))
  process.send({ id: mutant.id, ...verdict, milliseconds: performance.now() - begun })
})
process.send({ ready: true, entries: shapes.reduce((n, s) => n + s.entries.length, 0), shapes: shapes.length })
