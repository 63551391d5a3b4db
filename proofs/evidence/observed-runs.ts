/** Runs of a shape as they are seen from outside: inputs and later states are free, and a simulator fills them in. */
import { bv, True } from '../../model/terms/build.js'
import { evaluator, type Value } from '../../model/terms/evaluate.js'
import type { Bool, Term } from '../../model/terms/term.js'
import { concretiseBy, copyState, fresh, type Kernel, type SymEvent, type SymState } from '../../model/index.js'
import type { Event } from '../../trace/events.js'
import { configSpec, specOf, type Config, type State } from '../../trace/state.js'
import type { Runs, Shape } from '../claim.js'
import { freshEvent, startState, symbolicConfig, tied, variable, variableName, type Run } from '../run.js'
import { concreteEvents } from '../witness.js'
import { inputValues } from './mutate-inputs.js'

/** Runs events from a state: the states after each, or undefined where one of them is not possible. */
export type Simulate = (kernel: string, config: Config, start: State, events: readonly Event[]) => State[] | undefined

/** A run whose inputs and later states are free: what a claim says of what is seen. */
export interface Observed {
  readonly runs: Runs
  readonly starts: readonly { kernel: Kernel, state: SymState, events: readonly SymEvent[], prefix: string }[]
  readonly inputs: readonly Term[]
}

export function observed(shape: Shape, kernel: Kernel): Observed {
  const config = symbolicConfig()
  const seen = (start: SymState, events: readonly SymEvent[], prefix: string): Run =>
    ({ config, events, enabled: True as Bool, states: [start, ...events.map((_, i) => fresh(specOf(start), `${prefix}${i + 1}:`) as SymState)] })
  const start = startState(shape.tasks)
  const events = shape.script.map((t, i) => freshEvent(t, i))
  const first = seen(start, events, 'first')
  const starts = [{ kernel, state: start, events: events as readonly SymEvent[], prefix: 'first' }]
  if (shape.second !== undefined) {
    const { tasks = shape.tasks, script = shape.script, tie } = shape.second
    const state = tied(startState(tasks), (path, width) => {
      const t = tie?.(path, first)
      return t === 'free' ? variable(width, `second.${variableName(path)}`) : t
    })
    const own = script.map((t, i) => freshEvent(t, i, (key, width) => {
      const t2 = tie?.(`e${i}.${key}`, first)
      return t2 === 'free' ? variable(width, `second.e${i}.${key}`) : t2 ?? variable(width, `e${i}.${key}`)
    }))
    starts.push({ kernel: shape.second.kernel?.(kernel) ?? kernel, state, events: own, prefix: 'second' })
  }
  const second = starts[1] === undefined ? undefined : seen(starts[1].state, starts[1].events, 'second')
  const laterState = /^(first|second)\d+:/
  const inputs = inputValues.termsOf(config, ...starts.flatMap((s) => [s.state, ...s.events])).filter((v) => !laterState.test(v.name))
  return { runs: { first, second, kernel }, starts, inputs }
}

/** Where the leaves of a start state stand that are not constants. */
interface Leaf { readonly keys: readonly string[], readonly term: Term }
function leavesOf(state: SymState): Leaf[] {
  const out: Leaf[] = []
  const visit = (v: unknown, keys: readonly string[]): void => {
    if (typeof v === 'object' && v !== null && 'op' in v) { if ((v as Term).op !== 'bvconst' && (v as Term).args.length + Number((v as Term).op === 'var') > 0) out.push({ keys, term: v as Term }) } else if (typeof v === 'object' && v !== null) for (const [k, x] of Object.entries(v)) visit(x, [...keys, k])
  }
  visit(state, [])
  return out
}

const at = (value: unknown, keys: readonly string[]): unknown => keys.reduce((v, k) => (v as Record<string, unknown>)[k], value)
const keysOf = (path: string): string[] => path.split(/[.[\]]+/).filter((k) => k !== '')

/** Runs with some inputs changed. The answer looks up what was seen by the names of `observed`; undefined where an event was not possible. */
export function runner(seen: Observed, base: ReadonlyMap<string, Value>, simulate: Simulate): (changed: ReadonlyMap<string, Value>) => ((name: string) => Value) | undefined {
  const names = new Map<string, { prefix: string, n: number, keys: string[] }>()
  const nameParts = (name: string): { prefix: string, n: number, keys: string[] } => {
    const known = names.get(name)
    if (known !== undefined) return known
    const [, prefix = '', n, path = ''] = /^(first|second)(\d+):(.*)$/.exec(name) ?? []
    const parts = { prefix, n: Number(n) - 1, keys: keysOf(path) }
    names.set(name, parts)
    return parts
  }
  const plain = seen.starts.map((s) => {
    const leaves = leavesOf(s.state)
    const symbolic = copyState(s.state)
    // ties look at the first run; they are put in for each run
    const ties = leaves.filter((l) => l.term.op !== 'var')
    for (const l of ties) (at(symbolic, l.keys.slice(0, -1)) as Record<string, Term>)[l.keys.at(-1)!] = l.term.width === 0 ? True : bv(l.term.width, 0)
    const start = concretiseBy(specOf(symbolic), symbolic as never, evaluator((name) => base.get(name))) as never as State
    const ofName = new Map<string, (readonly string[])[]>()
    for (const l of leaves) if (l.term.op === 'var') ofName.set(l.term.name, [...ofName.get(l.term.name) ?? [], l.keys])
    return { ...s, start, ties, ofName }
  })
  return (changed) => {
    const found = new Map<string, State[]>()
    const look = (name: string): Value => {
      const { prefix, n, keys } = nameParts(name)
      const state = found.get(prefix)?.[n]
      if (state === undefined) throw new Error(`${name} was not seen`)
      return at(state, keys) as Value
    }
    const valueOf = (name: string): Value => changed.get(name) ?? base.get(name) ?? look(name)
    for (const s of plain) {
      const evaluated = evaluator(valueOf)
      const start = copyState(s.start as never) as never as State
      const put = (keys: readonly string[], v: Value): void => { (at(start, keys.slice(0, -1)) as Record<string, Value>)[keys.at(-1)!] = v }
      for (const [name, v] of changed) for (const keys of s.ofName.get(name) ?? []) put(keys, v)
      if (s.ties.length > 0) evaluated(s.ties.map((l) => l.term)).forEach((v, i) => put(s.ties[i]!.keys, v))
      const config = concretiseBy(configSpec, seen.runs.first.config, evaluated) as Config
      const after = simulate(s.kernel.name, config, start, concreteEvents(s.events, evaluated))
      if (after === undefined) return undefined
      found.set(s.prefix, after)
    }
    return valueOf
  }
}
