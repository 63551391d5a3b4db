/** Symbolic runs: a start state, the events of a script with fresh numbers, the states between them. */
import { and, bool, boolVar, bv, bvVar, is, or } from '../model/terms/build.js'
import type { Bool, Term } from '../model/terms/term.js'
import { copyState, eventWidth, fresh, step, type Kernel, type SymConfig, type SymEvent, type SymState } from '../model/index.js'
import type { Event } from '../trace/events.js'
import { configSpec, place, specOf, stateSpec, table, taskNames, type Place, type TaskName } from '../trace/state.js'
import { build, leafBits, leaves } from '../trace/spec.js'
import type { Symbolic } from '../model/tasks/symbolic.js'

/** A task at the start of a run. Its control state is fixed, its data free. */
export interface TaskStart {
  readonly bits: 64 | 32 | 0
  /** default: task A at el0, every other one returning; `preemptible`, any preemption point, where the script only switches to and from it (`placed`) */
  readonly at?: Place | 'preemptible'
  readonly stopped?: boolean
  /** default: either */
  readonly TIF_SYSCALL_TRACE?: boolean
  /** default: false; `free`: either */
  readonly TIF_TAGGED_ADDR?: boolean | 'free'
}

/** Events without their numbers. `user`: what the program may write. */
export type Template =
  | { kind: 'user', task: TaskName, writes: readonly string[] }
  | { kind: 'svc' | 'irq' | 'step' | 'leave' | 'restart' | 'die' | 'eret' | 'stop' | 'trace_enter' | 'trace_exit' | 'skip' | 'module', task: TaskName }
  | { kind: 'resume', task: TaskName, with?: 'cont' | 'syscall' | 'singlestep' }
  | { kind: 'seccomp', task: TaskName, action: 'errno' | 'trap' | 'kill' }
  | { kind: 'signal', task: TaskName }
  | { kind: 'switch', from: TaskName, to: TaskName }
  | { kind: 'handler', task: TaskName, call: 'sigreturn' | 'rt_sigreturn' | 'ni' | 'other' | 'mmap' | 'tagged_addr' }
  | { kind: 'handler', task: TaskName, call: 'ptrace', target: TaskName }
  | { kind: 'handler', task: TaskName, call: 'clone' | 'clone3', child: TaskName }
  | { kind: 'handler', task: TaskName, call: 'execve', bits: 32 | 64 }
export type Script = readonly Template[]

export interface Run {
  readonly config: SymConfig
  readonly states: readonly SymState[]
  readonly events: readonly SymEvent[]
  /** every event was possible */
  readonly enabled: Bool
}

/** Short for claims: the state after the last event. */
export const last = (r: Run): SymState => r.states[r.states.length - 1]!

export const symbolicConfig = (): SymConfig => fresh(configSpec, 'config.')
/** `tasks[0].regs[3]` is the variable `A.regs[3]`, `cpus[0].TPIDR_EL0` is `cpu.TPIDR_EL0`. */
export function variableName(path: string): string {
  let name = names.get(path)
  if (name === undefined) names.set(path, name = path.replace(/^tasks\[(\d)\]/, (_, i) => taskNames[Number(i)]!).replace(/^cpus\[0\]/, 'cpu'))
  return name
}
/** The same few thousand paths are asked for again and again. */
const names = new Map<string, string>()

/**
 * The fields that a start fixes, so that it still stands for every state of a run: the places and widths that the shape is about; what the
 * clauses say of those places anyway (a task at EL0 is in no call and has nothing pending); and two fields that are written but never read
 * (`view`, `audit_arch`; test/proofs/footprint.test.ts), for which 0 is as good as any value.
 */
function fixed(tasks: readonly TaskStart[]): Map<string, Term> {
  const out = new Map<string, Term>()
  tasks.forEach((t, i) => {
    const p = `tasks[${i}].`
    const at = t.bits === 0 ? 'absent' : t.at ?? (i === 0 ? 'el0' : 'returning')
    if (at !== 'preemptible') out.set(`${p}at`, bv(8, place[at]))
    out.set(`${p}TIF_32BIT`, bool(t.bits === 32))
    out.set(`${p}stopped`, bool(t.stopped ?? false))
    out.set(`${p}view`, bv(8, 0))
    out.set(`${p}audit_arch`, bv(32, 0))
    if (at === 'el0' || at === 'returning' || at === 'absent') out.set(`${p}table`, bv(8, table.none))
    if (at === 'el0' || at === 'absent') {
      out.set(`${p}TIF_MTE_ASYNC_FAULT`, bool(false))
      out.set(`${p}signo`, bv(8, 0))
    }
    if (t.TIF_SYSCALL_TRACE !== undefined) out.set(`${p}TIF_SYSCALL_TRACE`, bool(t.TIF_SYSCALL_TRACE))
    // what has a place in a few shapes only: quiet in all the others
    if (t.TIF_TAGGED_ADDR !== 'free') out.set(`${p}TIF_TAGGED_ADDR`, bool(t.TIF_TAGGED_ADDR ?? false))
    if (at !== 'preemptible') out.set(`${p}traced`, bool(false))
    for (const f of ['syscall_stop', 'stop_reg', 'core']) out.set(p + f, bv(8, 0))
    for (const f of ['si_errno', 'si_syscall', 'si_arch']) out.set(p + f, bv(32, 0))
    for (const f of ['stop_saved', 'core_psr']) out.set(p + f, bv(64, 0))
  })
  out.set('cpus[0].current', bv(8, 0))
  return out
}

/** Another task that the script only switches to and from may be at any preemption point. */
export const placed = (tasks: readonly TaskStart[], script: Script): TaskStart[] => tasks.map((t, i) => {
  const name = taskNames[i]!
  const named = script.some((e) => Object.entries(e).some(([key, v]) => ['task', 'target', 'child'].includes(key) && v === name))
  return i > 0 && t.bits !== 0 && t.at === undefined && t.stopped !== true && !named ? { ...t, at: 'preemptible' } : t
})
/** What `startState` leaves open of the places. */
export const atPreemptionPoints = (tasks: readonly TaskStart[], s: SymState): Bool =>
  and(...s.tasks.map((t, i) => tasks[i]!.at === 'preemptible' ? or(...(['entered', 'handled', 'returning'] as const).map((p) => is(t.at, place[p]))) : bool(true)))

/** The start state of a shape. */
export function startState(tasks: readonly TaskStart[]): SymState {
  const spec = stateSpec(1, tasks.length)
  const known = fixed(tasks)
  return build<typeof spec, Symbolic>(spec, (kind, path) => {
    const width = kind === 'bool' ? 0 : leafBits[kind]
    const constant = known.get(path)
    if (constant !== undefined) return constant as never
    const owner = path.startsWith('tasks[') ? tasks[path.charCodeAt(6) - 48] : undefined
    if (owner?.bits === 0) return (width === 0 ? bool(false) : bv(width, 0)) as never
    return variable(width, variableName(path)) as never
  }) as SymState
}
/** `start` with inputs replaced (second runs): `tie` is asked for every one that is free. */
export function tied(start: SymState, tie: (path: string, width: number) => Term | undefined): SymState {
  const out = copyState(start)
  for (const { path, keys } of leafPaths(out)) {
    const holder = keys.slice(0, -1).reduce((v: unknown, k) => (v as Record<string, unknown>)[k], out) as Record<string, Term>
    const key = keys[keys.length - 1]!
    const own = holder[key]!
    if (own.op !== 'var') continue
    const other = tie(path, own.width)
    if (other !== undefined) holder[key] = other
  }
  return out
}

interface LeafPath { readonly path: string, readonly keys: readonly string[] }
const paths = new Map<string, readonly LeafPath[]>()
/** Every leaf of a state of so many CPUs and tasks. */
function leafPaths(s: SymState): readonly LeafPath[] {
  const size = `${s.cpus.length} ${s.tasks.length}`
  const known = paths.get(size) ?? leaves(specOf(s), s as never).map(({ path }) => ({ path, keys: path.split(/[.[\]]+/).filter((k) => k !== '') }))
  paths.set(size, known)
  return known
}
export const variable = (width: number, name: string): Term => width === 0 ? boolVar(name) : bvVar(width, name)

/** Event number `i` of a script with fresh numbers `e<i>.<key>`. A program's SVC has no asynchronous fault unless the script is of `irq` or `svc` with one. */
export function freshEvent(t: Template, i: number, param: (key: string, width: number) => Term = (key, width) => variable(width, `e${i}.${key}`)): SymEvent {
  const n = (key: string): Term => param(key, eventWidth(key))
  switch (t.kind) {
    case 'user': return { kind: 'user', task: t.task, set: Object.fromEntries(t.writes.map((path) => [path, param(`set.${path}`, eventWidth(path))])) } as SymEvent
    case 'svc': return { kind: 'svc', task: t.task, imm: n('imm'), upper: n('upper'), mte_async_fault: param('mte_async_fault', 0) }
    case 'irq': return { kind: 'irq', task: t.task, upper: n('upper'), mte_async_fault: param('mte_async_fault', 0) }
    case 'step': return { kind: 'step', task: t.task, upper: n('upper') }
    case 'signal': return { kind: 'signal', task: t.task, signo: n('signo'), handler: n('handler'), flags: n('flags'), restorer: n('restorer'), sigtramp: n('sigtramp') }
    case 'seccomp': return { kind: 'seccomp', task: t.task, action: t.action, data: n('data') }
    case 'handler':
      if (t.call === 'sigreturn' || t.call === 'rt_sigreturn') return { kind: 'handler', task: t.task, call: t.call, si_code: n('si_code'), residue: Array.from({ length: 32 }, (_, r) => param(`residue[${r}]`, 128)) } as SymEvent
      if (t.call === 'other') return { kind: 'handler', task: t.task, call: 'other', result: n('result'), restart: n('restart') } as SymEvent
      if (t.call === 'mmap') return { kind: 'handler', task: t.task, call: 'mmap', result: n('result') }
      return { ...t } as SymEvent
    default: return { ...t } as SymEvent
  }
}

/** Runs a script. */
export function run(k: Kernel, config: SymConfig, start: SymState, events: readonly SymEvent[]): Run {
  const states = [start]
  const enabled: Bool[] = []
  for (const e of events) {
    const s = step(k, config, states[states.length - 1]!, e)
    enabled.push(s.enabled)
    states.push(s.state)
  }
  return { config, states, events, enabled: and(...enabled) }
}
export type { Event }
export { specOf }
