/**
 * What breaks a clause on a kernel that does not keep it: one event, from a state given as what differs from a state right after exec.
 * Written by `node scripts/invariants.mjs --witness`; shown in docs/invariants.md; decided again by `redecided`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { eventSchema, type Event } from '../../trace/events.js'
import { UsageError } from '../../trace/errors.js'
import { itfForm, toForm } from '../../trace/itf-form.js'
import { configSpec, type Config } from '../../trace/state.js'
import { packageRoot } from '../root.js'

const axes = Object.keys(configSpec) as [keyof Config, ...(keyof Config)[]]
const bits = z.union([z.literal(64), z.literal(32), z.literal(0)])
const leaf = z.union([z.boolean(), z.string().regex(/^0x[0-9a-f]+$/).transform((v) => BigInt(v))])
const from = z.strictObject({ claim: z.string(), userspace: z.enum(['any', 'contract']), run: z.number(), events: z.number() })
const witness = z.strictObject({
  clause: z.string(),
  /** as proofs/system/events.ts names it; `exec`: the state right after exec is without the clause, there is no event */
  by: z.string(),
  /** the clauses that this state lacks; all others it has. No event breaks the clause from a state that has one more of them. */
  without: z.array(z.string()),
  /** axes off their default */
  config: z.array(z.enum(axes)),
  /** what each task exec'd; 0: not there */
  tasks: z.array(bits),
  /** leaves of the state before the event that are not as right after exec */
  state: z.record(z.string(), leaf),
  event: (itfForm(eventSchema) as z.ZodType<Event>).optional(),
  /** fewest configuration axes and bits off their default; false: a limit came first */
  smallest: z.boolean(),
  /** a run from exec, recorded with that claim, that after so many events has a state without the clause */
  from: from.optional(),
})
const schema = z.record(z.string(), z.array(witness))
export type Breaking = z.infer<typeof witness>
export type RunFromExec = z.infer<typeof from>
/** kernel name → a witness for each clause that it does not keep */
export type Breakings = z.infer<typeof schema>

export const breakingPath = join(packageRoot, 'proofs', 'breaking.recorded.json')

/** Throws `E_RECORDED`. */
export function readBreaking(): Breakings {
  if (!existsSync(breakingPath)) return {}
  try {
    return schema.parse(JSON.parse(readFileSync(breakingPath, 'utf8')))
  } catch {
    throw new UsageError('E_RECORDED', `${breakingPath} is not a record of what breaks clauses; restore it or run node scripts/invariants.mjs --witness`)
  }
}

/** One line a witness. */
export const breakingText = (all: Breakings): string => `{\n${Object.entries(all).map(([kernel, ws]) => ` ${JSON.stringify(kernel)}: [\n${ws.map((w) => `  ${JSON.stringify(plain(w))}`).join(',\n')}]`).join(',\n')}}\n`
const plain = (w: Breaking): unknown => ({
  ...w, state: Object.fromEntries(Object.entries(w.state).map(([path, v]) => [path, typeof v === 'bigint' ? `0x${v.toString(16)}` : v])),
  ...w.event === undefined ? {} : { event: toForm(w.event) },
})
