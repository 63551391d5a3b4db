// `npm run explore:faults [-- --only TEXT… --keep --before]`: puts faults into copies of the compiled model, one at a time (scripts/explore-faults/faults.mjs),
// and has `explore` look for them, in the principle and on the kernel concerned. A fault is found if its field (and event) is told as new: nothing is, of
// the kernel as it is (--before looks, and leaves out what is).
// Claims have no part in it: explore knows none. Exit status 1: one was not found.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { faults } from './explore-faults/faults.mjs'

const root = resolve(fileURLToPath(new URL('..', import.meta.url)))
const { values: o } = parseArgs({ options: { only: { type: 'string', multiple: true }, keep: { type: 'boolean', default: false }, before: { type: 'boolean', default: false }, jobs: { type: 'string', default: '2' } } })

/** The program as it is, to be broken. */
function copy() {
  const to = mkdtempSync(join(tmpdir(), 'explore-faults-'))
  for (const room of ['trace', 'model', 'sim', 'proofs', 'explore', 'report', 'cli', 'lift', 'guest']) cpSync(join(root, 'dist', room), join(to, 'dist', room), { recursive: true })
  for (const file of ['package.json', 'explore/judged.yaml']) cpSync(join(root, file), join(to, file), { recursive: true })
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
/** What `explore` tells as new of a principle on a kernel, as `event / field`: what is judged of the kernel as it is (explore/judged.yaml) is not told. */
function explore(directory, { kernel, principle }) {
  const run = spawnSync(process.execPath, ['dist/cli/main.js', 'explore', '--kernel', kernel, '--principle', principle, '--jobs', o.jobs, '--budget', '900', '--timeout', '120', '--json', '-'], { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 28 })
  // a fault of the model alone does not replay on the simulator: status 4 is no surprise
  if (run.status === 2 || run.stdout === '') throw new Error(`explore ended with ${run.status}: ${run.stderr}`)
  const found = JSON.parse(run.stdout)
  return [...new Set(found.findings.flatMap((f) => f.new.map((m) => `${m.event} / ${m.field}`)))]
}
const isOf = (f) => (x) => x.endsWith(` / ${f.field}`) && (f.event === undefined || x.startsWith(`${f.event} / `))

const chosen = faults.filter((x) => o.only === undefined || o.only.some((t) => x.name.includes(t)))
if (chosen.length === 0) throw new Error(`no fault ${o.only.join(', ')}`)
const sound = o.before ? copy() : undefined
const before = new Map()
let missed = 0
for (const f of chosen) {
  const key = `${f.kernel} ${f.principle}`
  if (sound !== undefined && !before.has(key)) before.set(key, new Set(explore(sound, f)))
  const broken = copy()
  inject(broken, f.change)
  const fresh = explore(broken, f).filter((x) => before.get(key)?.has(x) !== true)
  const hit = fresh.filter(isOf(f))
  if (hit.length === 0) missed++
  console.log(`${hit.length > 0 ? 'found ' : 'MISSED'} ${f.name} (${f.kernel}, ${f.principle}): ${hit.length > 0 ? `${hit[0]}${fresh.length > 1 ? ` and ${fresh.length - 1} more` : ''}` : fresh.length > 0 ? `other: ${fresh.slice(0, 3).join('; ')}` : 'nothing new'}`)
  if (o.keep) console.log(`  ${broken}`)
  else rmSync(broken, { recursive: true, force: true })
}
if (sound !== undefined) rmSync(sound, { recursive: true, force: true })
console.log(`${chosen.length - missed} of ${chosen.length} found`)
process.exitCode = missed > 0 ? 1 : 0
