/**
 * The shortest run from exec that shows a verdict, looked for anew: prefixes of events from exec to where a shape begins, by number of events,
 * kinds first (what cannot happen there is left out by folding), then the solver for the numbers. A query is one prefix and one shape.
 */
import { and, bool, eq, not, or } from '../../model/terms/build.js'
import { propagate } from '../../model/terms/propagate.js'
import { variables, type Bool, type Term } from '../../model/terms/term.js'
import { concretise, copyState, mergeState, step, symState, type Kernel, type SymConfig, type SymEvent, type SymState } from '../../model/index.js'
import type { Symbolic } from '../../model/tasks/symbolic.js'
import { leaves } from '../../trace/spec.js'
import { configSpec, defaultConfig, initialState, specOf, taskNames, type Config, type TaskName } from '../../trace/state.js'
import { withoutUnread, type Trace } from '../../trace/trace.js'
import type { Claim, Shape, Userspace } from '../claim.js'
import { contractKept } from '../contract.js'
import { put, type Oracle } from '../oracle.js'
import { follow } from '../prefix.js'
import type { Goal } from '../query.js'
import { freshEvent, placed, startState, symbolicConfig, type Run, type TaskStart, type Template } from '../run.js'
import { everyEvent } from '../system/events.js'
import { concreteEvent } from '../witness.js'
import { valueAt } from './confirm.js'
import { recordedRun, type Shown } from './record.js'
import { redecide } from './redecide.js'

export interface SearchLimits { /** events of a run, at most */ readonly depth: number, readonly budgetMs: number, readonly timeoutMs: number }
/** `depth`: every run of up to so many events was looked at, by kinds and by the solver. */
export interface Searched { readonly depth: number, readonly queries: number, readonly found?: { readonly shape: Shape, readonly traces: readonly Trace[] } }

/** From exec, after some events. */
interface Prefix { readonly states: readonly SymState[], readonly events: readonly SymEvent[], readonly enabled: readonly Bool[] }

export async function searchFromExec(claim: Claim, shapes: readonly Shape[], kernel: Kernel, userspace: Userspace, goal: Goal, oracle: Oracle, limits: SearchLimits): Promise<Searched> {
  const deadline = performance.now() + limits.budgetMs
  // a comparison has two runs that are tied where the shape begins: its prefixes are not looked for here
  const ways = shapes.filter((s) => s.second === undefined).map((shape) => ({ shape, layers: new Layers(kernel, placed(shape.tasks, shape.script)) }))
  if (ways.length === 0) return { depth: 0, queries: 0 }
  let queries = 0
  for (let length = 1; length <= limits.depth; length++) {
    for (const { shape, layers } of ways) {
      for (const prefix of layers.at(length - shape.script.length, deadline)) {
        if (performance.now() > deadline) return { depth: length - 1, queries }
        const terms = propagate(asked(claim, shape, kernel, userspace, goal, layers, prefix))
        if (terms.some((t) => t.op === 'false')) continue
        queries++
        const fallback = defaultsOf(layers, prefix)
        const reply = await put(oracle, terms, (ts) => variables(...ts).map((v) => ({ name: v.name, width: v.width, default: BigInt(fallback(v.name, v.width)), ...v.name.startsWith('config.') ? { config: true } : {} })), fallback, { refute: true, timeoutMs: limits.timeoutMs })
        if (reply.kind === 'unknown') return { depth: length - 1, queries }
        if (reply.kind === 'unsat') continue
        const traces = shown(claim, shape, kernel, userspace, goal, layers, prefix, (name, width) => reply.model.get(name) ?? fallback(name, width))
        if (traces !== undefined) return { depth: length - 1, queries, found: { shape, traces } }
      }
      if (performance.now() > deadline) return { depth: length - 1, queries }
    }
  }
  return { depth: limits.depth, queries }
}

/** The prefixes of a shape's tasks by number of events, built once. */
class Layers {
  readonly config: SymConfig = symbolicConfig()
  readonly bits: readonly (64 | 32 | 0)[]
  readonly #layers: Prefix[][]
  readonly #kinds: readonly Template[]
  constructor(private readonly kernel: Kernel, readonly tasks: readonly TaskStart[]) {
    this.bits = tasks.map((t) => t.bits)
    this.#layers = [[{ states: [this.#exec()], events: [], enabled: [or(this.config.aarch32_el0, bool(!this.bits.includes(32)))] }]]
    this.#kinds = kindsOf(tasks)
  }

  at(length: number, deadline: number): readonly Prefix[] {
    if (length < 0) return []
    for (let n = this.#layers.length; n <= length; n++) {
      const next: Prefix[] = []
      for (const p of this.#layers[n - 1]!) {
        if (performance.now() > deadline) break
        next.push(...this.#further(p))
      }
      this.#layers.push(next)
    }
    return this.#layers[length]!
  }

  #further(p: Prefix): Prefix[] {
    const before = p.states[p.states.length - 1]!
    return this.#kinds.flatMap((t) => {
      // what two writes do one does
      if (t.kind === 'user' && p.events[p.events.length - 1]?.kind === 'user') return []
      const event = freshEvent(t, p.events.length, undefined)
      const s = step(this.kernel, this.config, before, event)
      return s.enabled.op === 'false' ? [] : [{ states: [...p.states, s.state], events: [...p.events, event], enabled: [...p.enabled, s.enabled] }]
    })
  }

  /** Right after exec, under every configuration: SSBS and the erratum decide what exec leaves. */
  #exec(): SymState {
    const state = (ssbs: boolean, erratum: boolean): SymState => copyState(symState(initialState(this.bits, { ...defaultConfig, ssbs, erratum_1418040: erratum }, this.kernel.flag.setFor32)))
    return mergeState(this.config.ssbs, mergeState(this.config.erratum_1418040, state(true, true), state(true, false)), mergeState(this.config.erratum_1418040, state(false, true), state(false, false)))
  }
}

const every = (is32: boolean): string[] => [
  ...Array.from({ length: is32 ? 15 : 31 }, (_, i) => `regs[${i}]`), ...is32 ? [] : ['sp'], 'pc', 'pstate', 'TPIDR_EL0',
  ...['frame', 'buf'].flatMap((r) => ['base', 'lo', 'hi'].map((f) => `${r}.${f}`)), ...Array.from({ length: 288 }, (_, i) => `frame.words[${i}]`), ...Array.from({ length: 80 }, (_, i) => `buf.words[${i}]`),
]

/** Every kind of event by every task upon every other. */
function kindsOf(tasks: readonly TaskStart[]): Template[] {
  const names = tasks.map((_, i) => taskNames[i]!)
  const out = names.flatMap((a, i) => everyEvent.filter((e) => e.template.kind !== 'user').flatMap((e): Template[] => {
    const upon = /"B"/.test(JSON.stringify(e.template)) ? names.filter((n) => n !== a) : [undefined]
    return upon.map((b) => JSON.parse(JSON.stringify(e.template, (_key, v: unknown) => v === 'A' ? a : v === 'B' ? b : v)) as Template)
  }).concat({ kind: 'user', task: a, writes: every(tasks[i]!.bits === 32) }))
  return out
}

/** The run is possible, ends where the shape begins, and its end shows the goal. */
function asked(claim: Claim, shape: Shape, kernel: Kernel, userspace: Userspace, goal: Goal, layers: Layers, prefix: Prefix): Bool[] {
  const start = prefix.states[prefix.states.length - 1]!
  const wanted = leaves<ReturnType<typeof specOf>, Symbolic>(specOf(start), startState(layers.tasks) as never)
  const here = leaves<ReturnType<typeof specOf>, Symbolic>(specOf(start), start as never)
  const begins = wanted.flatMap((l, i) => (l.value as Term).op === 'var' || /\.audit_arch$/.test(l.path) ? [] : [same(l.value as Term, here[i]!.value as Term)])
  if (begins.some((b) => b.op === 'false')) return [bool(false)]
  const run = onward(kernel, layers.config, prefix, shape)
  const tail: Run = { config: layers.config, states: run.states.slice(prefix.events.length), events: run.events.slice(prefix.events.length), enabled: bool(true) }
  const runs = { first: tail, second: undefined, kernel }
  const whole: Run = { ...tail, states: run.states, events: run.events }
  return [...run.enabled, ...begins, shape.situation(runs), ...goal === 'situation' ? [] : [goal === 'property' ? shape.property(runs) : not(shape.property(runs))],
    ...userspace === 'contract' ? [contractKept(whole, claim.emulator)] : []]
}
const same = (a: Term, b: Term): Bool => a.width === 0 ? or(and(a as Bool, b as Bool), and(not(a as Bool), not(b as Bool))) : eq(a as never, b as never)

function onward(k: Kernel, config: SymConfig, p: Prefix, shape: Shape): Prefix {
  return shape.script.reduce<Prefix>((r, t, i) => {
    const event = freshEvent(t, p.events.length + i)
    const s = step(k, config, r.states[r.states.length - 1]!, event)
    return { states: [...r.states, s.state], events: [...r.events, event], enabled: [...r.enabled, s.enabled] }
  }, p)
}

/** What a program writes is by default what is there right after exec; other numbers are 0. */
function defaultsOf(layers: Layers, p: Prefix): (name: string, width: number) => bigint | boolean {
  const state = initialState(layers.bits)
  const known = new Map(leaves(specOf(state), state).map((l) => [l.path, l.value as bigint | boolean]))
  return (name, width) => {
    const written = /^e(\d+)\.set\.(.*)$/.exec(name)
    const event = written === null ? undefined : p.events[Number(written[1])]
    const at = event?.kind === 'user' ? known.get(`tasks[${taskNames.indexOf(event.task as TaskName)}].${written![2]!}`) : undefined
    const axis = /^config\.(.*)$/.exec(name)
    return at ?? (axis === null ? width === 0 ? false : 0n : defaultConfig[axis[1] as keyof Config])
  }
}

/** The model's answer as a run, judged like a recorded one. */
function shown(claim: Claim, shape: Shape, kernel: Kernel, userspace: Userspace, goal: Goal, layers: Layers, prefix: Prefix, env: (name: string, width: number) => bigint | boolean): Trace[] | undefined {
  const config = concretise(configSpec, layers.config, env) as Config
  const start = initialState(layers.bits, config, kernel.flag.setFor32)
  const events = onward(kernel, layers.config, prefix, shape).events.map((e) => concreteEvent(e, env as never))
  // a write of what is there already is none
  const states = follow(kernel, { config }, start, events)
  if (states === undefined) return undefined
  const slim = events.map((e, i) => e.kind !== 'user' ? withoutUnread(states[i]!, e) : { ...e, set: Object.fromEntries(Object.entries(e.set).filter(([path, v]) => v !== valueAt(states[i]!, e.task, path))) })
  const trace: Trace = { kernel: kernel.name, config, start: 'exec', states, events: slim }
  const record: Shown = { goal, shape: shape.name, irrelevant: [], runs: [recordedRun(trace)] }
  return redecide(claim, shape, kernel, userspace, goal, record)
}
