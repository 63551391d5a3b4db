/** The thread that holds one embedded engine. Messages: a job in, its result out; `id` pairs them. */
import { parentPort, workerData } from 'node:worker_threads'
import { askEngine } from './ask.js'
import { loadEngine, type CompiledEngine, type Engine } from './engine.js'
import type { Job, Reply } from './jobs.js'
import { minimise } from './minimise.js'

const port = parentPort!
let loading: Promise<Engine> | undefined
/** The engine is loaded once. */
const engine = (): Promise<Engine> => loading ??= loadEngine((workerData as { wasm: CompiledEngine }).wasm)

async function work(job: Job): Promise<Reply> {
  try {
    const z3 = job.kind === 'ask' ? await engine() : undefined
    const start = performance.now()
    const result = job.kind === 'ask' ? askEngine(z3!, job.query) : minimise(job.query)
    return { id: job.id, result, milliseconds: performance.now() - start }
  } catch (e) { return { id: job.id, failure: e instanceof Error ? e.message : String(e) } }
}
port.on('message', (job: Job) => void work(job).then((reply) => port.postMessage(reply)))
