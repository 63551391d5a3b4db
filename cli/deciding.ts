/** What check, promote and explain do alike: which claims and kernels, who answers, who replays. */
import { availableParallelism } from 'node:os'
import type { Kernel } from '../model/index.js'
import { kernels } from '../model/kernels/index.js'
import type { Claim, Userspace } from '../proofs/claim.js'
import { claims } from '../proofs/claims/index.js'
import { cached } from '../proofs/cache.js'
import { keptClauses } from '../proofs/invariants.js'
import { putOnce, type Oracle } from '../proofs/oracle.js'
import type { Replayer } from '../proofs/check.js'
import { readInvariants, recordedClauses } from '../proofs/recorded.js'
import { onPath, SolverPool } from '../proofs/solvers/index.js'
import type { SearchLimits } from '../proofs/runs/search.js'
import type { Clause } from '../proofs/well-formed.js'
import { NotEnabled, replay, simulate, simulatedKernels } from '../sim/index.js'
import type { Simulate } from '../proofs/evidence/index.js'
import { UsageError } from '../trace/errors.js'
import type { State } from '../trace/state.js'
import { fullKernelId } from '../trace/kernel-id.js'
import { claimNamed } from './claim-named.js'
import { kernelsNamed } from './kernel-named.js'
import type { CheckCommandOptions } from './options.js'
import { isUserFile, loadClaim, loadKernel } from './user-file.js'

export const chosenClaims = async (names: readonly string[]): Promise<readonly Claim[]> =>
  names.length === 0 ? claims : Promise.all(names.map((n) => isUserFile(n) ? loadClaim(n) : claimNamed(n)))
export const chosenKernels = async (names: readonly string[] | undefined): Promise<readonly Kernel[]> =>
  names === undefined ? kernels : [...new Set((await Promise.all(names.map(async (n) => isUserFile(n) ? [await loadKernel(n)] : kernelsNamed(n)))).flat())]
export const chosenUserspaces = (u: Userspace | undefined): readonly Userspace[] => u === undefined ? ['any', 'contract'] : [u]

/** A number above 0 from an option's text. Throws `E_OPTION`. */
export function positive(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const n = Number(text)
  if (!Number.isFinite(n) || n <= 0 || n > 1_000_000) throw new UsageError('E_OPTION', `${option} ${text}: give a number above 0`)
  return n
}

export interface Engine { readonly oracle: Oracle, readonly timeoutMs: number, close(): Promise<void> }

/** The solver pool behind its caches. The embedded solver starts to load at once. */
export function engine(options: CheckCommandOptions): Engine {
  const solver = options.solver as 'embedded' | 'z3' | 'cvc5'
  if (solver !== 'embedded' && !onPath(solver)) throw new UsageError('E_NO_SOLVER', `${solver} is not on the PATH; install it or leave --solver out`)
  const jobs = Math.floor(positive('--jobs', options.jobs, availableParallelism()))
  const pool = new SolverPool({ jobs: Math.min(jobs, 64) })
  if (solver === 'embedded') pool.warm()
  const native = solver === 'embedded' ? undefined : new SolverPool({ jobs: Math.min(jobs, 64), solver })
  // a native solver decides, and the embedded one where that gives up; the smallest witness is always found by the embedded one
  const direct: Oracle = {
    async ask(q) {
      const answer = native === undefined ? undefined : await native.ask(q)
      return answer === undefined || answer.kind === 'unknown' ? pool.ask(q) : answer
    },
    minimise: (q) => pool.minimise(q),
  }
  return {
    oracle: putOnce(options.cache ? cached(direct, solver) : direct),
    timeoutMs: positive('--timeout', options.timeout, 60) * 1000,
    close: async () => { await Promise.all([pool.close(), native?.close()]) },
  }
}

/** How far `--search` looks for a run from exec. */
export const searchLimits = (options: CheckCommandOptions): SearchLimits => ({
  depth: Math.floor(positive('--depth', options.depth, 12)), budgetMs: positive('--budget', options.budget, 30) * 1000, timeoutMs: positive('--timeout', options.timeout, 60) * 1000,
})

/** The invariants of each kernel: recorded ones, or found now for a kernel of the user's. */
export async function invariantsOf(chosen: readonly Kernel[], oracle: Oracle): Promise<(k: Kernel) => readonly Clause[]> {
  const recorded = readInvariants()
  const found = new Map<string, readonly Clause[]>()
  for (const k of chosen) found.set(k.name, recordedClauses(k, recorded) ?? (await keptClauses(k, oracle)).clauses)
  // a derived kernel (second runs) is its base's with another site
  return (k) => found.get(k.name) ?? found.get(k.name.replace(/\+.*$/, '')) ?? []
}

/** Runs on the simulator, for the random runs of the rung `simulator`. */
export const simulatorRuns: Simulate = (kernel, config, start, events) => {
  const states: State[] = []
  try {
    for (const e of events) states.push(simulate(kernel, config, states[states.length - 1] ?? start, e))
  } catch (e) {
    if (e instanceof NotEnabled) return undefined
    throw e
  }
  return states
}

/** Replays on the simulator. */
export const simulatorReplayer: Replayer = {
  replay(trace) {
    const known = simulatedKernels.some((name) => fullKernelId(name) === fullKernelId(trace.kernel.replace(/\+check$/, '')))
    if (!known) return { ok: undefined, reason: 'no simulator for this kernel' }
    const r = replay(trace)
    return r.ok ? { ok: true } : { ok: false, difference: `event ${r.step + 1}: ${typeof r.differences === 'string' ? r.differences : r.differences.slice(0, 4).map((d) => `${d.path} ${d.from.toString(16)} in the trace, ${d.to.toString(16)} in the replay`).join('; ')}` }
  },
}
