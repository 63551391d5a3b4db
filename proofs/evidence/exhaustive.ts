/** All values of a small free input, run through the compiled unsimplified terms: no solver at all. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { queryText } from '../../model/terms/smtlib.js'
import { topological, variables, type Term } from '../../model/terms/term.js'
import { notClimbed, type Decided, type Rung } from './rung.js'

/** What a worker gets: the values from..to - 1 of all inputs written one after another. */
export interface Range { readonly text: string, readonly from: number, readonly to: number }

export interface ExhaustiveOptions {
  readonly jobs?: number
  /** Bits of free input that are still run; at most 32. */
  readonly maxBits?: number
  readonly timeoutMs?: number
}

/** The rung `exhaustive`. `plain` was built with `plainly`. */
export async function exhaustive(plain: readonly Term[], verdict: Decided, options: ExhaustiveOptions = {}): Promise<Rung> {
  const { jobs = availableParallelism(), maxBits = 32, timeoutMs = 120_000 } = options
  const bits = variables(...plain).reduce((n, v) => n + Math.max(1, v.width), 0)
  if (bits > Math.min(32, maxBits)) return notClimbed(`${bits} bits of free input`)
  if (topological(plain).some((t) => t.width > 64)) return notClimbed('a term is wider than 64 bits')
  const all = 2 ** bits
  const parts = Math.max(1, Math.min(jobs, Math.ceil(all / 65_536)))
  const text = queryText(plain)
  const workers: Worker[] = []
  let timer: NodeJS.Timeout | undefined
  try {
    const found = await Promise.race([
      new Promise<undefined>((resolve) => { timer = setTimeout(() => resolve(undefined), timeoutMs) }),
      anyTrue(Array.from({ length: parts }, (_, i) => {
        const range: Range = { text, from: Math.floor(all * i / parts), to: Math.floor(all * (i + 1) / parts) }
        return runRange(range, workers)
      })),
    ])
    if (found === undefined) return notClimbed(`${timeoutMs} ms were not enough for 2^${bits} values`)
    return found === (verdict === 'sat') ? 'climbed' : 'failed'
  } finally {
    clearTimeout(timer)
    await Promise.all(workers.map((w) => w.terminate()))
  }
}

/** True as soon as one is, false when all are. */
async function anyTrue(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    for (const a of answers) a.then((found) => { if (found) resolve(true) }, reject)
    Promise.all(answers).then((all) => resolve(all.includes(true)), reject)
  })
}

function runRange(range: Range, workers: Worker[]): Promise<boolean> {
  const worker = new Worker(new URL('./exhaustive-worker.js', import.meta.url), { workerData: range })
  workers.push(worker)
  return new Promise((resolve, reject) => {
    worker.once('message', (found: boolean) => resolve(found))
    worker.once('error', reject)
  })
}
