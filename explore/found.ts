/** What the last complete search found, as data: explore/found.recorded.json. docs/findings.md is written from it, from judged.yaml and from what real kernels did. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { packageRoot } from '../proofs/root.js'
import type { Finding } from './findings.js'
import type { Member } from './judged.js'

const texts = z.array(z.string())
const finding = z.strictObject({
  id: z.string(), principle: z.string(), sentence: z.string(),
  /** the simplest first */
  events: texts, fields: texts, variants: texts,
  /** settings and cases that every one of its runs needs */
  needs: texts,
  kernels: texts,
  /** each event and field: with which tasks, under which conditions, on which kernels */
  cells: z.array(z.strictObject({ event: z.string(), field: z.string(), variant: z.string(), needs: texts, kernels: texts })),
  witness: z.strictObject({ kernel: z.string(), start: z.enum(['exec', 'assumed']), run: texts, files: texts }),
})
const schema = z.strictObject({ format: z.literal('arm64-compat/found'), version: z.literal(1), kernels: texts, questions: z.number(), unknown: texts, findings: z.array(finding) })
export type Found = z.infer<typeof schema>
export type FoundFinding = z.infer<typeof finding>

const path = join(packageRoot, 'explore', 'found.recorded.json')

/** Nothing found by no search where there is no record. Throws on a file that is none. */
export function readFound(): Found {
  return existsSync(path) ? schema.parse(JSON.parse(readFileSync(path, 'utf8'))) : { format: 'arm64-compat/found', version: 1, kernels: [], questions: 0, unknown: [], findings: [] }
}
export const writeFound = (f: Found): void => writeFileSync(path, `${JSON.stringify(schema.parse(f), null, 1)}\n`)

/** `run`: the events in words; `files`: the traces' names. */
export function asFound(f: Finding, run: readonly string[], files: readonly string[]): FoundFinding {
  const cells = new Map<string, { event: string, field: string, variant: string, needs: string[], kernels: string[] }>()
  for (const m of f.members) {
    const key = JSON.stringify([m.event, m.field, m.variant, m.needs])
    const cell = cells.get(key) ?? { event: m.event, field: m.field, variant: m.variant, needs: [...m.needs], kernels: [] }
    cells.set(key, cell)
    cell.kernels.push(m.kernel)
  }
  return {
    id: f.id, principle: f.principle.name, sentence: f.sentence, events: [...f.events], fields: [...f.fields], variants: [...f.variants], needs: [...f.needs], kernels: [...f.kernels],
    cells: [...cells.values()], witness: { kernel: f.witness.kernel.name, start: f.traces.every((t) => t.start === 'exec') ? 'exec' : 'assumed', run: [...run], files: [...files] },
  }
}
export const membersOf = (f: FoundFinding): Member[] => f.cells.flatMap(({ kernels, ...cell }) => kernels.map((kernel) => ({ principle: f.principle, ...cell, kernel })))
