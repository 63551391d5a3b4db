/**
 * `npm run sweep [-- --bits N --jobs N --no-c]`: all 2^N low words (N = 32) through every sanitiser and both conversions, simulator
 * against model, on all cores; then the same computations and comparison in C with as many threads. Exit status 1: a difference.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import { COMPARED, sweepRange, type SweepResult } from './sweep-range.js'

const CHUNK = 2 ** 24

/** Wall-clock and CPU nanoseconds for `words` words; null if there is no C compiler. */
export interface Timing { words: number, differences: number, wall: number, cpu: number }

/** The sweep in this process's worker threads; `progress` is called with the words done. */
export async function sweep(bits: number, jobs: number, progress: (done: number) => void = () => {}): Promise<Timing & { first: number | null }> {
  const words = 2 ** bits, cpu = process.cpuUsage(), start = performance.now()
  let next = 0, done = 0, differences = 0
  let first: number | null = null
  await Promise.all(Array.from({ length: jobs }, () => new Promise<void>((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url))
    const give = (): void => {
      if (next >= words) {
        void worker.terminate().then(() => resolve())
        return
      }
      const to = Math.min(next + CHUNK, words)
      worker.postMessage([next, to])
      next = to
    }
    worker.on('message', (r: SweepResult) => {
      done += r.words
      differences += r.differences
      if (r.first !== null && (first === null || r.first < first)) first = r.first
      progress(done)
      give()
    })
    worker.on('error', reject)
    give()
  })))
  const used = process.cpuUsage(cpu)
  return { words, differences, first, wall: (performance.now() - start) * 1e6, cpu: (used.user + used.system) * 1000 }
}

/** The C program. */
export function sweepInC(bits: number, jobs: number): Timing | null {
  const source = ['./sweep.c', '../../bench/sweep.c'].map((p) => fileURLToPath(new URL(p, import.meta.url))).find((p) => existsSync(p))
  if (source === undefined) return null
  const dir = mkdtempSync(join(tmpdir(), 'arm64-compat-'))
  try {
    try { execFileSync('cc', ['-O2', '-pthread', '-o', join(dir, 'sweep'), source], { stdio: ['ignore', 'ignore', 'pipe'] }) } catch { return null }
    const [words, differences, wall, cpu] = execFileSync(join(dir, 'sweep'), [String(jobs), String(bits)], { encoding: 'utf8' }).trim().split(' ').map(Number)
    return { words: words!, differences: differences!, wall: wall!, cpu: cpu! }
  } finally { rmSync(dir, { recursive: true, force: true }) }
}

const seconds = (ns: number): string => `${(ns / 1e9).toFixed(2)} s`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { bits: { type: 'string', default: '32' }, jobs: { type: 'string' }, 'no-c': { type: 'boolean', default: false } } })
  const bits = Number(values.bits), jobs = Number(values.jobs ?? availableParallelism())
  console.log(`2^${bits} words, ${jobs} threads: ${COMPARED.join('; ')}`)
  const bar = (done: number): void => {
    if (!process.stderr.isTTY) return
    const part = done / 2 ** bits
    process.stderr.write(`\r[${'#'.repeat(Math.round(40 * part)).padEnd(40)}] ${(100 * part).toFixed(0)} %${part === 1 ? '\n' : ''}`)
  }
  const ours = await sweep(bits, jobs, bar)
  console.log(`simulator against model: ${ours.differences} differences${ours.first === null ? '' : `, first 0x${ours.first.toString(16)}`}; ${seconds(ours.wall)}, ${seconds(ours.cpu)} CPU`)
  const c = values['no-c'] ? null : sweepInC(bits, jobs)
  if (c === null) console.log('C: not measured (no cc)')
  else console.log(`the same in C, cc -O2: ${c.differences} differences; ${seconds(c.wall)}, ${seconds(c.cpu)} CPU; ratio ${(ours.wall / c.wall).toFixed(2)}, by CPU time ${(ours.cpu / c.cpu).toFixed(2)}`)
  process.exitCode = ours.differences === 0 ? 0 : 1
}

if (!isMainThread) parentPort?.on('message', ([from, to]: [number, number]) => parentPort!.postMessage(sweepRange(from, to)))
else if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
