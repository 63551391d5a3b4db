/**
 * The dispatchers and invoke_syscall() as the model can run them: what one event does ends where the next begins, so that a function is lifted
 * in pieces, each over the state at its own start. That the pieces are the function is proven afterwards (bindings-halves.ts, bindings-calls.ts).
 */
import type { Lifted, Request } from '../../lift/index.js'
import type { LiftedBody } from '../../model/tasks/kernel.js'
import { dispatcherHalves } from '../../model/tasks/lifted.js'
import { doEl0Svc, doEl0SvcCompat, invokePieces, leave, storeResult } from '../../model/syscalls/dispatch.js'
import { copyTask, fresh, type SymTask } from '../../model/tasks/symbolic.js'
import { and, bool, boolVar, bv, bvVar, eq, extract, is, ite, or, True, ult, zext } from '../../model/terms/build.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { substitute } from '../../model/terms/substitute.js'
import { topological, type Bool, type BV, type Term } from '../../model/terms/term.js'
import { place, table, taskSpec } from '../../trace/state.js'
import { calls, initialAfter, isCompatTable, uncut } from './bindings-halves.js'
import { slot } from './bindings-calls.js'
import { cells, type Changes } from './cells.js'
import type { Base } from './kernels.js'
import { alike, changesOf, nearest } from './nearest.js'
import type { Source } from './verify.js'
import { flagsWord, initialCell, taskCell, world, type World } from './world.js'

type Half = typeof dispatcherHalves[number]
type Bodies = ReadonlyMap<string, LiftedBody>
/** What a piece changes, by the model's names. */
type Said = ReadonlyMap<string, Term>
const [ENTER, INVOKE, EXIT] = uncut
const { runs: RUNS, number: NUMBER, result: RESULT } = invokePieces
const imm = bvVar(16, 'imm')
const body = (changes: ReadonlyMap<string, Term>, result?: Term): LiftedBody => ({ result, changes })
const FLAGS = 'current.thread_info.flags'

/** A dispatcher's pieces, by the names under which the model asks for them: first only those that seem to differ, then all. None where they cannot be told apart. */
export function halfBodies(source: Source, kernel: Base, half: Half): Bodies[] {
  const w = world(kernel, source.flags)
  const start = upToCall(source, w, half)
  if (start === undefined) return []
  const ends = [false, true].map((compat) => {
    const inputs = reaching(start, compat)
    if (inputs === undefined) return undefined
    const [fast, slow] = [afterCall(source, w, half, inputs, false), afterCall(source, w, half, inputs, true)]
    return fast === undefined || slow === undefined ? 'unknown' as const : { fast, slow }
  })
  const [native, fake] = ends
  if (native === 'unknown' || fake === 'unknown') return []
  const [a, b] = [native ?? fake!, fake ?? native!]
  const byTable = (x: Said, y: Said): Said => choice(is(bvVar(8, 'current.table'), half.fn === 'do_el0_svc' ? table.fake : table.compat), y, x)
  const [fast, slow] = [byTable(a.fast, b.fast), byTable(a.slow, b.slow)]
  const [modelStart, modelEnd] = ofModel(kernel, w, half)
  const pieces = (first: Said | undefined, ends: readonly [Said, Said] | undefined): Bodies => new Map([
    ...first === undefined ? [] : [[half.upToCall, body(first)] as const],
    ...ends === undefined ? [] : [[half.afterCall, body(ends[0])] as const, ...same(...ends) ? [] : [[half.afterTraceExit, body(ends[1])] as const]],
  ])
  const [nearFast, nearSlow] = [nearest(fast, modelEnd), nearest(slow, modelEnd)]
  const near = pieces(nearest(start.changes, modelStart), nearFast === undefined && nearSlow === undefined ? undefined : [nearFast ?? fast, nearSlow ?? slow])
  return [...near.size === 0 ? [] : [near], pieces(start.changes, [fast, slow])]
}
const same = (x: Said, y: Said): boolean => x.size === y.size && [...x].every(([p, t]) => y.get(p) === t)
/** What the model's functions change: up to the call, and at the end. */
function ofModel(kernel: Base, w: World, half: Half): readonly [Said, Said] {
  const [start, end] = [copyTask(w.current), copyTask(w.current)]
  if (half.fn === 'do_el0_svc') doEl0Svc(kernel, start, imm)
  else doEl0SvcCompat(kernel, start)
  end.table = half.fn === 'do_el0_svc' ? end.table : bv(8, table.compat)
  leave(kernel, end)
  return [changesOf(w.current, start, ['audit_arch']), changesOf(w.current, end, ['table', 'at', 'traced'])]
}

/** By path, c ? a : b; what one of them leaves alone is the variable of that name. */
function choice(c: Bool, a: Said, b: Said): Said {
  return new Map([...new Set([...a.keys(), ...b.keys()])].map((path) => {
    const width = (a.get(path) ?? b.get(path))!.width
    const same = width === 0 ? boolVar(path) : bvVar(width, path)
    return [path, ite(c, (a.get(path) ?? same) as BV, (b.get(path) ?? same) as BV)]
  }))
}

interface Start { readonly changes: Said, readonly reached: Bool, readonly compat: Bool }
/** From the entry to the call, or to an early return; where nothing is traced. */
function upToCall(source: Source, w: World, half: Half): Start | undefined {
  const quietly = flagsWord(w, w.current, 'current', w.flags.work & ~(1n << BigInt(w.flags.TIF_SINGLESTEP)))
  const f = lift(source, half, { term: zext(32, imm) }, { [ENTER]: 'ends', [INVOKE]: 'ends', [EXIT]: 'ends' }, (path) => path === FLAGS ? quietly : initialCell(w, path))
  if (f === undefined) return undefined
  const call = calls(f, INVOKE)
  const all: Changes = new Map(f.cuts.filter((c) => c.name === INVOKE).flatMap((c) => [...c.changes.keys()]).concat(...f.changes.keys()).map((path) => {
    const before = (f.changes.get(path) ?? f.cuts.find((c) => c.changes.has(path))!.changes.get(path)!).before
    return [path, { before, after: ite(call.when, call.cell(path, before) as BV, (f.changes.get(path)?.after ?? before) as BV) }]
  }))
  const found = cells(all, w, [])
  if (found === undefined) return undefined
  const changes = new Map(found)
  const compat = isCompatTable(call.arg(3))
  const code = (c: bigint): BV<8> => bv(8, c)
  changes.set('current.table', ite(call.when, ite(compat, code(half.fn === 'do_el0_svc' ? table.fake : table.compat), code(table.native)), code(table.none)))
  changes.set('current.at', ite(call.when, code(place.entered), code(place.returning)))
  return { changes, reached: call.when, compat }
}

/** Inputs with which the call is made in that table: SVC's immediate and one value in all registers. */
function reaching(start: Start, compat: boolean): ((name: string, width: number) => Value) | undefined {
  const constants = [...new Set([0n, 1n, ...topological([start.reached, start.compat]).flatMap((t) => t.op === 'bvconst' ? [t.value] : [])])]
  for (const i of constants) {
    for (const r of constants) {
      const env = (name: string, width: number): Value => width === 0 ? false : BigInt.asUintN(width, name === 'imm' ? i : name.startsWith('current.regs[') ? r : 0n)
      const [reached, inCompat] = evaluateAll([start.reached, start.compat], env)
      if (reached === true && inCompat === compat) return env
    }
  }
  return undefined
}

/** From the call's return to the end, over the state when it returns; or, where the exit is traced, over the state after syscall_trace_exit(). */
function afterCall(source: Source, w: World, half: Half, inputs: (name: string, width: number) => Value, throughExit: boolean): Said | undefined {
  const fixed = (t: Term | undefined): Term | undefined => t === undefined ? undefined : substitute([t], (v) => v.op !== 'var' ? undefined : v.width === 0 ? bool(inputs(v.name, 0) as boolean) : bv(v.width, inputs(v.name, v.width) as bigint))[0]
  const handled: SymTask = throughExit ? { ...fresh(taskSpec, 'handled.'), TIF_SYSCALL_TRACE: True } : w.current
  const quietly = flagsWord(w, w.current, 'current', w.flags.work)
  const after = initialAfter(w, { [INVOKE]: [handled, throughExit ? 'after' : 'current'], [EXIT]: [w.current, 'current'] })
  const left = throughExit ? EXIT : INVOKE
  const asked = new Map<string, Term>()
  const given = (path: string): Term | undefined => {
    const t = !throughExit && path === `after ${INVOKE}.thread_info.flags` ? quietly : after(path)
    if (t !== undefined && path.startsWith(`after ${left}.`)) asked.set(path.replace(`after ${left}`, 'current'), t)
    return t
  }
  const f = lift(source, half, { term: bv(32, inputs('imm', 16) as bigint) }, { [ENTER]: 'ends', [INVOKE]: 'goes on', [EXIT]: throughExit ? 'goes on' : 'ends' }, (path) => given(path) ?? fixed(initialCell(w, path)))
  if (f === undefined || f.returns !== True) return undefined
  // against what the call left behind, not against what was there at the start
  const all: Changes = new Map([...f.changes, ...[...asked].map(([path, before]) => [path, { before, after: f.changes.get(path)?.after ?? fixed(initialCell(w, path)) ?? before }] as const)])
  const changes = cells(new Map([...all].filter(([path, c]) => c.after !== asked.get(path))), w, [])
  return changes === undefined ? undefined : new Map([...changes].filter(([path, t]) => t.op !== 'var' || t.name !== path))
}

function lift(source: Source, half: Half, iss: { readonly term: Term }, cuts: NonNullable<Request['cuts']>, initial: (path: string) => Term | undefined): Lifted | undefined {
  const f = source.lifter.lift(half.fn, { parameters: { regs: { object: 'current.pt_regs' }, iss }, cuts, initial })
  if (f.kind !== 'lifted') return undefined
  const changes = (c: Lifted['changes']): Lifted['changes'] => new Map([...c].map(([path, x]) => [path, { before: x.before, after: settled(x.after) }]))
  return { ...f, changes: changes(f.changes), returns: settled(f.returns), cuts: f.cuts.map((c) => ({ ...c, when: settled(c.when), args: c.args.map(settled), changes: changes(c.changes) })) }
}
/** `flags & mask` is 0 exactly if each of those bits is: what is known of single bits (no work is pending, a tracer is there) then decides. */
const settled = <T extends Term>(t: T): T => substitute([t], () => undefined, (x) => {
  const [masked, zero] = x.args
  const [word, mask] = masked?.args ?? []
  if (x.op !== 'eq' || masked?.op !== 'bvand' || mask?.op !== 'bvconst' || zero?.op !== 'bvconst' || zero.value !== 0n) return x
  const set = Array.from({ length: mask.width }, (_, i) => i).filter((i) => (mask.value >> BigInt(i)) & 1n)
  return and(...set.map((i) => eq(extract<1>(i, i, word as BV), bv(1, 0))))
})[0] as T

/** invoke_syscall(): whether a handler runs, which, and what is stored of its result. */
export function invokeBodies(source: Source, kernel: Base): Bodies[] {
  const w = world(kernel, source.flags)
  const [scno, scNr] = [bvVar(32, 'scno'), bvVar(32, 'sc_nr')]
  const request = (number: BV<32>, size: BV<32>, initial: (path: string) => Term | undefined): Request => ({ parameters: { regs: { object: 'current.pt_regs' }, scno: { term: number }, sc_nr: { term: size }, syscall_table: { object: 'compat_sys_call_table' } }, initial })
  const which = source.lifter.lift('invoke_syscall', request(scno, scNr, (path) => initialCell(w, path)))
  if (which.kind !== 'lifted') return []
  const chosen = which.effects.filter((e) => e.name === 'system call handler').map((e) => ({ when: e.when, index: slot(e.args[0]!).index }))
  const stored = resultStored(source, w, request)
  if (chosen.length === 0 || stored === undefined) return []
  const index = chosen.reduceRight<BV<64>>((rest, r) => ite(r.when, r.index, rest), chosen.at(-1)!.index)
  const runs = or(...chosen.map((r) => r.when))
  const number = extract<32>(31, 0, index)
  const model = copyTask(w.current)
  storeResult(kernel, model, ret)
  const store = nearest(stored, changesOf(w.current, model, ['at', 'traced']))
  const pieces = (all: boolean): Bodies => new Map([
    ...all || !alike(runs, ult(scno, scNr)) ? [[RUNS, body(new Map(), runs)] as const] : [],
    ...all || !alike(ite(runs, number, bv(32, 0)), ite(runs, scno, bv(32, 0))) ? [[NUMBER, body(new Map(), number)] as const] : [],
    ...all ? [[RESULT, body(stored)] as const] : store === undefined ? [] : [[RESULT, body(store)] as const],
  ])
  const near = pieces(false)
  return [...near.size === 0 ? [] : [near], pieces(true)]
}

const ret = bvVar(64, 'ret')
/** What is stored once a handler has returned `ret`, over the state that it left behind. */
function resultStored(source: Source, w: World, request: (number: BV<32>, size: BV<32>, initial: (path: string) => Term | undefined) => Request): Said | undefined {
  const before = fresh(taskSpec, 'before.')
  const initial = (path: string): Term | undefined => {
    if (path === 'result of the handler') return ret
    const after = /^after the handler\.(.*)$/.exec(path)
    if (after !== null) return taskCell(w, w.current, 'current', after[1] === 'flags' ? 'thread_info.flags' : after[1]!)
    const overwritten = /^current\.(pt_regs\..*|thread_info\.flags)$/.exec(path)
    return overwritten === null ? initialCell(w, path) : taskCell(w, before, 'after', overwritten[1]!)
  }
  for (const [n, size] of [[0, 1], [1, 0], [1, 1]] as const) {
    const f = source.lifter.lift('invoke_syscall', request(bv(32, n), bv(32, size), initial))
    if (f.kind !== 'lifted' || f.returns !== True || !f.effects.some((e) => e.name === 'system call handler' && e.when === True)) continue
    return cells(new Map([...f.changes].filter(([path, c]) => c.after !== initial(path.replace(/^current\.(?:thread_info\.)?(flags$|pt_regs)/, 'after the handler.$1')))), w, [])
  }
  return undefined
}
