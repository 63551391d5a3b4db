// `npm run mutate:model [-- --seed N --per-function N --only FUNCTION --max N --jobs N --nice N --json FILE]`: breaks every function of the model and the
// kernels' definitions in at least three ways, and asks who notices: model against simulator on the corpora of the tests, then the known answers.
// Works on copies of dist/. Exit status 1: a survivor that docs/mutation-model.md does not explain. docs/mutation-model.md says more.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fork } from 'node:child_process'
import { setPriority, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { choose, functionsOf, moreOf, mutationsOf } from './mutate-model/mutations.mjs'
import { explained } from './mutate-model/survivors.mjs'

const root = resolve(fileURLToPath(new URL('..', import.meta.url)))
const { values: o } = parseArgs({ options: {
  seed: { type: 'string', default: '1' }, 'per-function': { type: 'string', default: '3' }, only: { type: 'string', multiple: true }, max: { type: 'string' }, jobs: { type: 'string', default: '1' }, json: { type: 'string' }, quiet: { type: 'boolean', default: false }, nice: { type: 'string', default: '10' },
} })
const seed = Number(o.seed), dist = join(root, 'dist'), LIMIT_MS = 300_000

function generator(from) {
  let state = (from * 2654435761 >>> 0) || 1
  return (n) => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state % n }
}
const random = generator(seed)

const rooms = ['.', 'events', 'handlers', 'kernels', 'registers', 'syscalls', 'tasks']
const files = rooms.flatMap((room) => readdirSync(join(dist, 'model', room)).filter((f) => f.endsWith('.js') && !f.endsWith('.table.js') && f !== 'index.js' && f !== 'table-types.js').sort().map((f) => join(room, f)))
const mutants = [], fewer = []
for (const file of files) {
  const source = readFileSync(join(dist, 'model', file), 'utf8')
  for (const fn of functionsOf(source)) {
    // the choice is the same whatever --only says
    const chosen = choose(mutationsOf(source, fn.nodes, random), Number(o['per-function']), random)
    const name = `${file} ${fn.name}`
    if (o.only !== undefined && !o.only.some((n) => name.includes(n))) continue
    if (chosen.length < 3) {
      const own = generator([...name].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, seed))
      const more = moreOf(source, fn.nodes, own).filter((m) => !chosen.some((x) => x.what === m.what))
      chosen.push(...choose([...new Map(more.map((m) => [m.what, m])).values()], 3 - chosen.length, own))
    }
    if (chosen.length < 3) fewer.push(`${name} (${chosen.length})`)
    for (const m of chosen) mutants.push({ id: mutants.length, file, function: fn.name, source, ...m })
  }
}
if (o.max !== undefined && mutants.length > Number(o.max)) {
  for (let i = mutants.length - 1; i > 0; i--) { const j = random(i + 1); [mutants[i], mutants[j]] = [mutants[j], mutants[i]] }
  mutants.length = Number(o.max)
}
const functions = new Set(mutants.map((m) => `${m.file} ${m.function}`)).size
console.log(`seed ${seed}: ${mutants.length} mutants of ${functions} functions and definitions`)

const work = mkdtempSync(join(tmpdir(), 'mutate-model-'))
symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'))
writeFileSync(join(work, 'package.json'), '{"type": "module"}')
const results = []
const report = (m, r) => {
  results.push({ ...m, ...r })
  const reason = r.noticed === undefined ? explained(m) : undefined
  if (!o.quiet || r.noticed === undefined) console.log(`${r.noticed !== undefined ? 'noticed ' : reason !== undefined ? 'harmless' : 'SURVIVED'} ${m.file} ${m.function}: ${m.what}\n           ${r.noticed ?? reason ?? (r.differing?.length > 0 ? `terms differ for: ${r.differing.slice(0, 6).join('; ')}` : 'the terms of every event are the same')}`)
}
const queue = [...mutants]

/** One process; a new one after each that did not answer in time, and after 200 mutants. */
async function worker() {
  while (queue.length > 0) {
    const child = fork(join(root, 'scripts/mutate-model/worker.mjs'), [dist, work], { cwd: root, execArgv: ['--max-old-space-size=3000'] })
    setPriority(child.pid, Number(o.nice))
    const answer = (ms) => new Promise((done) => {
      const late = setTimeout(() => done({ noticed: `does not end in ${ms / 1000} s`, gone: true }), ms)
      const end = (r) => { clearTimeout(late); child.off('message', end); child.off('exit', gone); done(r) }
      const gone = () => end({ noticed: 'ends the process', gone: true })
      child.once('message', end)
      child.once('exit', gone)
    })
    const ready = await answer(300_000)
    if (ready.gone) throw new Error('the worker did not start')
    for (let n = 0; n < 200 && queue.length > 0; n++) {
      const m = queue.shift()
      child.send(m)
      const r = await answer(LIMIT_MS)
      report(m, r)
      rmSync(join(work, `m${m.id}`), { recursive: true, force: true })
      if (r.gone) break
    }
    child.kill('SIGKILL')
  }
}
const begun = performance.now()
try { await Promise.all(Array.from({ length: Number(o.jobs) }, worker)) } finally { rmSync(work, { recursive: true, force: true }) }

const survived = results.filter((r) => r.noticed === undefined), unexplained = survived.filter((r) => explained(r) === undefined)
const by = new Map()
for (const r of results) if (r.noticed !== undefined) by.set(r.noticed.split(':')[0], (by.get(r.noticed.split(':')[0]) ?? 0) + 1)
console.log(`${results.length} mutants: ${results.length - survived.length} noticed (${[...by].map(([k, n]) => `${k} ${n}`).join(', ')}), ${survived.length - unexplained.length} survive and are harmless, ${unexplained.length} survive unexplained; ${((performance.now() - begun) / 1000).toFixed(0)} s`)
if (fewer.length > 0) console.log(`fewer than three ways: ${fewer.join(', ')}`)
if (o.json !== undefined) {
  mkdirSync(resolve(o.json, '..'), { recursive: true })
  writeFileSync(o.json, JSON.stringify(results.map(({ source: _, start: _s, end: _e, ...r }) => r), null, 1))
}
process.exitCode = unexplained.length > 0 ? 1 : 0
