/** A probe's situation on the simulator and on the model: what they say can be observed. */
import { asRun, type FakeCall, type Observed, type Probe, type Situation } from '../../guest/probes/index.js'
import { step, symConfig, symEvent, type Symbolic, type SymState } from '../../model/index.js'
import { bool, boolVar, bv, bvVar } from '../../model/terms/build.js'
import { compile, type Compiled } from '../../model/terms/compile.js'
import type { Value } from '../../model/terms/evaluate.js'
import type { Term } from '../../model/terms/term.js'
import { NotEnabled, simulateWith } from '../../sim/index.js'
import { leafBits, leaves, map, type Concrete } from '../../trace/spec.js'
import { specOf, type Config, type State } from '../../trace/state.js'
import { modelKernel, simulatorKernel } from './kernels.js'

/** What an observer of the run's last state sees; `input` is named where something goes wrong. */
export type Executor = (probe: Probe, run: Situation, input: bigint, config: Config, how: FakeCall) => Observed

export interface Judge { readonly name: string, readonly judge: Executor }

/** What a judge says to an input. Each gets a run of its own: what a run has seen so far is its observer's. */
export const told = (judge: Judge, probe: Probe, input: bigint, config: Config, how: FakeCall): Observed => judge.judge(probe, asRun(probe, input, config, how), input, config, how)

/** The simulator. A run ends before an exception return with a signal forced, as it does for the guest. */
export function onSimulator(id: string): Executor {
  const kernel = simulatorKernel(id)
  return (_probe, run, _input, config) => {
    let state = run.initial
    let seen = run.observe(state)
    for (const event of run.events) {
      try {
        state = simulateWith(kernel, config, state, event)
      } catch (e) {
        if (e instanceof NotEnabled && event.kind === 'eret' && state.tasks.some((t) => t.signo !== 0n)) break
        throw e
      }
      seen = run.observe(state)
    }
    return seen
  }
}

interface Leaf { readonly path: string, readonly get: () => Value, readonly set: (v: Value) => void }

function leafAccess(state: State): Leaf[] {
  const out: Leaf[] = []
  const walk = (holder: Record<string, unknown>, path: string): void => {
    for (const key of Object.keys(holder)) {
      const at = Array.isArray(holder) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
      if (typeof holder[key] === 'object') walk(holder[key] as Record<string, unknown>, at)
      else out.push({ path: at, get: () => holder[key] as Value, set: (v) => { holder[key] = v } })
    }
  }
  walk(state as unknown as Record<string, unknown>, '')
  return out
}

/** All events of a probe compiled into one function of the leaves that its inputs change. */
interface CompiledRun { readonly varying: ReadonlySet<string>, readonly paths: readonly string[], readonly base: readonly Value[], readonly inputs: readonly number[], readonly run: Compiled, readonly states: readonly { readonly enabledAt: number, readonly sets: readonly { readonly at: number, readonly set: (v: Value) => void }[], readonly state: State }[] }

function compileRun(kernelId: string, config: Config, first: Situation, varying: ReadonlySet<string>): CompiledRun {
  const spec = specOf(first.initial)
  let state: SymState = map<typeof spec, Concrete, Symbolic>(spec, first.initial, (v, kind, path) => {
    if (varying.has(path)) return (kind === 'bool' ? boolVar(path) : bvVar(leafBits[kind], path)) as never
    return (typeof v === 'boolean' ? bool(v) : bv(leafBits[kind], v as bigint)) as never
  })
  const roots: Term[] = []
  const states = first.events.map((event) => {
    const after = step(modelKernel(kernelId), symConfig(config), state, symEvent(event))
    state = after.state
    const concrete = structuredClone(first.initial)
    const access = leafAccess(concrete)
    const enabledAt = roots.push(after.enabled) - 1
    const sets = leaves<typeof spec, Symbolic>(spec, state).flatMap((l, i) => {
      const term = l.value as Term
      const fixed = term.op === 'true' ? true : term.op === 'false' ? false : term.op === 'bvconst' ? term.value : undefined
      if (fixed !== undefined) {
        access[i]!.set(fixed)
        return []
      }
      return [{ at: roots.push(term) - 1, set: access[i]!.set }]
    })
    return { enabledAt, sets, state: concrete }
  })
  const paths = leaves<typeof spec, Concrete>(spec, first.initial).map((l) => l.path)
  return { varying, paths, base: flat(first.initial), inputs: paths.flatMap((p, i) => varying.has(p) ? [i] : []), run: compile(roots), states }
}

/** The values of all leaves, in declared order. */
function flat(state: State): Value[] {
  const out: Value[] = []
  const walk = (v: unknown): void => {
    if (typeof v !== 'object' || v === null) out.push(v as Value)
    else if (!Array.isArray(v)) for (const key of Object.keys(v)) walk((v as Record<string, unknown>)[key])
    else if (typeof v[0] === 'object') for (const x of v) walk(x)
    else for (let i = 0; i < v.length; i++) out.push(v[i] as Value)
  }
  walk(state)
  return out
}

/** The model, as compiled terms. */
export function onModel(id: string): Executor {
  const compiled = new Map<string, CompiledRun>()
  return (probe, run, input, config, how) => {
    const key = `${probe.name} ${how} ${run.shape ?? ''} ${JSON.stringify(config)}`
    let found = compiled.get(key) ?? compileRun(id, config, run, new Set())
    const now = flat(run.initial)
    const differ: string[] = []
    for (let i = 0; i < now.length; i++) if (now[i] !== found.base[i] && !found.varying.has(found.paths[i]!)) differ.push(found.paths[i]!)
    if (differ.length > 0) found = compileRun(id, config, run, new Set([...found.varying, ...differ]))
    compiled.set(key, found)
    const values = found.run(new Map(found.inputs.map((i) => [found.paths[i]!, now[i]!])))
    let seen = run.observe(run.initial)
    let before = run.initial
    for (const [i, s] of found.states.entries()) {
      if (values[s.enabledAt] !== true) {
        if (run.events[i]!.kind === 'eret' && before.tasks.some((t) => t.signo !== 0n)) break
        throw new Error(`${probe.name} 0x${input.toString(16)}: the model does not allow event ${i + 1}, ${run.events[i]!.kind}`)
      }
      before = s.state
      for (const { at, set } of s.sets) set(values[at]!)
      seen = run.observe(s.state)
    }
    return seen
  }
}
