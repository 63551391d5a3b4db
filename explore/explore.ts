/** Every principle, every event, every kernel. */
import type { Kernel } from '../model/index.js'
import type { Oracle } from '../proofs/oracle.js'
import { ideal } from './ideal.js'
import type { Principle, Probe } from './principle.js'
import { Decided } from './decided.js'
import { search, type Violation } from './search.js'

export interface ExploreOptions {
  /** kernels that comparisons may need, those asked about among them */
  readonly all: readonly Kernel[]
  readonly timeoutMs: number
  /** wall clock for everything */
  readonly budgetMs: number
  /** probes at once */
  readonly jobs: number
  readonly progress?: (done: number, of: number) => void
}
export interface Explored {
  readonly violations: readonly Violation[]
  /** what was not decided, and why */
  readonly unknown: readonly string[]
  readonly probes: number
  readonly queries: number
  /** queries whose terms had been decided before */
  readonly same: number
}

/** Causes that one probe is asked for. */
const MOST = 12

export async function explore(principles: readonly Principle[], kernels: readonly Kernel[], oracle: Oracle, options: ExploreOptions): Promise<Explored> {
  const begun = performance.now()
  const decided = new Decided(oracle, options.timeoutMs)
  // a probe is put to all kernels one after the other: what was found on one is often a run of the next, too
  const pending = principles.flatMap((principle) => byProbe(principle, kernels, options.all))
  const of = pending.reduce((n, j) => n + j.on.length, 0)
  const found: { at: number, violations: readonly Violation[] }[] = []
  const unknown: string[] = []
  let next = 0
  let done = 0
  let late = 0
  const work = async (): Promise<void> => {
    for (;;) {
      const at = next++
      const job = pending[at]
      if (job === undefined) return
      for (const { kernel, probe } of job.on) {
        options.progress?.(done++, of)
        if (performance.now() - begun > options.budgetMs) { late++; continue }
        const r = await search(job.principle, probe, kernel, decided, { kept: ideal, timeoutMs: options.timeoutMs, most: MOST })
        found.push({ at, violations: r.violations })
        unknown.push(...r.unknown.map((u) => `${kernel.name}: ${job.principle.name}: ${u}`))
      }
    }
  }
  await Promise.all(Array.from({ length: options.jobs }, work))
  if (late > 0) unknown.push(`${late} of ${of} questions were not put: the budget of ${options.budgetMs / 1000} s was used up`)
  return { violations: found.sort((a, b) => a.at - b.at).flatMap((f) => f.violations), unknown, probes: of, queries: decided.asked, same: decided.same }
}

/** Mainline before series, the newest first: the smallest run of a finding is then one of the newest kernel that it is on. */
function newerFirst(a: Kernel, b: Kernel): number {
  const series = (k: Kernel): number => Number(k.id.includes('@'))
  const version = (k: Kernel): readonly number[] => (/(\d+)\.(\d+)$/.exec(k.id)?.slice(1) ?? []).map(Number)
  const [x, y] = [version(a), version(b)]
  return series(a) - series(b) || (y[0] ?? 0) - (x[0] ?? 0) || (y[1] ?? 0) - (x[1] ?? 0)
}

interface Job { readonly principle: Principle, readonly on: { readonly kernel: Kernel, readonly probe: Probe }[] }
/** Each class of runs with the kernels that have it. */
function byProbe(principle: Principle, kernels: readonly Kernel[], all: readonly Kernel[]): Job[] {
  const jobs = new Map<string, Job>()
  for (const kernel of [...kernels].sort(newerFirst)) for (const probe of principle.probes(kernel, all)) {
    const name = `${probe.event} (${probe.variant})`
    const job = jobs.get(name) ?? { principle, on: [] }
    jobs.set(name, job)
    job.on.push({ kernel, probe })
  }
  return [...jobs.values()]
}
