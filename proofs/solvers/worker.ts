/** The thread that holds one embedded engine. Messages: a job in, its result out; `id` pairs them. */
import { parentPort, workerData } from 'node:worker_threads'
import { askEngine } from './ask.js'
import { loadEngine, type CompiledEngine } from './engine.js'
import type { Job, Outcome } from './jobs.js'

const port = parentPort!
const ready = loadEngine((workerData as { wasm: CompiledEngine }).wasm)
port.on('message', (job: Job) => {
  void ready.then((engine) => {
    const start = performance.now()
    const result = askEngine(engine, job.query)
    const outcome: Outcome = { id: job.id, result, milliseconds: performance.now() - start }
    port.postMessage(outcome)
  })
})
