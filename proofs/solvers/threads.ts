/** One worker thread: started when first needed, replaced after a crash or when the backstop ended it. */
import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { compileEngine, wasmFile, type CompiledEngine } from './engine.js'
import type { Jobs, Kind, Outcome, Reply } from './jobs.js'
import { defaultTimeoutMs } from './types.js'

let compiled: Promise<CompiledEngine> | undefined
/** Compiles the engine once for all threads. */
export function engineModule(): Promise<CompiledEngine> {
  compiled ??= readFile(wasmFile()).then(compileEngine)
  return compiled
}

/** How long the engine may take to load. */
const loadingMs = 60_000
/**
 * How long a job may exceed its time limit before its thread is ended. z3 gets no time limit of its own (inside a worker that
 * would be one more thread, whose start waits for the thread that z3 blocks); `minimise` looks at the clock itself.
 */
const graceMs: { readonly [K in Kind]: number } = { ask: 0, minimise: 5_000 }

export class Thread {
  #worker: Worker | undefined
  #next = 0

  /** Begins to load the engine; `run` does it, too. */
  async start(): Promise<Worker> {
    const wasm = await engineModule()
    if (this.#worker === undefined) {
      this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { wasm } })
      // a thread that was warmed but never asked must not keep the process alive, not even where stop() came before it was there
      this.#worker.unref()
    }
    return this.#worker
  }

  /** Does one job; never rejects: what goes wrong is an answer `unknown`. One at a time. */
  async run<K extends Kind>(kind: K, query: Jobs[K]['query']): Promise<Outcome<K>> {
    const worker = await this.start()
    const id = this.#next++
    const limit = query.timeoutMs ?? defaultTimeoutMs
    const begun = performance.now()
    worker.ref()
    return new Promise((resolve) => {
      const finish = (outcome: Outcome<K>): void => {
        clearTimeout(timer)
        worker.off('message', heard).off('error', crashed).off('exit', ended)
        worker.unref()
        resolve(outcome)
      }
      const unknown = (reason: string): void => finish({ result: { kind: 'unknown', reason }, milliseconds: performance.now() - begun })
      const broken = (reason: string): void => {
        if (this.#worker === worker) this.#worker = undefined
        void worker.terminate()
        unknown(reason)
      }
      const heard = (reply: Reply): void => {
        if (reply.id !== id) return
        // a reply bears the id of its request, and so its kind
        if ('started' in reply) {
          clearTimeout(timer)
          timer = setTimeout(() => broken(`time limit of ${limit} ms reached`), limit + graceMs[kind])
        } else if ('failure' in reply) unknown(`solver failed: ${reply.failure}`)
        else finish(reply as Outcome<K>)
      }
      const crashed = (e: Error): void => broken(`solver crashed: ${e.message}`)
      const ended = (code: number): void => broken(`solver thread ended with ${code}`)
      let timer = setTimeout(() => broken(`the solver did not load in ${loadingMs} ms`), loadingMs)
      worker.on('message', heard).on('error', crashed).on('exit', ended)
      worker.postMessage({ id, kind, query })
    })
  }

  async stop(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }
}
