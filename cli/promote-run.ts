import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { readRecorded, recordedPath, type Recorded } from '../proofs/recorded.js'
import type { Result } from '../proofs/check.js'
import { UsageError } from '../trace/errors.js'
import type { Status } from './action.js'
import { results } from './check-run.js'
import { writeOutput } from './files.js'
import type { CheckCommandOptions } from './options.js'

/** Records what was decided. What was not decided now stays as it is recorded. `unknown` is never recorded. */
export async function promote(names: readonly string[], options: CheckCommandOptions): Promise<Status> {
  const found = await results(names, options)
  const broken = found.find((r) => r.verdict === 'unknown' || r.contradictions.length > 0)
  if (broken !== undefined) throw new UsageError('E_PROMOTE', `${broken.claim.id} on ${broken.kernel.name} is ${broken.verdict === 'unknown' ? 'unknown' : 'contradicted by its replay'}: nothing was recorded`)
  for (const id of new Set(found.map((r) => r.claim.id))) record(id, found.filter((r) => r.claim.id === id))
  return 0
}

function record(id: string, found: readonly Result[]): void {
  const before = readRecorded(id)
  const after: Recorded = { claim: id, verdicts: { ...before?.verdicts }, ...before?.conditions === undefined ? {} : { conditions: { ...before.conditions } } }
  for (const r of found) {
    after.verdicts[r.kernel.name] = { ...after.verdicts[r.kernel.name], [r.userspace]: r.verdict }
    for (const c of r.decision.conditions) {
      const all = after.conditions ??= {}
      const one = all[c.claim.id] ??= {}
      one[r.kernel.name] = { ...one[r.kernel.name], [r.userspace]: c.verdict }
    }
    const old = before?.verdicts[r.kernel.name]?.[r.userspace]
    if (old !== r.verdict) process.stdout.write(`${id} on ${r.kernel.name} (${r.userspace}): ${old ?? 'nothing'} → ${r.verdict}\n`)
  }
  mkdirSync(dirname(recordedPath(id)), { recursive: true })
  writeOutput(recordedPath(id), `${JSON.stringify(after, null, 1)}\n`)
}
