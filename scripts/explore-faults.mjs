// `npm run explore:faults [-- --only TEXT --keep]`: puts faults into copies of the compiled model, one at a time (scripts/explore-faults/faults.mjs),
// and has `explore` look for them. A fault is found if what is told of its principle, event and field was not there without it.
// Claims have no part in it: explore knows none. Exit status 1: one was not found.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { faults } from './explore-faults/faults.mjs'

const root = resolve(fileURLToPath(new URL('..', import.meta.url)))
const { values: o } = parseArgs({ options: { only: { type: 'string' }, keep: { type: 'boolean', default: false }, jobs: { type: 'string', default: '2' } } })

/** The program as it is, to be broken. */
function copy() {
  const to = mkdtempSync(join(tmpdir(), 'explore-faults-'))
  for (const room of ['trace', 'model', 'sim', 'proofs', 'explore', 'report', 'cli', 'lift']) cpSync(join(root, 'dist', room), join(to, 'dist', room), { recursive: true })
  cpSync(join(root, 'package.json'), join(to, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'))
  return to
}
/** Throws unless the text is there exactly once. */
function inject(directory, { file, from, to, properties }) {
  const path = join(directory, 'dist/model', file)
  const text = readFileSync(path, 'utf8')
  // the last property of a kernel wins
  const at = properties === undefined ? from : /\n\};\s*$/
  const with_ = properties === undefined ? to : `\n    ${properties},\n};\n`
  const places = typeof at === 'string' ? text.split(at).length - 1 : [...text.matchAll(new RegExp(at.source, `${at.flags}g`))].length
  if (places !== 1) throw new Error(`${file}: ${at} stands there ${places} times`)
  const broken = text.replace(at, () => with_)
  writeFileSync(path, broken)
}
/** Everything found of a principle on a kernel, as `event / field`. */
function explore(directory, kernel, principle) {
  const run = spawnSync(process.execPath, ['dist/cli/main.js', 'explore', '--kernel', kernel, '--principle', principle, '--jobs', o.jobs, '--budget', '300', '--json', '-'], { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 28 })
  // a fault of the model alone does not replay on the simulator: status 4 is no surprise
  if (run.status === 2 || run.stdout === '') throw new Error(`explore ended with ${run.status}: ${run.stderr}`)
  const found = JSON.parse(run.stdout)
  return new Set(found.findings.flatMap((f) => f.new.map((m) => `${m.event} / ${m.field}`)))
}

const sound = copy()
const before = new Map()
let missed = 0
for (const f of faults.filter((x) => o.only === undefined || x.name.includes(o.only))) {
  const key = `${f.kernel} ${f.principle}`
  if (!before.has(key)) before.set(key, explore(sound, f.kernel, f.principle))
  const broken = copy()
  inject(broken, f.change)
  const fresh = [...explore(broken, f.kernel, f.principle)].filter((x) => !before.get(key).has(x))
  const hit = fresh.filter((x) => x.endsWith(` / ${f.field}`) && (f.event === undefined || x.startsWith(`${f.event} / `)))
  if (hit.length === 0) missed++
  console.log(`${hit.length > 0 ? 'found ' : 'MISSED'} ${f.name} (${f.kernel}, ${f.principle}): ${hit.length > 0 ? `${hit[0]}${fresh.length > 1 ? ` and ${fresh.length - 1} more` : ''}` : fresh.length > 0 ? `other: ${fresh.slice(0, 3).join('; ')}` : 'nothing new'}`)
  if (o.keep) console.log(`  ${broken}`)
  else rmSync(broken, { recursive: true, force: true })
}
rmSync(sound, { recursive: true, force: true })
console.log(`${missed} missed`)
process.exitCode = missed > 0 ? 1 : 0
