// Imports between rooms run one way (docs/rooms.md). Reads the source, so type-only imports count, too.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

const allowed = {
  trace: [/^trace\//], model: [/^(trace|model)\//], sim: [/^(trace|sim)\//, /^model\/.*\.table\.ts$/], lift: [/^(lift|model\/terms|trace)\//],
  guest: [/^(guest|trace)\//], proofs: [/^(proofs|model|trace)\//], explore: [/^(explore|proofs|model|trace)\//], report: [/^(report|explore|proofs|model|trace)\//],
  cli: [/^(trace|model|sim|proofs|explore|lift|guest|report|cli)\//], bench: [/./], test: [/./],
}
const files = Object.keys(allowed).flatMap((room) => readdirSync(room, { recursive: true }).filter((f) => f.endsWith('.ts')).map((f) => join(room, f)))
const edges = new Map()
const wrong = []
for (const file of files) {
  const imports = [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((m) => normalize(join(dirname(file), m[1])).replace(/\.js$/, '.ts'))
  edges.set(file, imports)
  const room = file.split('/')[0]
  for (const to of imports) {
    if (!allowed[room].some((r) => r.test(to))) wrong.push(`${file} imports ${to}: not an arrow of docs/rooms.md`)
    if (file.startsWith('model/terms/') && !to.startsWith('model/terms/')) wrong.push(`${file} imports ${to}: terms know nothing of the kernel`)
    if (file.endsWith('.table.ts') && !/(\.table|table-types)\.ts$/.test(to)) wrong.push(`${file} imports ${to}: a table is pure data`)
  }
}
// cycles: depth-first, each file once
const state = new Map()
function visit(file, path) {
  if (state.get(file) === 'done') return
  if (state.get(file) === 'open') { wrong.push(`import cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`); return }
  state.set(file, 'open')
  for (const to of edges.get(file) ?? []) visit(to, [...path, file])
  state.set(file, 'done')
}
for (const file of files) visit(file, [])
for (const w of wrong) console.error(w)
if (wrong.length > 0) process.exit(1)
console.log(`arrows: ${files.length} files, all imports allowed, no cycle`)
