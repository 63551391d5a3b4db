// Records what verify-model proves for a tree: node scripts/record-verified.mjs KERNEL TREE NAME [PATCH...]
import { mkdirSync, writeFileSync } from 'node:fs'
import { Lifter, Tree } from '../dist/lift/index.js'
import { functionTexts } from '../dist/lift/drift.js'
import { SolverPool } from '../dist/proofs/solvers/index.js'
import { openTree } from '../dist/cli/tree.js'
import { kernelFor } from '../dist/cli/verify/kernels.js'
import { verify } from '../dist/cli/verify/verify.js'

const [kernel, dir, tree, ...patches] = process.argv.slice(2)
const files = openTree(dir, patches).tree.files
const pool = new SolverPool()
const results = await verify(await Lifter.on(new Tree(files)), kernelFor(kernel), pool)
await pool.close()
const own = new Map(functionTexts(files, results.map((r) => r.name)).map((t) => [t.name, t.hash]))
const functions = results.filter((r) => r.hash !== undefined).map((r) => ({ name: r.name, place: r.place, own: own.get(r.name) ?? '', hash: r.hash, model: r.question, outcome: r.outcome.kind }))
mkdirSync('docs/verified', { recursive: true })
writeFileSync(`docs/verified/${kernel}.json`, `${JSON.stringify({ format: 'arm64-compat/verified', version: 1, kernel, tree, functions }, null, 1)}\n`)
console.log(`${functions.filter((f) => f.outcome === 'equal').length} of ${results.length} equal`)
