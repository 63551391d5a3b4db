/**
 * `npm run soak [-- --seed N --events N --minutes N --jobs N --kernel NAME…]`: random runs on simulator and model until told to stop
 * (Ctrl-C, --events or --minutes), one worker a core. Prints seed and options first, then events per second, coverage and every
 * difference, shrunk, as a trace file that `arm64-compat replay` takes. Exit status 1: a difference nobody has explained.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { simulateWith, kernelOf } from '../sim/index.js'
import { minimise } from '../test/sim/minimise.js'
import { bothKernels, soak, type SoakResult } from '../test/sim/soak.js'
import { describeEvent } from '../trace/events.js'
import { itfText } from '../trace/itf.js'

interface Job { readonly seed: number, readonly kernels: readonly string[] }
const BATCH = 20_000
/** The table of terms only grows: a worker is replaced after so many batches. */
const BATCHES = 8

if (!isMainThread) {
  const { seed, kernels } = workerData as Job
  for (let batch = 0; batch < BATCHES; batch++) parentPort!.postMessage(soak(seed + batch, BATCH, kernels))
}

const { values } = parseArgs({ options: { seed: { type: 'string' }, events: { type: 'string' }, minutes: { type: 'string' }, jobs: { type: 'string' }, kernel: { type: 'string', multiple: true } } })
const seed = Number(values.seed ?? Date.now() % 1_000_000), jobs = Number(values.jobs ?? availableParallelism())
const limit = Number(values.events ?? Infinity), until = Date.now() + 60_000 * Number(values.minutes ?? Infinity)
const kernels = values.kernel ?? bothKernels

const total: SoakResult = { events: 0, counts: new Map(), known: new Map(), found: [] }
const started = Date.now()
const workers = new Set<Worker>()
let spawned = 0

function add(into: Map<string, number>, from: Map<string, number>): void {
  for (const [k, n] of from) into.set(k, (into.get(k) ?? 0) + n)
}

function report(): void {
  const seconds = (Date.now() - started) / 1000
  console.log(`\n${total.events} events in ${seconds.toFixed(1)} s, ${Math.round(total.events / seconds)} a second; ${total.found.length} unexplained differences`)
  for (const [name, n] of total.known) console.log(`  known: ${name}: ${n}`)
  const kinds = [...new Set([...total.counts.keys()].map((k) => k.split(' ').at(-1)!))].sort()
  for (const kind of kinds) console.log(`  ${kind.padEnd(14)}${['same', 'not modelled', 'refused', 'different'].map((o) => `${o} ${total.counts.get(`${o} ${kind}`) ?? 0}`).join(', ')}`)
}

function difference(f: SoakResult['found'][number]): void {
  const what = typeof f.differences === 'string' ? f.differences : f.differences.slice(0, 6).map((d) => `${d.path}: simulator 0x${d.from.toString(16)}, model 0x${d.to.toString(16)}`).join('; ')
  console.log(`\nDIFFERENCE ${f.kernel} seed ${f.seed} run ${f.run}: ${describeEvent(f.event)}\n  ${what}`)
  if (typeof f.differences === 'string') return
  const file = `soak-${f.seed}-${f.run}.itf.json`
  const small = minimise(f.kernel, f.config, f.state, f.event)
  const after = simulateWith(kernelOf(f.kernel), f.config, small, f.event)
  writeFileSync(file, itfText({ kernel: f.kernel, config: f.config, start: 'assumed', states: [small, after], events: [f.event] }))
  console.log(`  ${file}`)
}

function finish(): void {
  for (const w of workers) void w.terminate()
  report()
  process.exit(total.found.length === 0 ? 0 : 1)
}

function take(r: SoakResult): void {
  total.events += r.events
  add(total.counts, r.counts)
  add(total.known, r.known)
  total.found.push(...r.found)
  r.found.forEach(difference)
  if (process.stdout.isTTY) process.stdout.write(`\r${total.events} events, ${Math.round(1000 * total.events / (Date.now() - started))} a second `)
  if (total.events >= limit || Date.now() >= until || total.found.length >= 10) finish()
}

function spawn(): void {
  const w = new Worker(new URL(import.meta.url), { workerData: { seed: seed + spawned++ * BATCHES, kernels } satisfies Job })
  workers.add(w)
  w.on('message', take)
  w.on('error', (e) => { throw e })
  w.on('exit', () => {
    workers.delete(w)
    spawn()
  })
}

if (isMainThread) {
  console.log(`seed ${seed}, ${jobs} workers, kernels ${kernels.join(' ')}`)
  for (let i = 0; i < jobs; i++) spawn()
  process.on('SIGINT', finish)
}
