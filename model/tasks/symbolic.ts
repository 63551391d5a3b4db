/** States whose leaves are terms: fresh variables, constants, merging, reading back. */
import { build, leafBits, map, type Concrete, type Domain, type Leaf, type Of } from '../../trace/spec.js'
import { configSpec, cpuSpec, specOf, taskSpec, type Config, type ConfigOf, type CpuOf, type State, type StateOf, type TaskOf } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { bool, boolVar, bv, bvVar, ite } from '../terms/build.js'
import { evaluator, type Value } from '../terms/evaluate.js'
import type { Bool, BV, Term } from '../terms/term.js'

export interface Symbolic extends Domain { bool: Bool, u8: BV<8>, u16: BV<16>, u32: BV<32>, u64: BV<64>, u128: BV<128> }
export type SymTask = TaskOf<Symbolic>
export type SymCpu = CpuOf<Symbolic>
export type SymState = StateOf<Symbolic>
export type SymConfig = ConfigOf<Symbolic>

/** An event with terms for its numbers; kinds, names and widths of images stay. */
type Lift<T> = T extends bigint ? Term : T extends boolean ? Bool : T extends 32 | 64 ? T : T extends string ? T : T extends readonly (infer E)[] ? Lift<E>[] : T extends object ? { [K in keyof T]: Lift<T[K]> } : T
export type SymEvent = Event extends infer E ? E extends Event ? Lift<E> : never : never

const variable = (kind: Leaf, name: string): Term => kind === 'bool' ? boolVar(name) : bvVar(leafBits[kind], name)
const constant = (kind: Leaf, value: bigint | boolean): Term => typeof value === 'boolean' ? bool(value) : bv(leafBits[kind], value)

/** Fresh variables named `prefix` + path. */
export function fresh<S>(spec: S, prefix: string): Of<S, Symbolic> {
  return build<S, Symbolic>(spec, (kind, path) => variable(kind, prefix + path) as never)
}
export function constants<S>(spec: S, value: Of<S, Concrete>): Of<S, Symbolic> {
  return map<S, Concrete, Symbolic>(spec, value, (v, kind) => constant(kind, v as bigint | boolean) as never)
}
export const symState = (s: State): SymState => constants(specOf(s), s)
export const symConfig = (c: Config): SymConfig => constants(configSpec, c)

const isTerm = (v: object): v is Term => 'op' in v
/** `c ? a : b`, leaf by leaf; what is the same object in both stays untouched. Values of one spec have the same shape. */
function mergeValue(c: Bool, a: unknown, b: unknown): unknown {
  if (a === b) return a
  if (Array.isArray(a)) return a.map((x, i) => mergeValue(c, x, (b as unknown[])[i]))
  if (isTerm(a as object)) return ite(c, a as BV, b as BV)
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(a as object)) out[key] = mergeValue(c, (a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])
  return out
}
export const merge = <S>(_spec: S, c: Bool, a: Of<S, Symbolic>, b: Of<S, Symbolic>): Of<S, Symbolic> => mergeValue(c, a, b) as Of<S, Symbolic>
export const mergeTask = (c: Bool, a: SymTask, b: SymTask): SymTask => merge(taskSpec, c, a, b)
export const mergeCpu = (c: Bool, a: SymCpu, b: SymCpu): SymCpu => merge(cpuSpec, c, a, b)
export const mergeState = (c: Bool, a: SymState, b: SymState): SymState => merge(specOf(a), c, a, b)

export const copyTask = (t: SymTask): SymTask => ({ ...t, regs: [...t.regs], vregs: [...t.vregs], frame: { ...t.frame, words: [...t.frame.words] }, buf: { ...t.buf, words: [...t.buf.words] } })
export const copyState = (s: SymState): SymState => ({ cpus: s.cpus.map((c) => ({ ...c })), tasks: s.tasks.map(copyTask) })

/** The concrete value under an assignment. Throws `UnboundVariableError` where a variable has none. */
export function concretise<S>(spec: S, value: Of<S, Symbolic>, env: (name: string, width: number) => Value | undefined): Of<S, Concrete> {
  return concretiseBy(spec, value, evaluator(env))
}
/** The same by an `evaluator`, which remembers what several values have in common. */
export function concretiseBy<S>(_spec: S, value: Of<S, Symbolic>, evaluated: (terms: readonly Term[]) => Value[]): Of<S, Concrete> {
  const all: Term[] = []
  const collect = (v: unknown): void => {
    if (Array.isArray(v)) v.forEach(collect)
    else if (isTerm(v as object)) all.push(v as Term)
    else Object.values(v as object).forEach(collect)
  }
  collect(value)
  const values = evaluated(all)
  let i = 0
  const build = (v: unknown): unknown => {
    if (Array.isArray(v)) return v.map(build)
    if (isTerm(v as object)) return values[i++]
    const out: Record<string, unknown> = {}
    for (const key of Object.keys(v as object)) out[key] = build((v as Record<string, unknown>)[key])
    return out
  }
  return build(value) as Of<S, Concrete>
}

/** An event's numbers as constants of the right width (`eventWidth`). */
export function symEvent(e: Event): SymEvent {
  const lift = (key: string, v: unknown): unknown => {
    if (typeof v === 'bigint') return bv(eventWidth(key), v)
    if (typeof v === 'boolean') return bool(v)
    if (Array.isArray(v)) return v.map((x) => lift(key, x))
    if (typeof v === 'object' && v !== null) return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, lift(k, x)]))
    return v
  }
  return lift('', e) as SymEvent
}

/** Bits of a number in an event, by its key; in `set` by its path. */
export function eventWidth(key: string): number {
  const known: Record<string, number> = { imm: 16, upper: 15, si_code: 32, residue: 128, result: 64, restart: 8, data: 16, signo: 8, handler: 64, flags: 32, restorer: 64, sigtramp: 64, fpsr: 32, fpcr: 32 }
  if (known[key] !== undefined) return known[key]
  if (key.startsWith('vregs')) return 128
  return /\.(words\[\d+\]|lo|hi)$/.test(key) ? 32 : 64
}
