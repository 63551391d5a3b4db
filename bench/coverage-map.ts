/** Which places of the simulator's kernel paths were executed, from V8's block coverage, over several parts, threads and starts. */
import { createHash } from 'node:crypto'
import { Session } from 'node:inspector/promises'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** What is no kernel path. */
const notKernel = /^(random|choices|scenario|timeline|index|diff|replay|residue|not-enabled)/
const dir = fileURLToPath(new URL('../sim/', import.meta.url))

/** Of each file one byte a character: 1 where it was executed. */
export type Executed = Record<string, Uint8Array>
export interface Block { readonly file: string, readonly line: number, readonly text: string }

/** V8 counts from here on, in this thread. Before the simulator is imported. */
export async function startCoverage(): Promise<{ take(): Promise<Executed> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    /** What was executed since the last time. */
    async take() {
      const { result } = await session.post('Profiler.takePreciseCoverage'), out: Executed = {}
      for (const script of result) {
        const file = script.url.startsWith('file:') ? fileURLToPath(script.url) : ''
        if (!file.startsWith(dir) || notKernel.test(file.slice(dir.length))) continue
        // inner ranges come after the ones they lie in
        const bytes = out[file.slice(dir.length)] = new Uint8Array(readFileSync(file, 'utf8').length)
        for (const f of script.functions) for (const r of f.ranges) bytes.fill(r.count > 0 ? 1 : 0, r.startOffset, r.endOffset)
      }
      return out
    },
  }
}

const saved = z.record(z.string(), z.strictObject({ sha256: z.string(), executed: z.string() }))

/** The sum of what was executed. With a file it goes on from there, as long as the simulator is the same. */
export class CoverageMap {
  private readonly executed = new Map<string, Uint8Array>()

  constructor(private readonly file?: string) {
    if (file === undefined || !existsSync(file)) return
    for (const [name, { sha256, executed }] of Object.entries(saved.parse(JSON.parse(readFileSync(file, 'utf8'))))) {
      if (existsSync(dir + name) && sha256 === hash(name)) this.executed.set(name, Uint8Array.from(executed, Number))
    }
  }

  add(more: Executed): void {
    for (const [file, bytes] of Object.entries(more)) {
      const sum = this.executed.get(file)
      if (sum === undefined) this.executed.set(file, bytes)
      else bytes.forEach((b, i) => { if (b === 1) sum[i] = 1 })
    }
  }

  save(): void {
    if (this.file !== undefined) writeFileSync(this.file, JSON.stringify(Object.fromEntries([...this.executed].map(([name, b]) => [name, { sha256: hash(name), executed: b.join('') }]))))
  }

  get files(): number { return kernelFiles().length }

  /** Stretches never executed. Refusals and wrong use throw: they are no path of a kernel. */
  never(): Block[] {
    return kernelFiles().flatMap((file) => {
      const source = readFileSync(dir + file, 'utf8'), bytes = this.executed.get(file) ?? new Uint8Array(source.length), out: Block[] = []
      for (let i = 0; i < source.length; i++) {
        if (bytes[i] === 1) continue
        const start = i
        while (i < source.length && bytes[i] !== 1) i++
        const text = source.slice(start, i).replace(/\s+/g, ' ').trim()
        if (!/^[{}();,\s]*$/.test(text) && !/NotEnabled|UsageError|RangeError/.test(text) && text !== 'export {};') out.push({ file, line: source.slice(0, start).split('\n').length, text: text.slice(0, 90) })
      }
      return out
    })
  }
}

const hash = (name: string): string => createHash('sha256').update(readFileSync(dir + name)).digest('hex')
const kernelFiles = (): string[] => readdirSync(dir).filter((f) => f.endsWith('.js') && !notKernel.test(f)).sort()

/** Those that docs/simulator.md names, with the reason. */
export function explained(b: Block): boolean {
  const page = fileURLToPath(new URL('../../docs/simulator.md', import.meta.url))
  return existsSync(page) && readFileSync(page, 'utf8').includes(`\`${b.file}\` ${b.text.slice(0, 40)}`)
}

export function report(map: CoverageMap): number {
  const never = map.never(), bare = never.filter((b) => !explained(b))
  console.log(`branches of the kernel paths (${map.files} files): ${never.length === 0 ? 'all taken' : `${never.length} never taken, ${bare.length} of them without a reason in docs/simulator.md`}`)
  for (const b of never) console.log(`  ${explained(b) ? 'explained' : 'NEVER'} ${b.file}:${b.line}: ${b.text}`)
  return bare.length
}
