/** Every principle, every event, every kernel. */
import type { Kernel } from '../model/index.js'
import type { Oracle } from '../proofs/oracle.js'
import { ideal } from './ideal.js'
import type { Principle, Probe } from './principle.js'
import { Decided, search, type Violation } from './search.js'

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
  // a probe is built for all kernels one after the other: what is the same in them is the same term
  const todo = principles.flatMap((principle) => interleave(kernels.map((kernel) => principle.probes(kernel, options.all).map((probe) => ({ principle, probe, kernel })))))
  const of = todo.length
  const found: { at: number, violations: readonly Violation[] }[] = []
  const unknown: string[] = []
  let next = 0
  let late = 0
  const work = async (): Promise<void> => {
    for (;;) {
      const at = next++
      const job = todo[at]
      if (job === undefined) return
      if (performance.now() - begun > options.budgetMs) { late++; continue }
      const r = await search(job.principle, job.probe, job.kernel, decided, { kept: ideal, timeoutMs: options.timeoutMs, most: MOST })
      found.push({ at, violations: r.violations })
      unknown.push(...r.unknown.map((u) => `${job.kernel.name}: ${job.principle.name}: ${u}`))
      options.progress?.(found.length, of)
    }
  }
  await Promise.all(Array.from({ length: options.jobs }, work))
  if (late > 0) unknown.push(`${late} of ${of} questions were not put: the budget of ${options.budgetMs / 1000} s was used up`)
  return { violations: found.sort((a, b) => a.at - b.at).flatMap((f) => f.violations), unknown, probes: of, queries: decided.asked, same: decided.same }
}

type Job = { readonly principle: Principle, readonly probe: Probe, readonly kernel: Kernel }
function interleave(lists: readonly (readonly Job[])[]): Job[] {
  const out: Job[] = []
  for (let i = 0; lists.some((l) => i < l.length); i++) for (const l of lists) if (l[i] !== undefined) out.push(l[i]!)
  return out
}
