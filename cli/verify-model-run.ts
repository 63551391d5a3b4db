import { availableParallelism } from 'node:os'
import { Lifter } from '../lift/index.js'
import { SolverPool, solverNames, type SolverName } from '../proofs/solvers/index.js'
import { UsageError } from '../trace/errors.js'
import type { Status } from './action.js'
import type { VerifyOptions } from './options-lift.js'
import { colours, emit, type Colours } from './output.js'
import { openTree } from './tree.js'
import { kernelFor } from './verify/kernels.js'
import { provenQuestions } from './verify/records.js'
import { notCompared } from './verify/not-compared.js'
import { Source, verify, type Verified } from './verify/verify.js'

export async function verifyModel(names: readonly string[], options: VerifyOptions): Promise<Status> {
  const kernel = kernelFor(options.kernel)
  const solver = solverNames.find((s): s is SolverName => s === options.solver)
  if (solver === undefined) throw new UsageError('E_SOLVER', `no solver '${options.solver}'; there are ${solverNames.join(', ')}`)
  const jobs = options.jobs === undefined ? availableParallelism() : Number(options.jobs)
  if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError('E_JOBS', `--jobs ${options.jobs} is no number of jobs`)
  const { tree } = openTree(options.tree, options.patch)
  const pool = new SolverPool({ jobs, solver })
  try {
    const results = await verify(new Source(await Lifter.on(tree)), kernel, pool, names.length > 0 ? new Set(names) : undefined, options.cache ? provenQuestions() : undefined)
    emit(options.json, () => ({ format: 'arm64-compat/verify-model', version: 1, kernel: kernel.id, functions: results.map(plainResult), ...(names.length > 0 ? {} : { notCompared }) }), () => text(results, colours()) + (names.length > 0 ? '' : beyond()))
    const kinds = new Set(results.map((r) => r.outcome.kind))
    return kinds.has('unknown') ? 3 : kinds.has('differs') ? 1 : 0
  } finally { await pool.close() }
}

const beyond = (): string => Object.entries(notCompared).map(([name, why]) => `not compared ${name}: ${why}\n`).join('')
const hex = (v: bigint | boolean): string => typeof v === 'bigint' ? `0x${v.toString(16)}` : String(v)
const plainResult = (r: Verified): object => JSON.parse(JSON.stringify(r, (_k, v: unknown) => typeof v === 'bigint' ? hex(v) : v)) as object

export function text(results: readonly Verified[], c: Colours): string {
  const lines: string[] = []
  for (const r of results) {
    const o = r.outcome
    const mark = o.kind === 'equal' ? c.green('equal     ') : o.kind === 'differs' ? c.red('differs   ') : c.yellow(o.kind.padEnd(10))
    lines.push(`${mark} ${r.name}${o.kind === 'equal' && r.recorded === true ? ' (recorded)' : ''}${o.kind === 'not lifted' || o.kind === 'unknown' ? `: ${o.reason}` : ''}`)
    if (o.kind === 'differs') {
      if (o.why !== undefined) lines.push(`           ${o.why}`)
      if (o.inputs.length > 0) lines.push(`           where ${o.inputs.map((i) => `${i.name} = ${hex(i.value)}`).join(', ')}${o.inputs.length > 0 ? ', all else 0' : ''}`)
      for (const d of o.outputs.slice(0, 6)) lines.push(`           ${d.output}: source ${hex(d.source)}, model ${hex(d.model)}`)
    }
    if (o.kind !== 'not lifted') for (const w of r.where) lines.push(c.dim(`           compared where ${w}`))
  }
  const count = (k: string): number => results.filter((r) => r.outcome.kind === k).length
  lines.push(`${count('equal')} equal, ${count('differs')} different, ${count('not lifted')} not lifted, ${count('unknown')} unknown`)
  return `${lines.join('\n')}\n`
}
