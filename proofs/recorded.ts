/** Recorded verdicts beside the claims, and which invariants each kernel was found to keep. Written by `promote` and `npm run invariants` only. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../trace/errors.js'
import type { Kernel } from '../model/index.js'
import type { Userspace } from './claim.js'
import type { Verdict } from './decide.js'
import { packageRoot } from './root.js'
import { clauses, type Clause } from './well-formed.js'

const verdict = z.enum(['holds', 'fails', 'vacuous', 'unknown'])
const cell = z.strictObject({ any: verdict.optional(), contract: verdict.optional() })
/** kernel name → verdicts; a conjunction has one entry more per condition. */
const recordedSchema = z.strictObject({ claim: z.string(), verdicts: z.record(z.string(), cell), conditions: z.record(z.string(), z.record(z.string(), cell)).optional() })
export type Recorded = z.infer<typeof recordedSchema>

export const recordedPath = (claim: string): string => join(packageRoot, 'proofs', 'claims', 'recorded', `${claim.replace('/', '-')}.json`)

/** What is recorded of a claim; undefined where nothing is. Throws `E_RECORDED`. */
export function readRecorded(claim: string): Recorded | undefined {
  const path = recordedPath(claim)
  if (!existsSync(path)) return undefined
  try {
    return recordedSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new UsageError('E_RECORDED', `${path} is not a record of verdicts; restore it or run promote ${claim}`)
  }
}
export const expectedVerdict = (r: Recorded | undefined, kernel: string, userspace: Userspace): Verdict | null => r?.verdicts[kernel]?.[userspace] ?? null

export const invariantsPath = join(packageRoot, 'proofs', 'well-formed.recorded.json')
const invariantsSchema = z.record(z.string(), z.strictObject({ kept: z.array(z.string()), broken: z.array(z.strictObject({ clause: z.string(), event: z.string() })) }))
export type Invariants = z.infer<typeof invariantsSchema>
export const readInvariants = (): Invariants => existsSync(invariantsPath) ? invariantsSchema.parse(JSON.parse(readFileSync(invariantsPath, 'utf8'))) : {}

/** The clauses a kernel is recorded to keep; undefined for a kernel nobody has looked at. */
export function recordedClauses(k: Kernel, all: Invariants): readonly Clause[] | undefined {
  const mine = all[k.name]
  return mine === undefined ? undefined : clauses.filter((c) => mine.kept.includes(c.name))
}
