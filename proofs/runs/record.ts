/**
 * What a verdict is shown by, recorded beside it: for one that a run shows, the run from exec, as its configuration and events; for one about
 * all runs, the clauses that its refutation needs, and a run that reaches the situation. `check` decides both again; promote writes them.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../trace/errors.js'
import { eventSchema } from '../../trace/events.js'
import { itfForm, toForm } from '../../trace/itf-form.js'
import { configSpec, defaultConfig, type Config } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import type { Userspace } from '../claim.js'
import { packageRoot } from '../root.js'

const axes = Object.keys(configSpec) as (keyof Config)[]
const bits = z.union([z.literal(64), z.literal(32), z.literal(0)])
/** `config`: the axes off their default. `tasks`: what each task exec'd, 0 for one that does not exist yet. */
const runSchema = z.strictObject({ kernel: z.string(), config: z.array(z.enum(axes as [keyof Config, ...(keyof Config)[]])), tasks: z.array(bits).min(1).max(4), events: z.array(itfForm(eventSchema) as z.ZodType<Trace['events'][number]>) })
const shownSchema = z.strictObject({ goal: z.enum(['situation', 'property', 'not property']), shape: z.string(), irrelevant: z.array(z.string()), runs: z.array(runSchema).min(1).max(2) })
const cellSchema = z.strictObject({ run: shownSchema.optional(), rests: z.array(z.string()).optional() })
const perKernel = z.record(z.string(), z.strictObject({ any: cellSchema.optional(), contract: cellSchema.optional() }))
const fileSchema = z.strictObject({ claim: z.string(), cells: perKernel })

export type RecordedRun = z.infer<typeof runSchema>
export type Shown = z.infer<typeof shownSchema>
export type Cell = z.infer<typeof cellSchema>
export type RecordedRuns = z.infer<typeof fileSchema>

export const runsPath = (claim: string): string => join(packageRoot, 'proofs', 'claims', 'runs', `${claim.replace('/', '-')}.json`)

/** Throws `E_RECORDED`. */
export const readRuns = (claim: string): RecordedRuns => read(claim, fileSchema) ?? { claim, cells: {} }

/** One claim's cells: a file has those of many kernels, and each is looked at closely when it is asked for. */
export function cellsOf(claim: string): (kernel: string, userspace: Userspace) => Cell | undefined {
  const file = read(claim, looseSchema)
  const known = new Map<string, Cell>()
  return (kernel, userspace) => {
    const raw = file?.cells[kernel]?.[userspace]
    const key = `${kernel} ${userspace}`
    if (raw !== undefined && !known.has(key)) known.set(key, reading(claim, () => cellSchema.parse(raw)))
    return known.get(key)
  }
}
const looseSchema = z.strictObject({ claim: z.string(), cells: z.record(z.string(), z.record(z.string(), z.unknown())) })

function read<T>(claim: string, schema: z.ZodType<T>): T | undefined {
  const path = runsPath(claim)
  return existsSync(path) ? reading(claim, () => schema.parse(JSON.parse(readFileSync(path, 'utf8')))) : undefined
}
function reading<T>(claim: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new UsageError('E_RECORDED', `${runsPath(claim)} is not a record of runs; restore it or run promote ${claim}`)
  }
}

/** One line a run: the files are read by people, too. */
export function runsText(r: RecordedRuns): string {
  const kernels = Object.entries(r.cells).map(([kernel, cells]) =>
    `  ${JSON.stringify(kernel)}: {\n${Object.entries(cells).map(([u, cell]) => `   ${JSON.stringify(u)}: {${cellText(cell ?? {})}}`).join(',\n')}}`)
  return `{"claim": ${JSON.stringify(r.claim)},\n "cells": {\n${kernels.join(',\n')}}}\n`
}
const cellText = ({ run, rests }: Cell): string => [
  ...rests === undefined ? [] : [`"rests": ${JSON.stringify(rests)}`],
  ...run === undefined ? [] : [`"run": {"goal": ${JSON.stringify(run.goal)}, "shape": ${JSON.stringify(run.shape)}, "irrelevant": ${JSON.stringify(run.irrelevant)}, "runs": [\n${run.runs.map((x) => `    ${JSON.stringify({ ...x, events: x.events.map((e) => toForm(e)) })}`).join(',\n')}]}`],
].join(', ')

/** A trace from exec as it is recorded. */
export const recordedRun = (t: Trace): RecordedRun => ({
  kernel: t.kernel,
  config: axes.filter((a) => t.config[a] !== defaultConfig[a]),
  tasks: t.states[0]!.tasks.map((x) => x.at === 0n ? 0 : x.TIF_32BIT ? 32 : 64),
  events: t.events,
})
export const configOf = (r: RecordedRun): Config => ({ ...defaultConfig, ...Object.fromEntries(r.config.map((a) => [a, !defaultConfig[a]])) })
