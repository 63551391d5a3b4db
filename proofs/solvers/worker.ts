/** The thread that holds one embedded engine. Messages: a job in, its result out; `id` pairs them. */
import { parentPort, workerData } from 'node:worker_threads'
import { askEngine } from './ask.js'
import { loadEngine, type CompiledEngine } from './engine.js'
import type { Job, Reply } from './jobs.js'
import { minimise } from './minimise.js'

const port = parentPort!
const ready = loadEngine((workerData as { wasm: CompiledEngine }).wasm)
port.on('message', (job: Job) => {
  void ready.then((engine): Reply => {
    const start = performance.now()
    const result = job.kind === 'ask' ? askEngine(engine, job.query) : minimise(engine, job.query)
    return { id: job.id, result, milliseconds: performance.now() - start }
  }).catch((e: unknown): Reply => ({ id: job.id, failure: e instanceof Error ? e.message : String(e) }))
    .then((reply) => port.postMessage(reply))
})
