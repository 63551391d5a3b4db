/**
 * Base and step are decided once for a model: `npm run invariants` records the hash of all code that they depend on. Where it is the same,
 * `check` takes the record; where it differs, and with `--induction`, everything is decided again.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Kernel } from '../../model/index.js'
import { packageRoot } from '../root.js'
import type { Clause } from './clause.js'
import type { Induction } from './induction.js'

const recordPath = join(packageRoot, 'proofs', 'system', 'induction.recorded.json')
const schema = z.strictObject({ sha256: z.string(), kept: z.record(z.string(), z.array(z.string())) })
export type InductionRecord = z.infer<typeof schema>

/** The compiled model with the state's description, the clauses, and what makes obligations of them. */
const rooms = ['model', 'trace', 'proofs/system'] as const
const files = ['proofs/well-formed.js', 'proofs/run.js'] as const

function below(path: string): string[] {
  return readdirSync(join(packageRoot, 'dist', path), { withFileTypes: true }).flatMap((e) => e.isDirectory() ? below(`${path}/${e.name}`) : e.name.endsWith('.js') ? [`${path}/${e.name}`] : [])
}

/** SHA-256 over names and contents, in order of the names. */
export function modelHash(): string {
  const hash = createHash('sha256')
  for (const name of [...rooms.flatMap(below), ...files].sort()) hash.update(`${name}\n`).update(readFileSync(join(packageRoot, 'dist', name)))
  return hash.digest('hex')
}

/** What is recorded, if it is of this very code. */
export function readInduction(): InductionRecord | undefined {
  if (!existsSync(recordPath)) return undefined
  const read = schema.safeParse(JSON.parse(readFileSync(recordPath, 'utf8')))
  return read.success && read.data.sha256 === modelHash() ? read.data : undefined
}
export const inductionRecord = (kept: InductionRecord['kept']): { path: string, text: string } => ({ path: recordPath, text: `${JSON.stringify({ sha256: modelHash(), kept }, null, 1)}\n` })

/** The recorded induction of a kernel; undefined where the record is of another model, or of other clauses. `own`: the kernel is one of the project's. */
export function recordedInduction(k: Kernel, clauses: readonly Clause[], record: InductionRecord | undefined): Induction | undefined {
  const kept = record?.kept[k.name]
  if (kept === undefined || kept.length !== clauses.length || !clauses.every((c) => kept.includes(c.name))) return undefined
  return { kernel: k, clauses, by: 'recorded', put: 0, structural: 0, open: [] }
}
