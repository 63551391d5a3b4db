import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { queryText } from '../model/terms/smtlib.js'
import { check, statusOf, type Evidence, type Result } from '../proofs/check.js'
import type { Decision } from '../proofs/decide.js'
import { itfTraces, resultJson } from '../report/result-json.js'
import { matrixText, type Paint } from '../report/matrix.js'
import type { Claim } from '../proofs/claim.js'
import { oneRun } from '../report/told-run.js'
import { climb, type Climbed } from '../proofs/climb.js'
import { randomRuns } from '../proofs/evidence/index.js'
import type { KeptClauses } from '../proofs/query.js'
import { ContradictionError } from '../trace/errors.js'
import type { Status } from './action.js'
import { chosenClaims, chosenKernels, chosenUserspaces, engine, invariantsOf, searchLimits, simulatorReplayer, simulatorRuns } from './deciding.js'
import { writeOutput } from './files.js'
import type { CheckCommandOptions } from './options.js'
import { sourceRungs } from './verify/source-rung.js'
import { colours, emit, type Colours } from './output.js'
import { progressLine } from './progress.js'

/** Decides, replays and compares. Shared with promote. */
export async function results(names: readonly string[], options: CheckCommandOptions): Promise<Result[]> {
  const claims = await chosenClaims(names)
  if (options.tree !== undefined) return resultsOfTree(claims, options.tree, options)
  const kernels = await chosenKernels(options.kernel)
  const e = engine(options)
  const line = progressLine('deciding')
  try {
    const kept = await invariantsOf(kernels, e.oracle)
    const found = await check(claims, kernels, chosenUserspaces(options.userspace), e.oracle, { kept, timeoutMs: e.timeoutMs, induction: options.induction === true, confirm: options.evidence === true, ...options.search === true ? { search: true, limits: searchLimits(options) } : {}, replayer: simulatorReplayer, progress: line.at })
    const climbed = options.evidence === true ? await withEvidence(found, kept) : found
    return options.onGuest === true ? await withGuest(climbed) : climbed
  } finally {
    line.end()
    await e.close()
  }
}

/** Does the verdict say that something never happens? Then a replayed trace is not enough for the rung `simulator`. */
const neverSeen = (r: Result): boolean => r.evidence.simulator.startsWith('not climbed: the trace that reaches')

/** The rungs above the first solver. */
async function withEvidence(found: readonly Result[], kept: KeptClauses): Promise<Result[]> {
  const line = progressLine('evidence')
  const known = new Map<string, Climbed>()
  const source = sourceRungs()
  const out: Result[] = []
  for (const r of found) {
    line.at(out.length, found.length)
    const climbed: Partial<Evidence> = { ...await climb(r, kept, known), source: source(r.decision), ...neverSeen(r) ? { simulator: randomRuns(r.decision, kept, simulatorRuns) } : {} }
    const failed = Object.entries(climbed).filter(([, rung]) => rung === 'failed').map(([name]) => `${r.claim.id} on ${r.kernel.name} (${r.userspace}): ${name} contradicts the verdict`)
    out.push({ ...r, evidence: { ...r.evidence, ...climbed }, contradictions: [...r.contradictions, ...failed] })
  }
  line.end()
  return out
}

async function withGuest(found: readonly Result[]): Promise<Result[]> {
  const { onRealKernels } = await import('./guest/on-guest.js')
  const seen = await onRealKernels(found)
  if (seen.recorded > 0) process.stderr.write(`SKIPPED: no real kernel can be booted here; ${seen.recorded} witnesses stand as recorded in guest/rungs.recorded.json\n`)
  return seen.results
}

/** Of a tree, and side by side of the tree with patches; what they were recognised as goes to standard error. */
async function resultsOfTree(claims: readonly Claim[], dir: string, options: CheckCommandOptions): Promise<Result[]> {
  const { treeVerdicts } = await import('./check-tree.js')
  const e = engine(options)
  try {
    const found = await treeVerdicts(dir, options.patch ?? [], options.kernel, claims, chosenUserspaces(options.userspace), e)
    for (const note of found.notes) process.stderr.write(`${note}\n`)
    return [...found.results]
  } finally { await e.close() }
}

/** Where a patch changes a verdict: the run that shows it. */
function witnesses(found: readonly Result[]): string {
  const c = colours()
  const [before, after] = [...new Set(found.map((r) => r.kernel))]
  if (before === undefined || after === undefined) return ''
  const all = (r: Result): readonly Decision[] => [...r.decision.conditions, ...(r.decision.conditions.length > 0 ? [] : [r.decision])]
  return found.filter((r) => r.kernel === after).flatMap((r) => {
    const old = found.find((o) => o.kernel === before && o.claim === r.claim && o.userspace === r.userspace)
    return all(r).flatMap((d) => {
      const was = old === undefined ? undefined : all(old).find((o) => o.claim.id === d.claim.id)
      const trace = d.traces[0]
      if (was === undefined || was.verdict === d.verdict) return []
      return ['', c.bold(`  ${d.claim.id} (${r.userspace}): ${was.verdict} without the patch, ${d.verdict} with it`), ...(trace === undefined ? [] : oneRun(trace, c))]
    })
  }).concat('').join('\n')
}

export async function checkClaims(names: readonly string[], options: CheckCommandOptions): Promise<Status> {
  const begun = performance.now()
  const found = await results(names, options)
  if (options.smtDir !== undefined) writeQueries(options.smtDir, found)
  emit(options.json, () => ({ format: 'arm64-compat/check', version: 1, results: found.map((r) => resultJson(r, itfTraces)) }), () => found.length === 0 ? '' : matrixText(found, paint(colours())) + (options.patch !== undefined && options.patch.length > 0 ? witnesses(found) : '') + summary(found, performance.now() - begun))
  const contradictions = found.flatMap((r) => r.contradictions)
  if (contradictions.length > 0) throw new ContradictionError('E_NOT_REPRODUCED', contradictions[0]!)
  return statusOf(found)
}

function summary(found: readonly Result[], milliseconds: number): string {
  const traces = found.filter((r) => !r.evidence.simulator.startsWith('not climbed: no simulator')).reduce((n, r) => n + r.decision.traces.length, 0)
  const differ = found.filter((r) => r.expected !== null && r.expected !== r.verdict)
  const unknown = found.filter((r) => r.verdict === 'unknown')
  return [
    `\n  ${found.length} verdicts, ${traces} traces replayed on the simulator, ${(milliseconds / 1000).toFixed(1)} s. A cell \`any / contract\` differs between the two userspaces.`,
    ...rungs(found),
    ...[...new Set(found.flatMap((r) => r.contradictions))].map((c) => `  ${c}`),
    ...found.flatMap((r) => r.searched === undefined ? [] : [`  ${r.claim.id} on ${r.kernel.name} (${r.userspace}): ${sought(r)}`]),
    ...differ.map((r) => `  ${r.claim.id} on ${r.kernel.name} (${r.userspace}): ${r.verdict}, recorded ${r.expected}`),
    ...unknown.map((r) => `  ${r.claim.id} on ${r.kernel.name} (${r.userspace}): unknown: ${r.decision.reason ?? ''}`),
    '  arm64-compat explain CLAIM says why.', '',
  ].join('\n')
}

/** What a search for the shortest run came to. */
function sought(r: Result): string {
  const { depth, queries } = r.searched!
  const runs = r.decision.traces.map((t) => `${t.events.length} events${t.start === 'exec' ? '' : ' from an assumed state'}`)
  return `no run from exec of up to ${depth} events, ${queries} queries; the one shown has ${[...new Set(runs)].join(', ')}`
}

const notAsked = 'not climbed: not asked for'

/** How many verdicts stand on each rung that was asked for above the simulator's. */
function rungs(found: readonly Result[]): string[] {
  const asked = (['second-solver', 'exhaustive', 'certificate', 'source', 'real-kernel'] as const).filter((name) => found.some((r) => r.evidence[name] !== notAsked))
  const names = asked.length === 0 ? [] : (['solver', ...asked, 'simulator'] as const)
  return names.flatMap((name) => {
    const of = found.map((r) => r.evidence[name])
    const reasons = [...new Set(of.filter((x) => x !== 'climbed' && x !== notAsked))]
    return [`  ${name}: ${of.filter((x) => x === 'climbed').length} climbed`, ...reasons.map((x) => `    ${of.filter((y) => y === x).length} ${x}`)]
  })
}

export const paint = (c: Colours): Paint => ({
  verdict: (v, text) => v === 'holds' ? c.green(text) : v === 'fails' ? c.red(text) : v === 'unknown' ? c.yellow(text) : c.dim(text),
  dim: (t) => c.dim(t), bold: (t) => c.bold(t),
})

/** One file a query, named by claim, kernel, userspace and number. */
function writeQueries(directory: string, found: readonly Result[]): void {
  mkdirSync(directory, { recursive: true })
  for (const r of found) {
    r.decision.asked.forEach((q, i) => {
      const name = `${r.claim.id.replace('/', '-')}.${r.kernel.name}.${r.userspace}.${i}.smt2`
      writeOutput(join(directory, name), `; ${q.shape}: ${q.goal}; answered ${q.answer}\n${queryText(q.terms)}(check-sat)\n`)
    })
  }
}
