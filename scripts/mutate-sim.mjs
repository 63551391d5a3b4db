// `npm run mutate:sim [-- --seed N --part I/N --log FILE --side sim|model --file NAME… --events N --per-function N --jobs N --quick --report]`: breaks the
// simulator or the model, one place at a time, and asks who notices: random runs on both, as the soak does them, then the known answers and the
// scenarios. Every function of every kernel path is broken at least twice where it has two places, on both sides. Each verdict is a line of FILE; a
// later start with the same file goes on with what is missing; `--quick` asks the random runs alone, and a start without it then asks the known
// answers of what they have missed. `--report` prints what FILE has. docs/mutation-sim.md says more.
// Exit status 1: a survivor that docs/mutation-sim.md does not explain.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { mutantsOf } from './mutate-sim/mutants.mjs'
import { explained as explainedModel } from './mutate-model/survivors.mjs'

const root = resolve(fileURLToPath(new URL('..', import.meta.url)))
process.chdir(root)
const { values: o } = parseArgs({ options: {
  seed: { type: 'string', default: String(Date.now() % 100000) }, 'per-function': { type: 'string', default: '2' }, part: { type: 'string', default: '1/1' }, log: { type: 'string' },
  side: { type: 'string' }, file: { type: 'string', multiple: true }, jobs: { type: 'string', default: '1' }, events: { type: 'string', default: '40000' }, report: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false },
} })
const [part, parts] = o.part.split('/').map(Number), seed = Number(o.seed), LIMIT_MS = 180_000

const keyOf = (m) => `${m.file} ${m.start} ${m.text}`
const all = mutantsOf(seed, Number(o['per-function']))
const wanted = all.filter((m, i) => i % parts === part - 1 && (o.side === undefined || m.side === o.side) && (o.file === undefined || o.file.some((n) => m.file.includes(n))))
const done = new Map()
if (o.log !== undefined && existsSync(o.log)) for (const line of readFileSync(o.log, 'utf8').split('\n').filter((l) => l !== '')) { const r = JSON.parse(line); done.set(keyOf(r), r) }
const page = readFileSync('docs/mutation-sim.md', 'utf8')
const explained = (m) => page.includes(`\`${m.file.replace('sim/', '')} ${m.what.replaceAll('|', '\\|')}\``) || (m.side === 'model' && explainedModel({ ...m, file: m.file.replace('model/', ''), function: m.name }) !== undefined)

// what only the random runs were asked about is open until the known answers were
const open = (m) => { const r = done.get(keyOf(m)); return r === undefined || (r.by === undefined && r.quick === true && !o.quick && !explained(m)) }
const todo = o.report ? [] : wanted.filter(open).map((m, id) => ({ ...m, id }))
console.log(`seed ${seed}, ${o.events} events: ${all.length} mutants (${all.filter((m) => m.side === 'sim').length} of the simulator, ${all.filter((m) => m.side === 'model').length} of the model), part ${o.part}: ${wanted.length}, ${todo.length} of them to be judged now`)

function tell(m, r) {
  const line = { ...m, ...r, ...(o.quick && r.by === undefined ? { quick: true } : {}) }
  delete line.id
  done.set(keyOf(m), line)
  if (o.log !== undefined) appendFileSync(o.log, `${JSON.stringify(line)}\n`)
  if (r.by === undefined) console.log(`${explained(m) ? 'harmless' : 'SURVIVED'} ${m.file} ${m.name}: ${m.what}`)
}

const work = mkdtempSync(join(tmpdir(), 'arm64-compat-mutate-'))
symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'))
writeFileSync(join(work, 'package.json'), '{"type": "module"}')

/** One process after the other: a new one after a mutant that does not end, and after 300. */
async function worker() {
  while (todo.length > 0) {
    const child = fork(join(root, 'scripts/mutate-sim/worker.mjs'), [join(root, 'dist'), work, String(seed), o.events], { cwd: root, execArgv: ['--max-old-space-size=3500'] })
    const answer = (ms) => new Promise((end) => {
      const late = setTimeout(() => settle({ by: 'time', how: `does not end in ${ms / 1000} s`, gone: true }), ms)
      const gone = () => settle({ by: 'time', how: 'ends the process', gone: true })
      const settle = (r) => { clearTimeout(late); child.off('message', settle); child.off('exit', gone); end(r) }
      child.once('message', settle)
      child.once('exit', gone)
    })
    const ready = await answer(600_000)
    if (ready.gone) throw new Error('the worker did not start: simulator and model differ already?')
    if (todo.length === wanted.length || done.size === 0) console.log(`${ready.events} events of random runs, ${ready.agreed} with an effect that both agree on`)
    for (let n = 0; n < 300 && todo.length > 0; n++) {
      const m = todo.shift()
      child.send({ ...m, explained: o.quick || explained(m) })
      const { gone, ...r } = await answer(LIMIT_MS)
      tell(m, r)
      if (gone) break
    }
    child.kill('SIGKILL')
  }
}
try { await Promise.all(Array.from({ length: Number(o.jobs) }, worker)) } finally { rmSync(work, { recursive: true, force: true }) }

const judged = wanted.flatMap((m) => done.has(keyOf(m)) ? [done.get(keyOf(m))] : [])
let unexplained = 0
for (const side of ['sim', 'model']) {
  const of = judged.filter((m) => m.side === side), survived = of.filter((m) => m.by === undefined), bare = survived.filter((m) => !explained(m))
  unexplained += bare.length
  const by = Map.groupBy === undefined ? of.reduce((map, m) => map.set(m.by, [...(map.get(m.by) ?? []), m]), new Map()) : Map.groupBy(of, (m) => m.by)
  console.log(`${side === 'sim' ? 'simulator' : 'model'}: ${of.length} mutants of ${new Set(of.map((m) => `${m.file} ${m.name}`)).size} functions and tables: ${[...by].filter(([k]) => k !== undefined).map(([k, v]) => `${v.length} noticed by ${k}`).join(', ')}; ${survived.length} survive, ${bare.length} of them unexplained`)
  for (const m of bare) console.log(`  ${m.file} ${m.name}: ${m.what}`)
}
console.log(`${judged.length} of ${wanted.length} judged`)
process.exitCode = unexplained === 0 ? 0 : 1
