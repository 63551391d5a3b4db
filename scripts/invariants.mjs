// Finds which well-formedness clauses each kernel keeps and records them (proofs/well-formed.recorded.json). With --check: fails if the record is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { keptClauses } from '../dist/proofs/invariants.js'
import { invariantsPath } from '../dist/proofs/recorded.js'
import { SolverPool } from '../dist/proofs/solvers/index.js'
import { allKernels } from '../dist/model/index.js'
import { putOnce } from '../dist/proofs/oracle.js'

const pool = new SolverPool()
pool.warm()
// what two kernels do alike is one question
const oracle = putOnce(pool)
const found = await Promise.all(allKernels.map(async (k) => {
  const r = await keptClauses(k, oracle)
  return [k.name, { kept: r.clauses.map((c) => c.name), broken: r.broken }]
}))
await pool.close()
const text = `${JSON.stringify(Object.fromEntries(found), null, 1)}\n`
if (process.argv.includes('--check')) {
  const kept = (t) => JSON.stringify(Object.entries(JSON.parse(t)).map(([k, v]) => [k, v.kept]))
  if (kept(text) !== kept(readFileSync(invariantsPath, 'utf8'))) {
    console.error('proofs/well-formed.recorded.json is stale: run npm run invariants')
    process.exit(1)
  }
} else writeFileSync(invariantsPath, text)
for (const [name, r] of found) console.log(`${name}: keeps ${r.kept.length}; broken: ${r.broken.map((b) => `${b.clause} (${b.event})`).join(', ')}`)
