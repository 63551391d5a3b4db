/** The thread that holds one embedded engine. Messages: a job in, its result out; `id` pairs them. */
import { parentPort, workerData } from 'node:worker_threads'
import { askEngine } from './ask.js'
import { loadEngine, type CompiledEngine, type Engine } from './engine.js'
import type { Job, Reply } from './jobs.js'
import type { Minimised, MinimiseQuery } from './minimal.js'
import { asWitness, minimise } from './minimise.js'

const port = parentPort!
let loading: Promise<Engine> | undefined
/** The engine is loaded once. */
const engine = (): Promise<Engine> => loading ??= loadEngine((workerData as { wasm: CompiledEngine }).wasm)

/** Where the search for the smallest witness gives up, the engine's witness stands, as it is. */
async function smallest(query: MinimiseQuery): Promise<Minimised> {
  const found = minimise(query)
  if (found.kind !== 'unknown' || query.firstLook !== undefined) return found
  const any = askEngine(await engine(), query)
  return any.kind === 'sat' ? asWitness(query, any.model) : any
}

async function work(job: Job): Promise<Reply> {
  try {
    if (job.kind === 'ask') await engine()
    const started: Reply = { id: job.id, started: true }
    port.postMessage(started)
    const start = performance.now()
    const result = job.kind === 'ask' ? askEngine(await engine(), job.query) : await smallest(job.query)
    return { id: job.id, result, milliseconds: performance.now() - start }
  } catch (e) { return { id: job.id, failure: e instanceof Error ? e.message : String(e) } }
}
port.on('message', (job: Job) => void work(job).then((reply) => port.postMessage(reply)))
