import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { kernelGroups, kernels } from '../model/kernels/index.js'
import type { Claim } from '../proofs/claim.js'
import { claims } from '../proofs/claims/index.js'
import { THREAD } from '../proofs/claims/thread.js'
import { Questions } from '../proofs/decide.js'
import { packageRoot } from '../proofs/root.js'
import { entries } from '../proofs/entries/index.js'
import { objections } from '../proofs/objections.js'
import { claimFile, claimPage } from '../report/claim-page.js'
import type { Explanation } from '../report/explanation.js'
import { between } from '../report/markdown.js'
import { matrixPage, matrixTable } from '../report/matrix-page.js'
import { objectionsPage } from '../report/objections-page.js'
import { UsageError } from '../trace/errors.js'
import type { Status } from './action.js'
import { engine, invariantsOf } from './deciding.js'
import { findingFiles } from './docs-findings.js'
import { codePages } from './docs-pages.js'
import { explanation } from './explaining.js'
import { progressLine } from './progress.js'

export interface DocsOptions { check?: true, cache: boolean }
interface Page { readonly path: string, readonly text: string }

const CLAIMS = 'docs/claims'
const groups = [['The series, as they were mailed', kernelGroups.historical], ['The same on 6.12', kernelGroups.ported]] as const
/** README.md shows the claims of the message that the project starts from; docs/matrix.md all. */
const ofTheThread = (c: Claim): boolean => c.source === THREAD
const readme = (): string => readFileSync(join(packageRoot, 'README.md'), 'utf8')

export async function docs(options: DocsOptions): Promise<Status> {
  const pages = [...codePages(), ...await resultPages(options.cache)]
  const stale = pages.filter(({ path, text }) => !existsSync(join(packageRoot, path)) || readFileSync(join(packageRoot, path), 'utf8') !== text)
  const left = orphans(pages)
  const traces = findingFiles()
  if (options.check === true) {
    for (const p of stale) process.stdout.write(`stale: ${p.path}\n`)
    for (const p of left) process.stdout.write(`of no claim: ${p}\n`)
    for (const f of traces.missing) process.stdout.write(`missing: ${f}\n`)
    for (const f of traces.left) process.stdout.write(`of no finding: ${f}\n`)
    if (traces.missing.length + traces.left.length > 0) process.stdout.write('npm run -s cli -- explore --write writes them\n')
    if (stale.length + left.length + traces.missing.length + traces.left.length === 0) return 0
    if (stale.length + left.length === 0) return 1
    process.stdout.write('npm run -s cli -- docs writes them\n')
    return 1
  }
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(packageRoot, path)), { recursive: true })
    writeFileSync(join(packageRoot, path), text)
  }
  for (const p of left) rmSync(join(packageRoot, p))
  process.stdout.write(`${pages.length} pages, ${stale.length} of them written anew${left.length === 0 ? '' : `, ${left.length} removed`}\n`)
  return 0
}

/** Pages of claims that are no more. */
const orphans = (pages: readonly Page[]): string[] => !existsSync(join(packageRoot, CLAIMS)) ? []
  : readdirSync(join(packageRoot, CLAIMS)).map((f) => `${CLAIMS}/${f}`).filter((path) => !pages.some((p) => p.path === path)).sort()

/** Decides everything: what the pages say is what was found, not what is recorded. */
async function resultPages(cache: boolean): Promise<Page[]> {
  const conditions = claims.flatMap((c) => c.conditions ?? [])
  const all = [...claims, ...conditions]
  const e = engine({ solver: 'embedded', cache })
  const line = progressLine('explaining')
  try {
    const kept = await invariantsOf(kernels, e.oracle)
    const settings = { kernels, userspaces: ['any', 'contract'] as const, oracle: e.oracle, kept, timeoutMs: e.timeoutMs, questions: new Questions(kept) }
    const found = new Map<string, Explanation>()
    // conditions first: the conjunction asks the same again, and the answers are known then
    for (const [i, claim] of [...conditions, ...claims].entries()) {
      line.at(i, all.length)
      found.set(claim.id, await explanation(claim, settings))
    }
    const of = (ids: readonly { id: string }[]): Explanation[] => ids.map((c) => found.get(c.id)!)
    return [
      ...of(all).map((x) => ({ path: `${CLAIMS}/${claimFile(x.claim.id)}`, text: claimPage(x) })),
      { path: 'docs/matrix.md', text: matrixPage(of(claims), of(conditions), groups) },
      { path: 'docs/objections.md', text: objectionsPage(objections, entries, of(claims), groups) },
      { path: 'README.md', text: withMatrix(readme(), matrixTable(of(claims.filter(ofTheThread)), `${CLAIMS}/`, kernelGroups.historical)) },
    ]
  } finally {
    line.end()
    await e.close()
  }
}

function withMatrix(text: string, table: string): string {
  const out = between(text, 'matrix', table)
  if (out === undefined) throw new UsageError('E_README', 'README.md has no lines <!-- matrix --> and <!-- /matrix -->: the matrix goes between them')
  return out
}
