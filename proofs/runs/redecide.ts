/** Decides a recorded run again: the model runs it from exec, and the claim is evaluated on it. No solver is needed; nothing of the record is believed. */
import { True } from '../../model/terms/build.js'
import { variables, type Term } from '../../model/terms/term.js'
import { evaluateAll, type Value } from '../../model/terms/evaluate.js'
import { symConfig, symEvent, type Kernel, type SymEvent, type SymState } from '../../model/index.js'
import type { Symbolic } from '../../model/tasks/symbolic.js'
import { leaves } from '../../trace/spec.js'
import { initialState, specOf, type Config, type State } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import type { Claim, Runs, Shape, Userspace } from '../claim.js'
import { contractKept } from '../contract.js'
import { follow, symbolicState } from '../prefix.js'
import type { Goal } from '../query.js'
import { placed, startState, tied, variable, variableName, type Run, type Script, type TaskStart, type Template } from '../run.js'
import { configOf, type RecordedRun, type Shown } from './record.js'

interface Followed { readonly trace: Trace, /** where the shape's events begin */ readonly from: number }

/** The traces if the record shows the goal, on this kernel, for this shape; undefined if it does not (any more). */
export function redecide(claim: Claim, shape: Shape, kernel: Kernel, userspace: Userspace, goal: Goal, shown: Shown): Trace[] | undefined {
  if (shown.shape !== shape.name || shown.goal !== goal || shown.runs.length !== (shape.second === undefined ? 1 : 2)) return undefined
  const second = shape.second?.kernel?.(kernel) ?? kernel
  const one = followed(kernel, shown.runs[0]!, shape.tasks, shape.script, claim, userspace)
  if (one === undefined) return undefined
  const first = tail(one)
  if (shape.second === undefined) return reached(claim, shape, { first, second: undefined, kernel }, userspace, goal, [one])
  const { tasks = shape.tasks, script = shape.script } = shape.second
  const other = followed(second, shown.runs[1]!, tasks, script, claim, userspace)
  if (other === undefined || JSON.stringify(shown.runs[0]!.config) !== JSON.stringify(shown.runs[1]!.config)) return undefined
  const two = tail(other)
  return isTied(shape, tasks, script, first, two) ? reached(claim, shape, { first, second: two, kernel }, userspace, goal, [one, other]) : undefined
}

function reached(claim: Claim, shape: Shape, runs: Runs, userspace: Userspace, goal: Goal, all: readonly Followed[]): Trace[] | undefined {
  if (shape.situation(runs).op !== 'true') return undefined
  if (goal !== 'situation' && shape.property(runs).op !== (goal === 'property' ? 'true' : 'false')) return undefined
  // the emulator keeps the contract from exec on, not only in the events of the shape
  const bound = userspace === 'contract' ? all.slice(0, shape.second?.tasks === undefined ? 2 : 1) : []
  if (bound.some((f) => contractKept(tail({ ...f, from: 0 }), claim.emulator).op !== 'true')) return undefined
  return all.map((f) => f.trace)
}

/** The run from exec, if every event is possible and its end is of the script. */
function followed(k: Kernel, r: RecordedRun, tasks: readonly TaskStart[], script: Script, claim: Claim, userspace: Userspace): Followed | undefined {
  const config = configOf(r)
  const from = r.events.length - script.length
  if (from < 0 || r.kernel !== k.name || !script.every((t, i) => isOf(symEvent(r.events[from + i]!), t))) return undefined
  if (r.tasks.includes(32) && !config.aarch32_el0) return undefined
  const states = statesOf(k, r, config)
  if (states === undefined || !startsAs(placed(tasks, script), states[from]!)) return undefined
  return { from, trace: { kernel: k.name, config, start: 'exec', claim: claim.id, userspace, states, events: r.events } }
}

/** The states of a run from exec. Many verdicts are shown by the same run: it is followed once. */
function statesOf(k: Kernel, r: RecordedRun, config: Config): State[] | undefined {
  const ofKernel = runsFollowed.get(k) ?? new Map<string, State[] | undefined>()
  runsFollowed.set(k, ofKernel)
  const key = JSON.stringify([r.config, r.tasks, r.events], (_key, v: unknown) => typeof v === 'bigint' ? `${v}n` : v)
  if (!ofKernel.has(key)) ofKernel.set(key, follow(k, { config }, initialState(r.tasks, config, k.flag.setFor32), r.events))
  return ofKernel.get(key)
}
const runsFollowed = new WeakMap<Kernel, Map<string, State[] | undefined>>()

const tail = ({ trace, from }: Followed): Run => ({
  config: symConfig(trace.config), states: trace.states.slice(from).map(symbolicState), events: trace.events.slice(from).map(symEvent), enabled: True,
})

/** Is the event one of the template? Its numbers are free. */
function isOf(e: SymEvent, t: Template): boolean {
  const { writes, ...fixed } = t as Template & { writes?: readonly string[] }
  if (!Object.entries(fixed).every(([key, v]) => (e as unknown as Record<string, unknown>)[key] === v)) return false
  return e.kind !== 'user' || Object.keys(e.set).every((path) => writes?.includes(path))
}

/** Is the state one that the shape starts from? What it leaves open may be anything; what was seen of earlier calls (`audit_arch`) does not count. */
function startsAs(tasks: readonly TaskStart[], s: State): boolean {
  if (s.tasks.length !== tasks.length) return false
  const actual = new Map(leaves(specOf(s), s).map((l) => [l.path, l.value as Value]))
  return startLeaves(tasks).every(({ path, value }) => value.op === 'var' || /\.audit_arch$/.test(path) || tasks[Number(path[6])]?.bits === 0 || evaluateAll([value], () => 0n)[0] === actual.get(path))
    && tasks.every((t, i) => t.bits !== 0 || s.tasks[i]!.at === 0n)
}
const startsKnown = new Map<string, ReturnType<typeof symbolicLeaves>>()
function startLeaves(tasks: readonly TaskStart[]): ReturnType<typeof symbolicLeaves> {
  const key = JSON.stringify(tasks)
  const known = startsKnown.get(key) ?? symbolicLeaves(startState(tasks))
  startsKnown.set(key, known)
  return known
}
const symbolicLeaves = (s: SymState): { path: string, value: Term }[] => leaves<ReturnType<typeof specOf>, Symbolic>(specOf(s), s as never).map((l) => ({ path: l.path, value: l.value as Term }))

/** Are the inputs of the second run what the shape ties them to? */
function isTied(shape: Shape, tasks: readonly TaskStart[], script: Script, first: Run, second: Run): boolean {
  const tie = shape.second?.tie
  const actual = new Map(symbolicLeaves(second.states[0]!).map((l) => [l.path, l.value]))
  const wanted = tied(startState(placed(tasks, script)), (path, width) => {
    const t = tie?.(path, first)
    return t === 'free' ? variable(width, `second.${variableName(path)}`) : t
  })
  const ofFirst = new Map(symbolicLeaves(first.states[0]!).map((l) => [variableName(l.path), l.value]))
  const same = symbolicLeaves(wanted).every(({ path, value }) => {
    if (value.op === 'var' && value.name.startsWith('second.')) return true
    const v = value.op === 'var' ? ofFirst.get(value.name) ?? value : value
    return v === actual.get(path) || /\.audit_arch$/.test(path) || variables(v).length > 0
  })
  return same && script.every((_, i) => numbersTied(first.events[i]!, second.events[i]!, (key) => tie?.(`e${i}.${key}`, first)))
}

/** The numbers of an event, by the names that `freshEvent` gives them. */
function numbersTied(a: SymEvent, b: SymEvent, tie: (key: string) => 'free' | Term | undefined): boolean {
  const numbers = (e: SymEvent): Map<string, Term> => new Map(Object.entries(e).flatMap(([key, v]): [string, Term][] => {
    if (key === 'set') return Object.entries(v as Record<string, Term>).map(([path, t]) => [`set.${path}`, t])
    if (Array.isArray(v)) return v.map((t: Term, i) => [`${key}[${i}]`, t])
    return typeof v === 'object' && v !== null ? [[key, v as Term]] : []
  }))
  const theirs = numbers(b)
  return [...numbers(a)].every(([key, t]) => {
    const given = tie(key)
    return given === 'free' || theirs.get(key) === (given ?? t)
  })
}
