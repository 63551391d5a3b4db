/** The page of what explore found, from records alone; and the traces it names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { principles, readFound, readJudged } from '../explore/index.js'
import { guestFile } from '../guest/paths.js'
import { witnessHash } from '../guest/replay/witness.js'
import { packageRoot } from '../proofs/root.js'
import { FINDINGS, findingsPage, type OnKernel } from '../report/findings-page.js'
import { replay, simulatedKernels } from '../sim/index.js'
import { parseItf } from '../trace/itf.js'
import type { Trace } from '../trace/trace.js'

const tried = z.looseObject({ kernel: z.string(), outcome: z.enum(['climbed', 'failed', 'not climbed']), differences: z.array(z.string()).optional(), reason: z.string().optional() })
const record = z.looseObject({ findings: z.array(z.looseObject({ witness: z.string(), tried: z.array(tried) })) })

/** guest/findings.recorded.json, by trace: what was tried of another trace, under whatever name, is not told of this one. */
function onKernels(): (file: string) => OnKernel[] {
  const path = guestFile('findings.recorded.json')
  const known = existsSync(path) ? record.parse(JSON.parse(readFileSync(path, 'utf8'))).findings : []
  return (file) => {
    const trace = join(packageRoot, FINDINGS, file)
    if (!existsSync(trace)) return []
    const run = parseItf(readFileSync(trace, 'utf8'), file)
    const hash = witnessHash(run)
    const f = known.find((x) => x.witness === hash)
    if (f === undefined) return []
    return f.tried.map((t) => ({ kernel: t.kernel, outcome: t.outcome, ...t.outcome === 'failed' && t.differences !== undefined ? { why: `${t.differences[0]!}${simulatedThere(run, t.kernel)}` } : t.reason === undefined ? {} : { why: t.reason } }))
  }
}

/** A trace of one kernel that another one, on another base, does not reproduce: whether the simulator of that one says so, too. */
function simulatedThere(trace: Trace, kernel: string): string {
  if (trace.kernel === kernel || !simulatedKernels.includes(kernel)) return ''
  const r = replay({ ...trace, kernel })
  if (r.ok) return `; the simulated ${kernel} does as the trace`
  const what = typeof r.differences === 'string' ? r.differences : r.differences.map((d) => d.path).slice(0, 2).join(', ')
  return `; the simulated ${kernel} does otherwise as well, at event ${r.step + 1}: ${what}`
}

export const findingsDocument = (): { path: string, text: string } => ({ path: `${FINDINGS}.md`, text: findingsPage({ found: readFound(), judged: readJudged(), principles, onKernels: onKernels() }) })

/** Trace files that the record names and that are not there, and files there that it does not name. */
export function findingFiles(): { missing: string[], left: string[] } {
  const named = readFound().findings.flatMap((f) => f.witness.files).map((f) => `${FINDINGS}/${f}`)
  const there = existsSync(join(packageRoot, FINDINGS)) ? readdirSync(join(packageRoot, FINDINGS)).map((f) => `${FINDINGS}/${f}`) : []
  return { missing: named.filter((f) => !there.includes(f)), left: there.filter((f) => !named.includes(f)) }
}
