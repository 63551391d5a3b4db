import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { asFound, explore, findingsOf, principles, readJudged, speaksOf, writeFound, type Explored, type Finding, type Principle } from '../explore/index.js'
import { allKernels } from '../model/kernels/index.js'
import { packageRoot } from '../proofs/root.js'
import { findingJson, findingsText } from '../report/findings.js'
import { runInWords, witnessFiles, FINDINGS } from '../report/findings-page.js'
import { ContradictionError, UsageError } from '../trace/errors.js'
import { itfText } from '../trace/itf.js'
import type { Status } from './action.js'
import { chosenKernels, engine, positive, simulatorReplayer } from './deciding.js'
import type { ExploreCommandOptions } from './options.js'
import { findingsDocument } from './docs-findings.js'
import { colours, emit } from './output.js'
import { progressLine } from './progress.js'

export async function exploreKernels(options: ExploreCommandOptions): Promise<Status> {
  const begun = performance.now()
  const chosen = chosenPrinciples(options.principle)
  if (options.write === true && options.principle !== undefined) throw new UsageError('E_OPTION', '--write records a complete search: leave --principle out')
  const mine = await chosenKernels(options.kernel)
  const all = [...new Set([...allKernels, ...mine])]
  const budgetMs = positive('--budget', options.budget, 600) * 1000
  const e = engine({ solver: 'embedded', cache: options.cache, ...options.jobs === undefined ? {} : { jobs: options.jobs }, timeout: options.timeout })
  const line = progressLine('exploring')
  try {
    const jobs = Math.floor(positive('--jobs', options.jobs, availableParallelism()))
    const found = await explore(chosen, mine, e.oracle, { all, timeoutMs: e.timeoutMs, budgetMs, jobs: jobs + 1, progress: line.at })
    line.end()
    const findings = await findingsOf(found.violations, readJudged(), speaksOf)
    const contradictions = findings.flatMap((f) => f.traces.flatMap((t) => {
      const r = simulatorReplayer.replay(t)
      return r.ok === false ? [`${f.id}: the replay does not reproduce: ${r.difference}`] : []
    }))
    const summary = { ...found, kernels: mine.map((k) => k.name), seconds: (performance.now() - begun) / 1000 }
    if (options.write === true) write(findings, summary.kernels, found)
    emit(options.json, () => ({ format: 'arm64-compat/explore', version: 1, kernels: summary.kernels, principles: chosen.map((p) => p.name), findings: findings.map(findingJson), unknown: found.unknown, contradictions }),
      () => findingsText(findings, summary, options.all === true, colours()))
    if (contradictions.length > 0) throw new ContradictionError('E_NOT_REPRODUCED', contradictions[0]!)
    return findings.some((f) => f.unjudged.length > 0) ? 1 : found.unknown.length > 0 ? 3 : 0
  } finally {
    line.end()
    await e.close()
  }
}

function chosenPrinciples(names: readonly string[] | undefined): readonly Principle[] {
  if (names === undefined) return principles
  return names.map((n) => {
    const p = principles.find((x) => x.name === n)
    if (p === undefined) throw new UsageError('E_UNKNOWN_PRINCIPLE', `no principle '${n}'; there are ${principles.map((x) => x.name).join(', ')}`)
    return p
  })
}

/** The record, the page and its traces; traces of findings that are no more are removed. */
function write(findings: readonly Finding[], kernels: readonly string[], { probes, unknown }: Explored): void {
  const directory = join(packageRoot, FINDINGS)
  mkdirSync(directory, { recursive: true })
  const files = findings.flatMap(witnessFiles)
  for (const { file, trace } of files) writeFileSync(join(directory, file), itfText(trace))
  for (const f of readdirSync(directory)) if (!files.some((x) => x.file === f)) rmSync(join(directory, f))
  writeFound({
    format: 'arm64-compat/found', version: 1, kernels: [...kernels], questions: probes, unknown: [...unknown],
    findings: findings.map((f) => asFound(f, runInWords(f.traces[0]!), witnessFiles(f).map((w) => w.file))),
  })
  const page = findingsDocument()
  writeFileSync(join(packageRoot, page.path), page.text)
}
