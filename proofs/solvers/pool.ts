/** The door to every solver: queries in, answers out, several at a time. */
import { availableParallelism } from 'node:os'
import { askProcess } from './native.js'
import { Thread } from './threads.js'
import { defaultTimeoutMs, type Answer, type Query, type SolverName } from './types.js'

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
  readonly #waiting: ((t: Thread) => void)[] = []

  constructor({ jobs = availableParallelism(), solver = 'embedded' }: PoolOptions = {}) {
    this.solver = solver
    this.#threads = Array.from({ length: Math.max(1, jobs) }, () => new Thread())
    this.#idle = [...this.#threads]
  }

  /** Begins to load the solver in every thread, so that the first query need not wait. */
  warm(): void {
    if (this.solver === 'embedded') for (const t of this.#threads) void t.start()
  }

  /** Decides a query. Never rejects: a crash or a limit is an answer `unknown` with its reason. */
  async ask(query: Query): Promise<Answer> {
    const solver = this.solver
    return this.#turn(async (thread) => solver === 'embedded' ? askThread(thread, query, solver) : askProcess(solver, query))
  }

  /** Ends all threads; what still runs is answered `unknown`. */
  async close(): Promise<void> {
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

async function askThread(thread: Thread, query: Query, solver: SolverName): Promise<Answer> {
  const { result, milliseconds } = await thread.run({ kind: 'ask', query }, query.timeoutMs ?? defaultTimeoutMs)
  return { ...result, milliseconds, solver }
}
