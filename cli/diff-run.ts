import { availableParallelism } from 'node:os'
import { Lifter, Tree, type Lifted, type NotLifted } from '../lift/index.js'
import { functionTexts } from '../lift/drift.js'
import type { Files } from '../lift/tree.js'
import { bitOf, boolVar, bvVar } from '../model/terms/build.js'
import type { Bool, Term } from '../model/terms/term.js'
import { SolverPool } from '../proofs/solvers/index.js'
import type { Status } from './action.js'
import type { DiffOptions } from './options-lift.js'
import { emit } from './output.js'
import { filesOf } from './tree.js'
import { apart, ofLifted, ofModel, planFor, type Outputs } from './verify/behaviour.js'
import { functionOf, requestOf, type Binding } from './verify/comparison.js'
import { kernelFor, v612, type Base } from './verify/kernels.js'
import { bindings, decide, flagsOf, type Outcome } from './verify/verify.js'
import { initialCell, world, type Flags, type World } from './verify/world.js'

type Side = { readonly kind: 'tree', readonly name: string, readonly lifter: Lifter, readonly files: Files } | { readonly kind: 'kernel', readonly name: string, readonly kernel: Base }
interface Row { readonly name: string, readonly text: 'same' | 'changed' | 'one side only' | 'n/a', readonly outcome: Outcome }

async function side(spec: string): Promise<Side> {
  if (!spec.startsWith('tree:')) return { kind: 'kernel', name: spec, kernel: kernelFor(spec) }
  const files = filesOf(spec.slice(5))
  return { kind: 'tree', name: spec, lifter: await Lifter.on(new Tree(files)), files }
}

export async function diff(a: string, b: string, options: DiffOptions): Promise<Status> {
  const [x, y] = [await side(a), await side(b)]
  const pool = new SolverPool({ jobs: options.jobs === undefined ? availableParallelism() : Number(options.jobs) })
  try {
    const rows = await compare(x, y, pool)
    emit(options.json, () => ({ format: 'arm64-compat/diff', version: 1, a, b, functions: JSON.parse(JSON.stringify(rows, (_k, v: unknown) => typeof v === 'bigint' ? hex(v) : v)) as object }), () => text(rows, a, b))
    return rows.some((r) => r.outcome.kind === 'unknown') ? 3 : rows.some((r) => r.outcome.kind === 'differs') ? 1 : 0
  } finally { await pool.close() }
}

const noFlags: Flags = { TIF_32BIT: 22, TIF_SINGLESTEP: 21, TIF_SYSCALL_TRACE: 8, TIF_MTE_ASYNC_FAULT: 5, TIF_TSC_SIGSEGV: -1, TIF_TAGGED_ADDR: 26, work: 0n }

async function compare(x: Side, y: Side, pool: SolverPool): Promise<Row[]> {
  const whole = bindings.filter((b) => b.name === functionOf(b))
  const names = whole.map((b) => b.name)
  const hashes = (s: Side): ReadonlyMap<string, string> => new Map(s.kind === 'tree' ? functionTexts(s.files, names).map((t) => [t.name, t.hash]) : [])
  const [hx, hy] = [hashes(x), hashes(y)]
  return Promise.all(whole.map(async (b): Promise<Row> => {
    const [ox, oy] = [outputs(x, b), outputs(y, b)]
    const textState = x.kind !== 'tree' || y.kind !== 'tree' ? 'n/a' : hx.get(b.name) === undefined && hy.get(b.name) === undefined ? 'same' : hx.get(b.name) === undefined || hy.get(b.name) === undefined ? 'one side only' : hx.get(b.name) === hy.get(b.name) ? 'same' : 'changed'
    if ('reason' in ox || 'reason' in oy) return { name: b.name, text: textState, outcome: { kind: 'not lifted', reason: 'reason' in ox ? `${x.name}: ${ox.reason}` : 'reason' in oy ? `${y.name}: ${oy.reason}` : '' } }
    if (ox.hash !== undefined && ox.hash === oy.hash) return { name: b.name, text: textState, outcome: { kind: 'equal' } }
    const w = world(kernelOf(x, y), noFlags)
    const question = apart(ox.outputs, oy.outputs, (name, width) => flagBefore(w, name) ?? initialCell(w, name) ?? free(name, width), ox.assume)
    return { name: b.name, text: textState, outcome: await decide(question, pool) }
  }))
}
const kernelOf = (x: Side, y: Side): Base => x.kind === 'kernel' ? x.kernel : y.kind === 'kernel' ? y.kernel : v612

function outputs(s: Side, b: Binding): { outputs: Outputs, assume: readonly Bool[], hash?: string } | { reason: string } {
  const flags = s.kind === 'tree' ? flagsOf(s.lifter) : noFlags
  const { w, plan } = planFor(s.kind === 'kernel' ? s.kernel : v612, flags, b)
  const assume = (plan.assume ?? []).map((a) => a.holds)
  if (s.kind === 'kernel') return { outputs: ofModel(w, plan), assume }
  const f: Lifted | NotLifted = s.lifter.lift(b.name, requestOf(w, plan))
  return f.kind === 'lifted' ? { outputs: ofLifted(f, w), assume, hash: f.hash } : { reason: f.reason }
}
const flagBefore = (w: World, name: string): Term | undefined => {
  const m = /^(current|target)\.(TIF_\w+)$/.exec(name)
  return m === null ? undefined : bitOf(w[m[1] as 'current'][m[2] as 'TIF_32BIT'])
}
const free = (name: string, width: number): Term => width === 0 ? boolVar(name) : bvVar(width, name)

const hex = (v: bigint | boolean): string => typeof v === 'bigint' ? `0x${v.toString(16)}` : String(v)
function text(rows: readonly Row[], a: string, b: string): string {
  const lines: string[] = []
  for (const r of rows) {
    const o = r.outcome
    if (o.kind === 'equal' && (r.text === 'same' || r.text === 'n/a')) continue
    lines.push(`${r.name}: ${r.text === 'n/a' ? '' : `text ${r.text}, `}${o.kind === 'equal' ? 'behaviour the same for all inputs' : o.kind === 'differs' ? 'behaviour differs' : `${o.kind}: ${o.reason}`}`)
    if (o.kind !== 'differs') continue
    if (o.inputs.length > 0) lines.push(`    where ${o.inputs.map((i) => `${i.name} = ${hex(i.value)}`).join(', ')}, all else 0`)
    for (const d of o.outputs.slice(0, 4)) lines.push(`    ${d.output}: ${a} ${hex(d.source)}, ${b} ${hex(d.model)}`)
  }
  const n = (f: (r: Row) => boolean): number => rows.filter(f).length
  lines.push(`${n((r) => r.text === 'changed')} of ${rows.length} functions changed text, ${n((r) => r.outcome.kind === 'differs')} changed behaviour, ${n((r) => r.outcome.kind === 'not lifted')} not lifted, ${n((r) => r.outcome.kind === 'unknown')} unknown`)
  return `${lines.join('\n')}\n`
}
