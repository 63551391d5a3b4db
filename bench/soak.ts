/**
 * `npm run soak [-- --events N --seed S --minutes N --jobs N --kernel NAME… --log FILE --out DIR]`: random runs on simulator and model, the
 * whole state compared after every event, until told to stop (Ctrl-C, --events or --minutes), one worker a core. The work is a list of parts:
 * part i has seed S + i and 20,000 events, whoever does it. With --log each part that is done is a line in that file, and a later
 * start with the same file goes on with the parts that are not in it. Prints seed and options first, then events per second and of CPU time,
 * how often each kind of event was compared, and every difference, shrunk, as a scenario that `arm64-compat run` takes and a trace
 * that `arm64-compat replay` takes; at the end the branches of the simulator's kernel paths that no run has taken (kept in FILE.coverage).
 * Exit status 1: a difference nobody has explained, or from a million events on such a branch.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
import type { SoakResult } from '../test/sim/soak.js'
import { CoverageMap, report, startCoverage, type Executed } from './coverage-map.js'
import { Log } from './soak-log.js'

const PART = 20_000
/** From so many events on every branch must have been taken. */
const ENOUGH = 1_000_000
interface Job { readonly seed: number, readonly kernels: readonly string[] }
interface Done { readonly result: SoakResult, readonly executed: Executed }

if (!isMainThread) {
  const coverage = await startCoverage()
  const { soak } = await import('../test/sim/soak.js')
  parentPort!.on('message', ({ seed, kernels }: Job) => {
    const result = soak(seed, PART, kernels)
    void coverage.take().then((executed) => parentPort!.postMessage({ result, executed } satisfies Done))
  })
} else await main()

async function main(): Promise<void> {
  const [{ bothKernels }, { writeFinding }] = await Promise.all([import('../test/sim/soak.js'), import('../test/sim/write-finding.js')])
  const { values } = parseArgs({ options: { seed: { type: 'string' }, events: { type: 'string' }, minutes: { type: 'string' }, jobs: { type: 'string' }, kernel: { type: 'string', multiple: true }, log: { type: 'string' }, out: { type: 'string', default: '.' } } })
  const seed = Number(values.seed ?? Date.now() % 1_000_000), jobs = Number(values.jobs ?? availableParallelism())
  const kernels = values.kernel ?? bothKernels
  const limit = Number(values.events ?? Infinity), until = Date.now() + 60_000 * Number(values.minutes ?? Infinity)
  if (![seed, jobs].every(Number.isInteger) || Number.isNaN(limit) || Number.isNaN(until) || jobs < 1 || kernels.some((k) => !bothKernels.includes(k))) {
    console.error(`soak: --seed, --events, --minutes and --jobs are numbers; --kernel is one of ${bothKernels.join(', ')}`)
    process.exit(2)
  }
  const log = new Log(values.log, kernels), coverage = new CoverageMap(values.log === undefined ? undefined : `${values.log}.coverage`)
  const last = seed + Math.ceil(limit / PART)
  let next = seed, before = 0
  const started = Date.now(), workers = new Set<Worker>()
  for (let s = seed; s < last && log.has(s); s++) before++
  console.log(`seed ${seed}, parts of ${PART} events${Number.isFinite(limit) ? `, ${last - seed} of them` : ''}${before > 0 ? `, ${log.parts} done before` : ''}, ${jobs} worker${jobs === 1 ? '' : 's'}, kernels ${kernels.join(' ')}`)

  const finish = (): void => {
    for (const w of workers) void w.terminate()
    log.report((Date.now() - started) / 1000, process.cpuUsage())
    coverage.save()
    const untaken = report(coverage)
    process.exit(log.differences === 0 && (untaken === 0 || log.events < ENOUGH) ? 0 : 1)
  }
  const give = (w: Worker): void => {
    while (next < last && log.has(next)) next++
    if (next >= last || Date.now() >= until || log.differences >= 10) {
      workers.delete(w)
      if (workers.size === 0) finish()
      return
    }
    w.postMessage({ seed: next++, kernels } satisfies Job)
  }
  for (let i = 0; i < jobs; i++) {
    const w = new Worker(new URL(import.meta.url))
    workers.add(w)
    w.on('message', ({ result, executed }: Done) => {
      log.add(result)
      coverage.add(executed)
      for (const f of result.found) console.log(writeFinding(f, values.out))
      if (process.stdout.isTTY) process.stdout.write(`\r${log.events} events, ${Math.round(1000 * log.fresh / (Date.now() - started))} a second `)
      give(w)
    })
    w.on('error', (e) => { throw e })
    give(w)
  }
  process.on('SIGINT', finish)
}
