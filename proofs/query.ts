/** From a shape to the formula: the runs with their shared inputs, and what is asserted of them. */
import { and, not } from '../model/terms/build.js'
import type { Bool, Term } from '../model/terms/term.js'
import { propagate } from '../model/terms/propagate.js'
import { symConfig, type Kernel, type SymConfig, type SymState } from '../model/index.js'
import { defaultConfig, initialState, specOf, type State } from '../trace/state.js'
import { leaves } from '../trace/spec.js'
import type { Claim, Runs, Shape, Userspace } from './claim.js'
import { contractClauses, contractKept, type ContractClause } from './contract.js'
import { atPreemptionPoints, freshEvent, placed, run, tied, variable, variableName, type TaskStart } from './run.js'
import { Shared } from './shared.js'
import type { Named } from './system/clause.js'
import type { Clause } from './well-formed.js'

export interface Question {
  readonly shape: Shape
  readonly kernel: Kernel
  readonly runs: Runs
  /** the clauses of well-formedness, of the start state of each run */
  readonly wellFormed: readonly Named[]
  /** every event possible, from the places of the shape */
  readonly enabled: Bool
  readonly situation: Bool
  readonly property: Bool
}

/** Which clauses a kernel keeps; the others are not assumed. */
export type KeptClauses = (k: Kernel) => readonly Clause[]

/** Builds the runs of a shape for a kernel. `fix` sets config axes (for "on which axes does it depend"). */
export function question(shape: Shape, kernel: Kernel, kept: KeptClauses, fix: Partial<SymConfig> = {}, shared = new Shared()): Question {
  const config: SymConfig = { ...shared.config, ...fix }
  const starts = placed(shape.tasks, shape.script)
  const start = shared.start(starts)
  const asItIs = Object.keys(fix).length === 0
  const first = asItIs ? shared.run(kernel, start, shape.script) : run(kernel, config, start, shape.script.map((t, i) => freshEvent(t, i)))
  const wellFormed = (k: Kernel, s: SymState): Named[] => kept(k).map((c) => ({ name: c.name, term: c.holds(k, config, s) }))
  const wf = asItIs ? shared.wellFormed(wellFormed) : wellFormed
  const placedHere = atPreemptionPoints(starts, start)
  if (shape.second === undefined) {
    const runs: Runs = { first, second: undefined, kernel }
    return { shape, kernel, runs, wellFormed: wf(kernel, start), enabled: and(placedHere, first.enabled), situation: shape.situation(runs), property: shape.property(runs) }
  }
  const { tasks = shape.tasks, script = shape.script, kernel: change, tie } = shape.second
  const k2 = change === undefined ? kernel : change(kernel)
  const starts2 = placed(tasks, script)
  const start2 = tied(shared.start(starts2), (path, width) => {
    const t = tie?.(path, first)
    return t === 'free' ? variable(width, `second.${variableName(path)}`) : t
  })
  const events2 = script.map((t, i) => freshEvent(t, i, (key, width) => {
    const given = tie?.(`e${i}.${key}`, first)
    return given === 'free' ? variable(width, `second.e${i}.${key}`) : given ?? variable(width, `e${i}.${key}`)
  }))
  const second = run(k2, config, start2, events2)
  const runs: Runs = { first, second, kernel }
  return { shape, kernel, runs, wellFormed: [...wf(kernel, start), ...wf(k2, start2)], enabled: and(placedHere, atPreemptionPoints(starts2, start2), first.enabled, second.enabled), situation: shape.situation(runs), property: shape.property(runs) }
}

export type Goal = 'situation' | 'property' | 'not property'

/** The assertions of one query, simpler and with what they say outright put into each other. */
export const assertions = (q: Question, claim: Claim, userspace: Userspace, goal: Goal, contract: readonly ContractClause[] = contractClauses, only?: ReadonlySet<string>): Term[] =>
  propagate(stated(q, claim, userspace, goal, contract, only))

/** The assertions of one query as they are stated. `only`: of the clauses of well-formedness, those of these names. */
export function stated(q: Question, claim: Claim, userspace: Userspace, goal: Goal, contract: readonly ContractClause[] = contractClauses, only?: ReadonlySet<string>): Bool[] {
  const out: Bool[] = [and(...q.wellFormed.filter((c) => only?.has(c.name) !== false).map((c) => c.term), q.enabled), q.situation]
  if (userspace === 'contract') out.push(...contractOf(q, claim, contract))
  if (goal !== 'situation') out.push(goal === 'property' ? q.property : not(q.property))
  return out
}

/** What the userspace `contract` asserts more than `any`. */
export function contractOf(q: Question, claim: Claim, contract: readonly ContractClause[] = contractClauses): Bool[] {
  const out = [contractKept(q.runs.first, claim.emulator, contract)]
  if (q.runs.second !== undefined && q.shape.second?.tasks === undefined) out.push(contractKept(q.runs.second, claim.emulator, contract))
  return out
}

/** The state right after exec: what every input of a shape is by default. Event numbers are 0. */
export function defaults(shape: Shape, kernel: Kernel): (name: string, width: number) => bigint | boolean {
  const perShape = made.get(shape) ?? [undefined, undefined]
  made.set(shape, perShape)
  return perShape[kernel.flag.setFor32 ? 1 : 0] ??= makeDefaults(shape, kernel)
}
type Defaults = (name: string, width: number) => bigint | boolean
const made = new WeakMap<Shape, [Defaults | undefined, Defaults | undefined]>()

function makeDefaults(shape: Shape, kernel: Kernel): Defaults {
  const values = new Map<string, bigint | boolean>()
  const add = (tasks: readonly TaskStart[], prefix: string): void => {
    const state = initialState(tasks.map((t) => t.bits), defaultConfig, kernel.flag.setFor32)
    for (const l of leaves(specOf(state), state)) values.set(prefix + variableName(l.path), l.value as bigint | boolean)
  }
  add(shape.tasks, '')
  if (shape.second?.tasks !== undefined) add(shape.second.tasks, 'second.')
  for (const [name, value] of Object.entries(defaultConfig)) values.set(`config.${name}`, value)
  return (name, width) => values.get(name) ?? values.get(name.replace(/^second\./, '')) ?? (width === 0 ? false : 0n)
}
export const constantConfig = symConfig
export type { State }
