/**
 * Looks for the smallest event that breaks a clause, from the best states there are: first from those that have all clauses, the broken ones,
 * too; where no event breaks it from there, from those that lack as few of the others as need be.
 */
import { evaluator, type Value } from '../../model/terms/evaluate.js'
import { propagate } from '../../model/terms/propagate.js'
import { queryText } from '../../model/terms/smtlib.js'
import { variables, type Term } from '../../model/terms/term.js'
import { concretiseBy, type Kernel } from '../../model/index.js'
import { leaves } from '../../trace/spec.js'
import { configSpec, defaultConfig, initialState, specOf, type Config, type State } from '../../trace/state.js'
import { withoutUnread } from '../../trace/trace.js'
import { forced, put, type Oracle } from '../oracle.js'
import { freshEvent } from '../run.js'
import type { Input } from '../solvers/index.js'
import { tasksOf } from '../system/footprint.js'
import { initialBits, type Bits } from '../system/initial.js'
import { refuted, stepObligation, type System, type Transition } from '../system/system.js'
import { concreteEvent } from '../witness.js'
import { clauses, type Clause } from '../well-formed.js'
import { redecided } from './redecided.js'
import type { Breaking } from './record.js'

const axes = Object.keys(configSpec) as (keyof Config)[]

/** `broken`: all that the kernel does not keep. `event`: the one that the search for the kept clauses met first. */
export async function breaking(system: System, clause: Clause, event: string, broken: readonly string[], oracle: Oracle): Promise<Breaking> {
  if (event === 'exec') return afterExec(system.kernel, clause)
  const transitions = [...system.transitions].sort((a, b) => Number(b.name === event) - Number(a.name === event))
  /** The first event that breaks the clause from a state that has all but those. */
  const first = async (without: readonly string[]): Promise<Transition | undefined> => {
    for (const t of transitions) if (await possible(system, t, clause, without, oracle)) return t
    return undefined
  }
  let without: readonly string[] = []
  let by = await first(without)
  if (by === undefined) {
    without = broken.filter((b) => b !== clause.name)
    by = await first(without)
    for (const b of without) {
      const fewer = without.filter((x) => x !== b)
      const t = await first(fewer)
      if (t !== undefined) [without, by] = [fewer, t]
    }
  }
  if (by === undefined) throw new Error(`${system.kernel.name}: no event breaks ${clause.name}, which is recorded as broken by ${event}`)
  return smallest(system, by, clause, without, oracle)
}

/** No number of an event matters for the base: the first initial state without the clause. */
function afterExec(k: Kernel, clause: Clause): Breaking {
  for (const tasks of initialBits) {
    const w: Breaking = { clause: clause.name, by: 'exec', without: [], config: [], tasks: [...tasks], state: {}, smallest: true }
    if (redecided(k, w) !== undefined) return w
  }
  throw new Error(`${k.name}: ${clause.name} holds right after exec under the default configuration`)
}

const obligation = (s: System, t: Transition, clause: Clause, without: readonly string[]): readonly Term[] | undefined => {
  const o = stepObligation(s, t, clauses.filter((c) => !without.includes(c.name)), [clause])
  return o === undefined || refuted(o) ? undefined : o.terms
}
async function possible(s: System, t: Transition, clause: Clause, without: readonly string[], oracle: Oracle): Promise<boolean> {
  const terms = obligation(s, t, clause, without)
  if (terms === undefined) return false
  const { rest } = forced(terms)
  if (rest.length === 0 || rest.some((x) => x.op === 'false')) return rest.length === 0
  const answer = await oracle.ask({ text: queryText(rest), values: [] })
  if (answer.kind === 'unknown') throw new Error(`${s.kernel.name}, ${t.name}, ${clause.name}: ${answer.reason}`)
  return answer.kind === 'sat'
}

/** Smallest by what differs from each of the initial states; an event of one task has no other. */
async function smallest(s: System, t: Transition, clause: Clause, without: readonly string[], oracle: Oracle): Promise<Breaking> {
  const alone = tasksOf(t.template).length === 1
  const starts = initialBits.filter((b) => b.length === 2 && (!alone || b[1] === 0))
  const found = (await Promise.all(starts.map((bits) => from(s, t, clause, without, bits, oracle)))).filter((w) => w !== undefined)
  const cost = (w: Breaking): number => 1000 * w.config.length + Object.values(w.state).length
  const best = found.sort((a, b) => cost(a) - cost(b))[0]
  if (best === undefined) throw new Error(`${s.kernel.name}, ${t.name}: no witness against ${clause.name}`)
  return best
}

async function from(s: System, t: Transition, clause: Clause, without: readonly string[], bits: readonly Bits[], oracle: Oracle): Promise<Breaking | undefined> {
  const start = initialState(bits, defaultConfig, s.kernel.flag.setFor32)
  const values = new Map<string, Value>([...axes.map((a) => [`config.${a}`, defaultConfig[a]] as const), ...leaves(specOf(start), start).map((l) => [`s.${l.path}`, l.value as Value] as const)])
  const fallback = (name: string, width: number): Value => values.get(name) ?? (width === 0 ? false : 0n)
  const order = new Map([...values.keys()].map((name, i) => [name, i]))
  const inputs = (terms: readonly Term[]): Input[] => variables(...terms).sort((a, b) => (order.get(a.name) ?? 1e9) - (order.get(b.name) ?? 1e9) || a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((v) => ({ name: v.name, width: v.width, default: BigInt(fallback(v.name, v.width)), ...v.name.startsWith('config.') ? { config: true } : {} }))
  const reply = await put(oracle, propagate(obligation(s, t, clause, without)!), inputs, fallback, { refute: false, known: true, irrelevance: false })
  if (reply.kind !== 'sat') return undefined
  const env = (name: string, width: number): Value => reply.model.get(name) ?? fallback(name, width)
  const evaluated = evaluator(env)
  const config = concretiseBy(configSpec, s.config, evaluated) as Config
  const before = concretiseBy(specOf(s.before), s.before as never, evaluated) as State
  const exec = leaves(specOf(before), initialState(bits, config, s.kernel.flag.setFor32))
  const state = Object.fromEntries(leaves(specOf(before), before).flatMap((l, i) => l.value === exec[i]!.value ? [] : [[l.path, l.value as Value]]))
  const w: Breaking = { clause: clause.name, by: t.name, without: [...without], config: axes.filter((a) => config[a] !== defaultConfig[a]), tasks: [...bits], state, event: withoutUnread(before, concreteEvent(freshEvent(t.template, 0), env)), smallest: reply.minimal }
  if (redecided(s.kernel, w) === undefined) throw new Error(`${s.kernel.name}, ${t.name}: the witness against ${clause.name} does not show it when it is evaluated`)
  return w
}
