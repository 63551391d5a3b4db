// Finds which well-formedness clauses each kernel keeps and records them (proofs/well-formed.recorded.json). With --check: fails if the record is stale.
// Each time: the smallest event that breaks a clause, for every clause and kernel that does not keep it (proofs/breaking.recorded.json); with --witness nothing but that.
// With --again: decides base and step of what is recorded, looks for no other set, and records that it was decided for the present model.
import { readFileSync, writeFileSync } from 'node:fs'
import { keptClauses } from '../dist/proofs/invariants.js'
import { invariantsPath, readInvariants, recordedClauses } from '../dist/proofs/recorded.js'
import { SolverPool } from '../dist/proofs/solvers/index.js'
import { allKernels } from '../dist/model/index.js'
import { proveInduction } from '../dist/proofs/system/induction.js'
import { inductionRecord, modelHash } from '../dist/proofs/system/hash.js'
import { putOnce } from '../dist/proofs/oracle.js'
import { runsFromExec } from '../dist/proofs/breaking/from-exec.js'
import { breakingPath, breakingText } from '../dist/proofs/breaking/record.js'
import { breaking } from '../dist/proofs/breaking/search.js'
import { systemOf } from '../dist/proofs/system/system.js'
import { clauses } from '../dist/proofs/well-formed.js'

const pool = new SolverPool()
pool.warm()
// what two kernels do alike is one question
const oracle = putOnce(pool)
const before = modelHash()
const record = (kept) => {
  if (modelHash() !== before) throw new Error('dist/ was built anew meanwhile: what was decided is of another model; run this again')
  const { path, text } = inductionRecord(kept)
  writeFileSync(path, text)
}
const writeBreaking = async (invariants) => {
  const out = []
  for (const k of allKernels.filter((x) => invariants[x.name] !== undefined)) {
    const system = systemOf(k)
    const { broken } = invariants[k.name]
    const runs = runsFromExec(k)
    const found = await Promise.all(clauses.flatMap((c) => broken.filter((b) => b.clause === c.name).map((b) => breaking(system, c, b.event, broken.map((x) => x.clause), oracle))))
    out.push([k.name, found.map((w) => runs.has(w.clause) ? { ...w, from: runs.get(w.clause) } : w)])
    console.log(`${k.name}: a witness against each of ${found.length} clauses${found.every((w) => w.smallest) ? '' : ', not all shown to be the smallest'}`)
  }
  writeFileSync(breakingPath, breakingText(Object.fromEntries(out)))
}
if (process.argv.includes('--witness')) {
  await writeBreaking(readInvariants())
  await pool.close()
  process.exit(0)
}
if (process.argv.includes('--again')) {
  const recorded = readInvariants()
  const proven = await Promise.all(allKernels.filter((k) => recorded[k.name] !== undefined).map((k) => proveInduction(k, recordedClauses(k, recorded), oracle)))
  await pool.close()
  for (const i of proven) console.log(`${i.kernel.name}: ${i.clauses.length} clauses, ${i.put} obligations put, ${i.structural} by structure${i.open.map((o) => `; OPEN at ${o.at}: ${o.clauses.join(', ')}: ${o.reason}`).join('')}`)
  if (proven.some((i) => i.open.length > 0)) process.exit(1)
  record(Object.fromEntries(proven.map((i) => [i.kernel.name, i.clauses.map((c) => c.name)])))
  process.exit(0)
}
const found = await Promise.all(allKernels.map(async (k) => {
  const r = await keptClauses(k, oracle)
  return [k.name, { kept: r.clauses.map((c) => c.name), broken: r.broken }]
}))
const text = `${JSON.stringify(Object.fromEntries(found), null, 1)}\n`
if (process.argv.includes('--check')) {
  const kept = (t) => JSON.stringify(Object.entries(JSON.parse(t)).map(([k, v]) => [k, v.kept]))
  if (kept(text) !== kept(readFileSync(invariantsPath, 'utf8'))) {
    console.error('proofs/well-formed.recorded.json is stale: run npm run invariants')
    process.exit(1)
  }
} else {
  writeFileSync(invariantsPath, text)
  // base and step of these sets were decided on this very model: check need not do it again
  record(Object.fromEntries(found.map(([k, v]) => [k, v.kept])))
  await writeBreaking(Object.fromEntries(found))
}
await pool.close()
for (const [name, r] of found) console.log(`${name}: keeps ${r.kept.length}; broken: ${r.broken.map((b) => `${b.clause} (${b.event})`).join(', ')}`)
