/** What was proven for which source, by hash: data that a machine without the sources can show, and that saves proving it again. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const recordSchema = z.strictObject({ format: z.literal('arm64-compat/verified'), version: z.literal(1), kernel: z.string(), tree: z.string(), functions: z.array(z.strictObject({ name: z.string(), hash: z.string(), model: z.string(), outcome: z.string(), own: z.string(), place: z.string(), side: z.string().optional() })), names: z.string().optional(),
  flags: z.strictObject({ TIF_32BIT: z.number(), TIF_SINGLESTEP: z.number(), TIF_SYSCALL_TRACE: z.number(), TIF_MTE_ASYNC_FAULT: z.number(), TIF_TSC_SIGSEGV: z.number(), TIF_TAGGED_ADDR: z.number(), work: z.string() }).optional() })
export type Record = z.infer<typeof recordSchema>

/** The repository's and the package's root: above cli/ in the source, above dist/cli/ when compiled. */
const roots = ['../../', '../../../'].map((up) => new URL(up, import.meta.url)).filter((u) => existsSync(new URL('package.json', u)))
export const recordFile = (kernel: string): URL => new URL(`docs/verified/${kernel.replace(/[^\w.-]/g, '_')}.json`, roots[0] ?? new URL('./', import.meta.url))

export function readRecord(kernel: string): Record | undefined {
  const file = recordFile(kernel)
  if (!existsSync(file)) return undefined
  return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** Every recorded verification. */
export function recorded(): Record[] {
  const dir = new URL('./', recordFile('x'))
  return existsSync(dir) ? readdirSync(dir).filter((f) => f.endsWith('.json')).sort().flatMap((f) => readRecord(f.slice(0, -5)) ?? []) : []
}

/** Hashes of the questions that are recorded as answered with `equal`. */
export const provenQuestions = (records: readonly Record[] = recorded()): Set<string> => new Set(records.flatMap((r) => r.functions.filter((f) => f.outcome === 'equal').map((f) => f.model)))
