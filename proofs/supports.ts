/**
 * Which clauses the step of a clause rests on, event by event: with these assumed, that event keeps it. Recorded for a model by its hash, as base
 * and step are (system/hash.ts). Where a patch loses a clause, an event that is the same one as before is asked again only about clauses whose
 * step rested on it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { evaluateAll, type Value } from '../model/terms/evaluate.js'
import { queryText } from '../model/terms/smtlib.js'
import type { Kernel } from '../model/index.js'
import type { Oracle } from './oracle.js'
import { packageRoot } from './root.js'
import { modelHash } from './system/hash.js'
import { refuted, stepObligation, systemOf, type Clause, type System, type Transition } from './system/system.js'

export const supportsPath = join(packageRoot, 'proofs', 'supports.recorded.json')
/** `steps`: by event, then by clause, the other clauses that its step needs; what is not named needs none but itself. */
const ofKernel = z.strictObject({ clauses: z.array(z.string()), steps: z.record(z.string(), z.record(z.string(), z.array(z.string()))) })
const schema = z.strictObject({ sha256: z.string(), kernels: z.record(z.string(), ofKernel) })
export type Supports = z.infer<typeof ofKernel>

/** What is recorded for this kernel with these clauses, if it is of this very model. */
export function readSupports(k: Kernel, clauses: readonly Clause[]): Supports | undefined {
  if (!existsSync(supportsPath)) return undefined
  const read = schema.safeParse(JSON.parse(readFileSync(supportsPath, 'utf8')))
  const found = read.success && read.data.sha256 === modelHash() ? read.data.kernels[k.name] : undefined
  return found !== undefined && found.clauses.length === clauses.length && clauses.every((c) => found.clauses.includes(c.name)) ? found : undefined
}
export const supportsText = (kernels: Readonly<Record<string, Supports>>): string => `${JSON.stringify({ sha256: modelHash(), kernels }, null, 1)}\n`

/** The clauses of `kept` that are not known to be kept at an event, because something their step rested on is gone. */
export const inDoubt = (s: Supports, event: string, kept: ReadonlySet<Clause>): Clause[] => {
  const names = new Set([...kept].map((c) => c.name))
  return [...kept].filter((c) => s.steps[event]?.[c.name]?.some((n) => !names.has(n)) === true)
}

/** Finds what each step rests on: a counterexample to a step with too few clauses lacks a clause, and that one is added. Throws where the clauses are not inductive. */
export async function findSupports(k: Kernel, clauses: readonly Clause[], oracle: Oracle): Promise<Supports> {
  const system = systemOf(k)
  const steps = await Promise.all(system.transitions.map(async (t) => {
    const each = await Promise.all(clauses.map(async (c) => [c.name, await supportsOf(system, t, c, clauses, oracle)] as const))
    return [t.name, Object.fromEntries(each.filter(([, s]) => s.length > 0))] as const
  }))
  return { clauses: clauses.map((c) => c.name), steps: Object.fromEntries(steps.filter(([, s]) => Object.keys(s).length > 0)) }
}

async function supportsOf(s: System, t: Transition, c: Clause, all: readonly Clause[], oracle: Oracle): Promise<string[]> {
  const assumed = [c]
  // what is lost most often is assumed last: that everything is of its task's width
  const robust = [...all].sort((x, y) => Number(/-of-its-width$/.test(x.name)) - Number(/-of-its-width$/.test(y.name)))
  const state = robust.map((x) => x.holds(s.kernel, s.config, s.before))
  for (;;) {
    const o = stepObligation(s, t, assumed, [c])
    if (o === undefined || refuted(o)) break
    const answer = await oracle.ask({ text: queryText(o.terms) })
    if (answer.kind === 'unsat') break
    if (answer.kind === 'unknown') throw new Error(`${s.kernel.name}, ${t.name}: ${answer.reason}`)
    const truths = evaluateAll(state, (name, width): Value => answer.model.get(name) ?? (width === 0 ? false : 0n))
    const lacking = robust.find((x, i) => truths[i] === false && !assumed.includes(x))
    if (lacking === undefined) throw new Error(`${s.kernel.name}, ${t.name}: ${c.name} is broken where every clause holds`)
    assumed.push(lacking)
  }
  return assumed.slice(1).map((x) => x.name)
}
