// `npm run coverage:model`: which branches of the model the directed cases of test/model reach. Every condition of an `ite` in model/ is watched, in a
// copy of dist/; a case counts where its event is possible. Prints per function how many conditions were seen both ways, and names the others.
// Exit status 1: a condition that no case decides both ways and that is not known to be out of reach.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse } from 'acorn'
import { corpora } from './mutate-model/corpora.mjs'
import { functionsOf, walk } from './mutate-model/mutations.mjs'

setPriority(0, 5)
const root = resolve(fileURLToPath(new URL('..', import.meta.url))), dist = join(root, 'dist')
const dir = mkdtempSync(join(tmpdir(), 'model-coverage-'))
const seen = new Map(), watched = []
let now = []
globalThis.$watch = (id, condition) => { now.push([id, condition]); return condition }

try {
  mkdirSync(join(dir, 'model'))
  writeFileSync(join(dir, 'package.json'), '{"type": "module"}')
  cpSync(join(dist, 'model'), join(dir, 'model'), { recursive: true, filter: (from) => !from.endsWith('/model/terms') })
  symlinkSync(join(dist, 'model/terms'), join(dir, 'model/terms'))
  symlinkSync(join(dist, 'trace'), join(dir, 'trace'))
  for (const room of ['.', 'events', 'handlers', 'kernels', 'syscalls', 'tasks']) {
    for (const file of readdirSync(join(dist, 'model', room)).filter((f) => f.endsWith('.js') && !f.endsWith('.table.js'))) instrument(join(room, file))
  }
  const model = await import(pathToFileURL(join(dir, 'model/index.js')).href)
  const { shapes, terms, compileStep } = await corpora(dist)
  for (const shape of shapes) {
    now = []
    const { enabled } = terms(model.step, model.allKernels, shape)
    const unique = [...new Set(now.map(([, t]) => t))]
    const run = compileStep(enabled, unique.map((term, i) => ({ path: `p${i}`, term })), ['s', 'e', 'c'])
    const sides = unique.map(() => 0)
    for (const { config, state, event } of shape.entries) run(state, event, config, (path, value) => { sides[Number(path.slice(1))] |= value ? 2 : 1 })
    const at = new Map(unique.map((t, i) => [t, i]))
    for (const [id, t] of now) seen.set(id, (seen.get(id) ?? 0) | sides[at.get(t)])
  }
} finally { rmSync(dir, { recursive: true, force: true }) }

function instrument(file) {
  const path = join(dir, 'model', file)
  const source = readFileSync(path, 'utf8')
  const inserts = []
  for (const fn of functionsOf(source)) {
    for (const node of fn.nodes) walk(node, (n) => {
      if (n.type !== 'CallExpression' || !['ite', 'iteBool', 'mergeTask'].includes(n.callee.name)) return
      const c = n.arguments[0], id = watched.length
      watched.push({ id, name: `${file} ${fn.name}`, text: source.slice(c.start, c.end) })
      inserts.push([c.start, `$watch(${id}, `], [c.end, ')'])
    })
  }
  // the outer of two that start at one place comes first
  let text = source
  for (const [at, what] of inserts.sort((a, b) => b[0] - a[0])) text = text.slice(0, at) + what + text.slice(at)
  parse(text, { ecmaVersion: 'latest', sourceType: 'module' })
  writeFileSync(path, text)
}

/** No event of a kernel that comes with the project decides these both ways. */
const elsewhere = { 'tasks/entry.js kernelEntry: viaTrampoline': 'before v4.16 the trampoline left x30 in TPIDRRO_EL0: no kernel here does', 'tasks/sanitise.js legalPstate: is32': 'for claims; known answers in test/model/sanitise.test.ts' }
const byFunction = Map.groupBy ? Map.groupBy(watched, (w) => w.name) : watched.reduce((m, w) => m.set(w.name, [...m.get(w.name) ?? [], w]), new Map())
let both = 0
const missing = []
for (const [name, list] of byFunction) {
  const full = list.filter((w) => seen.get(w.id) === 3)
  both += full.length
  console.log(`${String(full.length).padStart(3)} of ${String(list.length).padStart(3)}  ${name}`)
  for (const w of list) if (seen.get(w.id) !== 3) {
    const why = elsewhere[`${w.name}: ${w.text}`]
    if (why === undefined) missing.push(w)
    console.log(`              ${({ 0: 'never', 1: 'never true', 2: 'never false' })[seen.get(w.id) ?? 0]}: ${w.text}${why === undefined ? '' : ` (${why})`}`)
  }
}
console.log(`${both} of ${watched.length} conditions seen both ways`)
process.exitCode = missing.length > 0 ? 1 : 0
