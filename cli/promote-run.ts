import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { readRecorded, recordedPath, type Recorded } from '../proofs/recorded.js'
import { check, type Result } from '../proofs/check.js'
import { readRuns, runsPath, runsText } from '../proofs/runs/record.js'
import { UsageError } from '../trace/errors.js'
import type { Status } from './action.js'
import { chosenClaims, chosenKernels, chosenUserspaces, engine, invariantsOf, searchLimits, simulatorReplayer } from './deciding.js'
import { writeOutput } from './files.js'
import type { CheckCommandOptions } from './options.js'
import { progressLine } from './progress.js'

/** Records what was decided. What was not decided now stays as it is recorded. `unknown` is never recorded. */
export async function promote(names: readonly string[], options: CheckCommandOptions): Promise<Status> {
  const found = await decidedAnew(names, options)
  const broken = found.find((r) => r.verdict === 'unknown' || r.contradictions.length > 0)
  if (broken !== undefined) throw new UsageError('E_PROMOTE', `${broken.claim.id} on ${broken.kernel.name} is ${broken.verdict === 'unknown' ? 'unknown' : 'contradicted by its replay'}: nothing was recorded`)
  for (const id of new Set(found.map((r) => r.claim.id))) record(id, found.filter((r) => r.claim.id === id))
  for (const id of new Set(found.flatMap((r) => [...r.recording?.keys() ?? []]))) recordRuns(id, found)
  return 0
}

/** Without what is recorded: that is what promote is there to write. */
async function decidedAnew(names: readonly string[], options: CheckCommandOptions): Promise<Result[]> {
  const [claims, kernels] = [await chosenClaims(names), await chosenKernels(options.kernel)]
  const e = engine(options)
  const line = progressLine('deciding anew')
  try {
    const kept = await invariantsOf(kernels, e.oracle)
    return await check(claims, kernels, chosenUserspaces(options.userspace), e.oracle, { kept, timeoutMs: e.timeoutMs, search: 'record', limits: searchLimits(options), replayer: simulatorReplayer, progress: line.at })
  } finally {
    line.end()
    await e.close()
  }
}

/** The runs and clauses that show the verdicts of one claim or condition. */
function recordRuns(id: string, found: readonly Result[]): void {
  const { cells } = readRuns(id)
  for (const r of found) {
    const cell = r.recording?.get(id)
    if (cell !== undefined) cells[r.kernel.name] = { ...cells[r.kernel.name], [r.userspace]: cell }
  }
  mkdirSync(dirname(runsPath(id)), { recursive: true })
  writeOutput(runsPath(id), runsText({ claim: id, cells }))
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
