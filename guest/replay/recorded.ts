/** What was seen of each witness on a real kernel, for machines that cannot boot one: guest/rungs.recorded.json. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { guestFile } from '../paths.js'

const outcome = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('climbed') }),
  z.strictObject({ outcome: z.literal('failed'), differences: z.array(z.string()).min(1) }),
  z.strictObject({ outcome: z.literal('not climbed'), reason: z.string() }),
])
const schema = z.strictObject({
  format: z.literal('arm64-compat/rungs'), version: z.literal(1),
  /** kernel identifier → what was booted under that name */
  kernels: z.record(z.string(), z.string()),
  qemu: z.string(),
  /** every verdict that was asked for, with its witnesses */
  verdicts: z.array(z.strictObject({ claim: z.string(), kernel: z.string(), userspace: z.enum(['any', 'contract']), verdict: z.string(), witnesses: z.array(z.string()) })),
  witnesses: z.record(z.string(), outcome),
})
export type Rungs = z.infer<typeof schema>
export type Outcome = z.infer<typeof outcome>

const file = (): string => guestFile('rungs.recorded.json')

/** Empty when nothing is recorded. Throws on a file that is not one. */
export function recordedRungs(): Rungs {
  if (!existsSync(file())) return { format: 'arm64-compat/rungs', version: 1, kernels: {}, qemu: '', verdicts: [], witnesses: {} }
  return schema.parse(JSON.parse(readFileSync(file(), 'utf8')))
}

/** A line for each verdict and each witness, in a fixed order, so that a change can be read. */
export function writeRungs(r: Rungs): void {
  const lines = <T>(open: string, list: readonly T[], text: (x: T) => string, close: string): string => `${open}${list.map((x) => `\n  ${text(x)}`).join(',')}\n ${close}`
  const kernels = Object.entries(r.kernels).sort(byKey)
  writeFileSync(file(), `{\n "format": "arm64-compat/rungs", "version": 1,\n "qemu": ${JSON.stringify(r.qemu)},\n "kernels": ${lines('{', kernels, ([k, v]) => `${JSON.stringify(k)}: ${JSON.stringify(v)}`, '}')},\n "verdicts": ${
    lines('[', r.verdicts, (v) => JSON.stringify(v), ']')},\n "witnesses": ${lines('{', Object.entries(r.witnesses).sort(byKey), ([k, v]) => `${JSON.stringify(k)}: ${JSON.stringify(v)}`, '}')}\n}\n`)
}
const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => a[0] < b[0] ? -1 : 1

/** The rung of a verdict from what was seen of its traces. */
export function rungOf(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return 'not climbed: there is no run to replay'
  if (outcomes.some((o) => o.outcome === 'failed')) return 'failed'
  const not = outcomes.flatMap((o, i) => o.outcome === 'not climbed' ? [{ which: i + 1, reason: o.reason }] : [])
  if (not.length === 0) return 'climbed'
  return `not climbed: ${outcomes.length === 1 || not.length === outcomes.length ? not[0]!.reason : `trace ${not.map((n) => n.which).join(', ')} of ${outcomes.length}: ${not[0]!.reason}`}`
}
