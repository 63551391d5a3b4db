/** What a person has said of findings: explore/judged.yaml. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { packageRoot } from '../proofs/root.js'
import { UsageError } from '../trace/errors.js'

/** What a judgement speaks of. `variant`: who takes part. */
export interface Member { readonly principle: string, readonly event: string, readonly variant: string, readonly field: string, readonly kernel: string, /** settings and cases that its run needs */ readonly needs: readonly string[] }

const list = z.array(z.string().min(1)).min(1)
/**
 * `known: COMMIT` names the mainline commit that repaired it. `artefact`: no kernel does it; the events allow more than happens, and the note
 * says where.
 */
const verdict = z.string().regex(/^(confirmed|by design|artefact|known: .+)$/, 'expected `confirmed`, `by design`, `artefact` or `known: COMMIT`')
const judgement = z.strictObject({
  principle: z.string(),
  /** of these events and fields, with these tasks, on these kernels; all of them where it does not say */
  events: list.optional(), variants: list.optional(), fields: list.optional(), kernels: list.optional(),
  /** only where the run needs these settings and cases: what happens without them is something else */
  needs: list.optional(),
  verdict,
  /** why, in a sentence */
  note: z.string().min(1),
})
export type Judgement = z.infer<typeof judgement>

export const judgedPath = join(packageRoot, 'explore', 'judged.yaml')

/** Throws `E_JUDGED`: the file cannot be read, the message says where. */
export function readJudged(path = judgedPath): readonly Judgement[] {
  if (!existsSync(path)) return []
  let value: unknown
  try { value = parse(readFileSync(path, 'utf8')) } catch (e) {
    throw new UsageError('E_JUDGED', `${path}: not YAML: ${e instanceof Error ? e.message : String(e)}`)
  }
  const read = z.array(judgement).nullable().safeParse(value)
  if (!read.success) {
    const issue = read.error.issues[0]!
    throw new UsageError('E_JUDGED', `${path}: entry ${issue.path.map(String).join('.')}: ${issue.message}`)
  }
  return read.data ?? []
}

const has = (all: readonly string[] | undefined, one: string): boolean => all === undefined || all.includes(one)
export const speaksOf = (j: Judgement, m: Member): boolean => j.principle === m.principle && has(j.events, m.event) && has(j.variants, m.variant) && has(j.fields, m.field) && has(j.kernels, m.kernel) && (j.needs ?? []).every((n) => m.needs.includes(n))
