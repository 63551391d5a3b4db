// Records what verify-model proves for a tree: node scripts/record-verified.mjs KERNEL TREE NAME [PATCH...]
import { mkdirSync, writeFileSync } from 'node:fs'
import { Lifter, Tree } from '../dist/lift/index.js'
import { functionTexts } from '../dist/lift/drift.js'
import { SolverPool } from '../dist/proofs/solvers/index.js'
import { openTree } from '../dist/cli/tree.js'
import { modelSides } from '../dist/cli/verify/source-rung.js'
import { provenQuestions } from '../dist/cli/verify/records.js'
import { kernelFor } from '../dist/cli/verify/kernels.js'
import { functionOf } from '../dist/cli/verify/comparison.js'
import { bindings, liftFor, Source, verify } from '../dist/cli/verify/verify.js'

const [kernel, dir, tree, ...patches] = process.argv.slice(2)
const files = openTree(dir, patches).tree.files
const pool = new SolverPool()
const source = new Source(await Lifter.on(new Tree(files)))
const base = kernelFor(kernel)
// a question that is recorded as answered with `equal` is the same question on any tree
const results = await verify(source, base, pool, undefined, provenQuestions())
await pool.close()
const own = new Map(functionTexts(files, results.map(functionOf)).map((t) => [t.name, t.hash]))
const sides = modelSides(base, source.flags)
const functions = results.filter((r) => r.hash !== undefined).map((r) => ({ name: r.name, place: r.place, own: own.get(functionOf(r)) ?? '', hash: r.hash, model: r.question, outcome: r.outcome.kind, side: sides.get(r.name) }))
// every identifier that a function's meaning rests on: what a patch touches is told by them
const names = new Set()
for (const b of bindings) {
  const { lifted } = liftFor(source, base, b)
  if (lifted.kind === 'lifted') for (const d of lifted.uses) for (const t of d.tokens) if (t.kind === 'id') names.add(t.text)
}
mkdirSync('docs/verified', { recursive: true })
writeFileSync(`docs/verified/${kernel}.json`, `${JSON.stringify({ format: 'arm64-compat/verified', version: 1, kernel: base.id, tree, functions, names: [...names].sort().join(' '), flags: { ...source.flags, work: String(source.flags.work) } }, null, 1)}\n`)
console.log(`${functions.filter((f) => f.outcome === 'equal').length} of ${results.length} equal`)
for (const r of results) if (r.outcome.kind !== 'equal') console.log(r.name, JSON.stringify(r.outcome, (_k, v) => typeof v === 'bigint' ? v.toString(16) : v).slice(0, 600))
