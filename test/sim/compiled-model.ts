/** The model's step, compiled once for each kernel and shape of event. */
import { configSpec, specOf, taskNames, type Config, type State } from '../../trace/state.js'
import { leaves } from '../../trace/spec.js'
import type { Event } from '../../trace/events.js'
import { allKernels, fresh, step, symEvent, eventWidth, type SymEvent, type Kernel, type SymState, type Symbolic } from '../../model/index.js'
import { boolVar, bvVar } from '../../model/terms/build.js'
import { evaluateAll } from '../../model/terms/evaluate.js'
import { scoped, type Term } from '../../model/terms/term.js'
import { leafAt } from '../../sim/diff.js'
import { compileStep } from './compile-terms.js'

type Value = bigint | boolean
/** Kernels that a test made, by their names. */
export const more = new Map<string, Kernel>()
const named = (name: string): Kernel => more.get(name) ?? allKernels.find((x) => x.name === name)!
/** Calls `changed` for every leaf that the event changes; false if it is not possible. */
type Run = (s: State, e: Event, c: Config, changed: (path: string, value: Value) => void) => boolean

const symbolicStates = new Map<string, SymState>()
function symbolic(s: State): SymState {
  const key = `${s.cpus.length},${s.tasks.length}`
  let found = symbolicStates.get(key)
  if (found === undefined) symbolicStates.set(key, found = fresh(specOf(s), 's.') as SymState)
  return found
}
const config = fresh(configSpec, 'c.')

/** An event with variables e.… for its numbers. */
function variables(e: Event): SymEvent {
  const lift = (key: string, path: string, v: unknown): unknown => {
    if (typeof v === 'bigint') return bvVar(eventWidth(key), path)
    if (typeof v === 'boolean') return boolVar(path)
    if (Array.isArray(v)) return v.map((x, i) => lift(key, `${path}[${i}]`, x))
    if (typeof v === 'object' && v !== null) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, lift(k, key === 'set' ? `${path}[${JSON.stringify(k)}]` : `${path}.${k}`, x)]))
    return v
  }
  return lift('', 'e', e) as SymEvent
}

function compile(kernel: string, s: State, e: Event): Run {
  const k = named(kernel)
  const before = symbolic(s)
  const after = step(k, config, before, variables(e))
  const were = leaves<ReturnType<typeof specOf>, Symbolic>(specOf(s), before as never)
  const are = leaves<ReturnType<typeof specOf>, Symbolic>(specOf(s), after.state as never)
  const changed = are.flatMap((l, i) => l.value === were[i]!.value ? [] : [{ path: l.path, term: l.value as Term }])
  return compileStep(after.enabled, changed, ['s', 'e', 'c']) as Run
}

const compiled = new Map<number, Run>()

/** What the model says: is the event possible, and if so which leaves it changes. */
export function modelStep(kernel: string, c: Config, s: State, e: Event, changed: (path: string, value: Value) => void): boolean {
  if (e.kind === 'user') return userStep(kernel, c, s, e, changed)
  const shape = shapeOf(kernel, s, e)
  let run = compiled.get(shape)
  if (run === undefined) compiled.set(shape, run = compile(kernel, s, e))
  return run(s, e, c, changed)
}

const numbers = new Map<string | number, number>()
function numberOf(word: string | number): number {
  let n = numbers.get(word)
  if (n === undefined) numbers.set(word, n = numbers.size + 1)
  return n
}

/** Kernel, numbers of CPUs and tasks, and every name in the event, as one number: at most seven names, of which there are fewer than 128. */
function shapeOf(kernel: string, s: State, e: Event): number {
  let shape = (numberOf(kernel) * 4 + s.cpus.length - 1) * 4 + s.tasks.length - 1
  for (const key in e) {
    const v = e[key as keyof Event] as unknown
    if (typeof v === 'string' || typeof v === 'number') shape = shape * 128 + numberOf(v)
  }
  return shape
}

/** Most `user` events are asked of a machine with the one task that does them; one in eight of the whole one. */
function userStep(kernel: string, c: Config, s: State, e: Extract<Event, { kind: 'user' }>, changed: (path: string, value: Value) => void): boolean {
  const i = taskNames.indexOf(e.task), t = s.tasks[i]!
  if ((Object.keys(e.set).length + Number(t.pc & 7n)) % 8 === 0) return uncompiled(kernel, c, s, e, changed)
  const cpu = s.cpus[0]!
  const alone = { cpus: [{ ...cpu, current: cpu.current === BigInt(i) ? 0n : 1n }], tasks: [t] }
  return uncompiled(kernel, c, alone, { ...e, task: 'A' }, (path, value) => changed(path.replace('tasks[0]', `tasks[${i}]`), value))
}

/** `user` events have as many shapes as sets of paths: their terms are small, taken as they are, and forgotten. */
function uncompiled(kernel: string, c: Config, s: State, e: Event, changed: (path: string, value: Value) => void): boolean {
  const k = named(kernel)
  const before = symbolic(s)
  return scoped(() => {
    const after = step(k, config, before, symEvent(e))
    const value = (t: Term): Value => evaluateAll([t], (name) => name.startsWith('c.') ? c[name.slice(2) as keyof Config] : leafAt(s, name.slice(2)))[0]!
    if (value(after.enabled) !== true) return false
    after.state.tasks.forEach((t, i) => collect(`tasks[${i}]`, t, before.tasks[i]!, s.tasks[i]!, value, changed))
    after.state.cpus.forEach((cpu, i) => collect(`cpus[${i}]`, cpu, before.cpus[i]!, s.cpus[i]!, value, changed))
    return true
  })
}

function collect(path: string, now: unknown, before: unknown, concrete: unknown, valueOf: (t: Term) => Value, changed: (path: string, value: Value) => void): void {
  if (now === before) return
  if (Array.isArray(now)) now.forEach((x, i) => collect(`${path}[${i}]`, x, (before as unknown[])[i], (concrete as unknown[])[i], valueOf, changed))
  else if (typeof now === 'object' && now !== null && !('op' in now)) {
    for (const [k, x] of Object.entries(now)) collect(`${path}.${k}`, x, (before as Record<string, unknown>)[k], (concrete as Record<string, unknown>)[k], valueOf, changed)
  } else {
    const t = now as Term
    const value = t.op === 'true' ? true : t.op === 'false' ? false : t.op === 'bvconst' ? t.value : valueOf(t)
    if (value !== concrete) changed(path, value)
  }
}
