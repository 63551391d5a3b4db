/** One worker thread: started when first needed, replaced after a crash or when the backstop ended it. */
import { Worker } from 'node:worker_threads'
import type { Job, Outcome, Request } from './jobs.js'
import { readFile } from 'node:fs/promises'
import { compileEngine, wasmFile, type CompiledEngine } from './engine.js'

let compiled: Promise<CompiledEngine> | undefined
/** Compiles the engine once for all threads. */
export function engineModule(): Promise<CompiledEngine> {
  compiled ??= readFile(wasmFile()).then(compileEngine)
  return compiled
}

/** How long a worker may exceed the time limit of its job before it is ended. */
const graceMs = 5_000

export class Thread {
  #worker: Worker | undefined
  #next = 0

  /** Begins to load the engine; `run` does it, too. */
  async start(): Promise<Worker> {
    const wasm = await engineModule()
    this.#worker ??= new Worker(new URL('./worker.js', import.meta.url), { workerData: { wasm } })
    return this.#worker
  }

  /** Does one job; never rejects: what goes wrong is an answer `unknown`. One at a time. */
  async run(request: Request, timeoutMs: number): Promise<Pick<Outcome, 'result' | 'milliseconds'>> {
    const worker = await this.start()
    const id = this.#next++
    const begun = performance.now()
    worker.ref()
    return new Promise((resolve) => {
      const finish = (outcome: Pick<Outcome, 'result' | 'milliseconds'>): void => {
        clearTimeout(timer)
        worker.removeAllListeners('message').off('error', crashed).off('exit', ended)
        worker.unref()
        resolve(outcome)
      }
      const broken = (reason: string): void => {
        this.#worker = undefined
        void worker.terminate()
        finish({ result: { kind: 'unknown', reason }, milliseconds: performance.now() - begun })
      }
      const timer = setTimeout(() => broken(`ended after ${timeoutMs + graceMs} ms`), timeoutMs + graceMs)
      worker.on('message', (outcome: Outcome) => { if (outcome.id === id) finish(outcome) })
      const crashed = (e: Error): void => broken(`solver crashed: ${e.message}`)
      const ended = (code: number): void => broken(`solver thread ended with ${code}`)
      worker.on('error', crashed).on('exit', ended)
      const job: Job = { id, ...request }
      worker.postMessage(job)
    })
  }

  async stop(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }
}
