/** The door to every solver: queries in, answers out, several at a time. */
import { availableParallelism } from 'node:os'
import type { MinimisedAnswer, MinimiseQuery } from './minimal.js'
import { askNative, boolectorRun } from './native.js'
import { NativeSession } from './session.js'
import { Thread } from './threads.js'
import type { Answer, Query, SolverName } from './types.js'

export interface PoolOptions {
  /** Queries at once; the number of processors when omitted. */
  readonly jobs?: number
  /** `embedded` when omitted; the others must be on the PATH (`onPath`). */
  readonly solver?: SolverName
}

export class SolverPool {
  readonly solver: SolverName
  readonly #threads: Thread[]
  readonly #idle: Thread[]
  /** A solver of the machine for each thread; they start when first asked. */
  readonly #sessions: ReadonlyMap<Thread, NativeSession>
  readonly #waiting: ((t: Thread) => void)[] = []

  constructor({ jobs = availableParallelism(), solver = 'embedded' }: PoolOptions = {}) {
    this.solver = solver
    this.#threads = Array.from({ length: Math.max(1, jobs) }, () => new Thread())
    this.#idle = [...this.#threads]
    this.#sessions = new Map(solver === 'z3' || solver === 'cvc5' ? this.#threads.map((t) => [t, new NativeSession(solver)]) : [])
  }

  /** Begins to load the solver in every thread, so that the first query need not wait. */
  warm(): void {
    if (this.solver === 'embedded') for (const t of this.#threads) void t.start()
  }

  /** Decides a query. Never rejects: a crash or a limit is an answer `unknown` with its reason. */
  async ask(query: Query): Promise<Answer> {
    const solver = this.solver
    if (solver !== 'embedded') return this.#turn((thread) => {
      const session = this.#sessions.get(thread)
      return askNative(solver, query, session === undefined ? boolectorRun : (...asked) => session.run(...asked))
    })
    const { result, milliseconds } = await this.#turn((thread) => thread.run('ask', query))
    return { ...result, milliseconds, solver }
  }

  /** Decides a query and makes its witness smallest. A solver of our own does this, whatever the pool's solver is: see minimise.ts. */
  async minimise(query: MinimiseQuery): Promise<MinimisedAnswer> {
    const { result, milliseconds } = await this.#turn((thread) => thread.run('minimise', query))
    return { ...result, milliseconds, solver: 'embedded' }
  }

  /** Ends all threads; what still runs is answered `unknown`. */
  async close(): Promise<void> {
    for (const s of this.#sessions.values()) s.stop()
    await Promise.all(this.#threads.map((t) => t.stop()))
  }

  async #turn<T>(work: (t: Thread) => Promise<T>): Promise<T> {
    const thread = this.#idle.pop() ?? await new Promise<Thread>((resolve) => this.#waiting.push(resolve))
    try { return await work(thread) } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#idle.push(thread)
      else next(thread)
    }
  }
}
