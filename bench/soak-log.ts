/** What a soak has done so far: the sum of its parts, one line of JSON each in a file that a later start goes on from. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { SoakResult } from '../test/sim/soak.js'

const counts = z.record(z.string(), z.int())
const line = z.strictObject({ seed: z.int(), kernels: z.string(), events: z.int(), differences: z.int(), counts, known: counts })

/** The parts that are done, in memory and, if there is a file, in it. */
export class Log {
  events = 0
  fresh = 0
  differences = 0
  private readonly seeds = new Set<number>()
  private readonly counts: Record<string, number> = {}
  private readonly known: Record<string, number> = {}

  constructor(private readonly file: string | undefined, private readonly kernels: readonly string[]) {
    if (file === undefined || !existsSync(file)) return
    for (const text of readFileSync(file, 'utf8').split('\n').filter((l) => l !== '')) {
      const part = line.parse(JSON.parse(text))
      if (part.kernels === kernels.join(' ')) this.take(part)
    }
  }

  get parts(): number { return this.seeds.size }
  has(seed: number): boolean { return this.seeds.has(seed) }

  add(r: SoakResult): void {
    const part = { seed: r.seed, kernels: this.kernels.join(' '), events: r.events, differences: r.found.length, counts: Object.fromEntries(r.counts), known: Object.fromEntries(r.known) }
    this.take(part)
    this.fresh += r.events
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify(part)}\n`)
  }

  private take(part: z.infer<typeof line>): void {
    this.seeds.add(part.seed)
    this.events += part.events
    this.differences += part.differences
    for (const [into, from] of [[this.counts, part.counts], [this.known, part.known]] as const) for (const [k, n] of Object.entries(from)) into[k] = (into[k] ?? 0) + n
  }

  report(seconds: number, used: NodeJS.CpuUsage): void {
    const cpu = (used.user + used.system) / 1e6
    console.log(`\n${this.events} events, ${this.fresh} of them now in ${seconds.toFixed(1)} s: ${Math.round(this.fresh / seconds)} a second, ${Math.round(this.fresh / cpu)} a second of CPU time; ${this.differences} unexplained differences`)
    for (const [name, n] of Object.entries(this.known)) console.log(`  known: ${name}: ${n}`)
    const kinds = [...new Set(Object.keys(this.counts).map((k) => k.split(' ').at(-1)!))].sort()
    for (const kind of kinds) console.log(`  ${kind.padEnd(14)}${['same', 'not modelled', 'refused', 'different'].map((o) => `${o} ${this.counts[`${o} ${kind}`] ?? 0}`).join(', ')}`)
  }
}
