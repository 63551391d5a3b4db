// Finds on which clauses the step of each clause rests (proofs/supports.ts) and records it, for the kernels whose functions are recorded as proven
// (docs/verified): those are the ones that a patch can be judged against. Run it after `npm run invariants`.
import { writeFileSync } from 'node:fs'
import { recorded } from '../dist/cli/verify/records.js'
import { allKernels } from '../dist/model/index.js'
import { putOnce } from '../dist/proofs/oracle.js'
import { readInvariants, recordedClauses } from '../dist/proofs/recorded.js'
import { SolverPool } from '../dist/proofs/solvers/index.js'
import { findSupports, supportsPath, supportsText } from '../dist/proofs/supports.js'
import { fullKernelId } from '../dist/trace/kernel-id.js'
import { modelHash } from '../dist/proofs/system/hash.js'

const pool = new SolverPool()
pool.warm()
const oracle = putOnce(pool)
const before = modelHash()
const invariants = readInvariants()
const ids = new Set(recorded().map((r) => fullKernelId(r.kernel)))
const found = {}
for (const k of allKernels.filter((x) => ids.has(x.id))) {
  const clauses = recordedClauses(k, invariants)
  if (clauses === undefined) continue
  found[k.name] = await findSupports(k, clauses, oracle)
  console.log(`${k.name}: ${clauses.length} clauses; ${Object.values(found[k.name].steps).reduce((n, s) => n + Object.keys(s).length, 0)} steps rest on others`)
}
await pool.close()
if (modelHash() !== before) throw new Error('dist/ was built anew meanwhile: what was found is of another model; run this again')
writeFileSync(supportsPath, supportsText(found))
