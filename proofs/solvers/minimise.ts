/**
 * The smallest witness of a satisfiable query: fewest config settings off their default, then fewest input bits off their
 * default, then smallest values in declared order. Implicit hitting sets: the solver says which defaults cannot all stand (a
 * core); the cheapest set of bits that meets every core so far is tried next; the first that the solver accepts is the answer,
 * since every smaller one is refuted by a core.
 */
import { bitblast } from '../../model/terms/bitblast.js'
import { and } from '../../model/terms/build.js'
import { below, eachClause } from '../../model/terms/cnf.js'
import { parseQuery } from '../../model/terms/parse.js'
import { countDown } from './count-down.js'
import type { Ask, Found } from './found.js'
import { smallestHit, type Hit } from './hitting.js'
import { allInputs, bitElements, toBits, toValue, type BitElement } from './inputs.js'
import type { Minimised, MinimiseQuery, Witness } from './minimal.js'
import { Sat } from './sat/sat.js'
import { shrink } from './shrink.js'
import { defaultTimeoutMs, type Value } from './types.js'

/** After so many cores the search goes down by counting instead. */
export const usualCores = 300
/** Conflicts that one question may take. */
const questionBudget = 50_000

export function minimise(query: MinimiseQuery, maxCores = usualCores): Minimised {
  const deadline = performance.now() + (query.timeoutMs ?? defaultTimeoutMs)
  const parsed = parseQuery(query.text)
  const inputs = allInputs(parsed.variables, query.inputs)
  const { circuit, variables, roots } = bitblast([and(...parsed.assertions)])
  const root = roots[0]![0]!
  const needed = below(circuit, [root])
  const gateOf = (name: string, bit: number): number => {
    const g = variables.get(name)?.[bit] ?? 0
    return needed[g] === 1 ? g : 0
  }
  const elements = bitElements(inputs, (i, bit) => gateOf(i.name, bit))
  const sat = new Sat(circuit.size - 1)
  sat.add([1])
  eachClause(circuit, needed, (a, b, c) => sat.addShort(a, b, c))
  sat.add([root])
  sat.deadline = deadline
  const ask = (assumptions: readonly number[]): boolean | undefined => {
    sat.budget = query.searchConflicts ?? questionBudget
    for (const e of elements) sat.prefer(e.asDefault)
    return performance.now() > deadline ? undefined : sat.solve(assumptions)
  }
  if (query.firstLook !== undefined) {
    sat.budget = query.firstLook
    for (const e of elements) sat.prefer(e.asDefault)
    const first = sat.solve([])
    if (first === false) return { kind: 'unsat' }
    if (first === undefined) return { kind: 'unknown', reason: `no witness after ${query.firstLook} conflicts` }
  }
  const found = query.shrinkMs === undefined ? search(sat, ask, elements, maxCores) : shrink(sat, elements, performance.now() + query.shrinkMs)
  if (found === 'unsat') return { kind: 'unsat' }
  if (found === undefined) return { kind: 'unknown', reason: 'the search for a smallest witness reached its limit before a first one' }
  const off = new Set(found.off)
  const values = new Map(inputs.map((i) => [i.name, i.default]))
  for (const e of off) values.set(e.input.name, values.get(e.input.name)! ^ 1n << BigInt(e.bit))
  return {
    kind: 'sat', model: new Map(inputs.map((i) => [i.name, toValue(i, values.get(i.name)!)])), ...count(off), minimal: found.minimal,
  }
}

/** A model that another solver found, not made smaller. */
export function asWitness(query: MinimiseQuery, found: ReadonlyMap<string, Value>): Witness {
  const inputs = allInputs(parseQuery(query.text).variables, query.inputs)
  const model = new Map(inputs.map((i) => [i.name, found.get(i.name) ?? toValue(i, i.default)]))
  const elements = bitElements(inputs, () => 1)
  return { kind: 'sat', model, minimal: false, ...count(new Set(elements.filter((e) => ((toBits(model.get(e.input.name)!) ^ e.input.default) >> BigInt(e.bit) & 1n) === 1n))) }
}

/** Settings and bits off their default. */
function count(off: ReadonlySet<BitElement>): Pick<Witness, 'settings' | 'bits'> {
  return { settings: new Set([...off].map((e) => e.group).filter((g) => g >= 0)).size, bits: off.size }
}

function search(sat: Sat, ask: Ask, elements: readonly BitElement[], maxCores: number): Found | 'unsat' | undefined {
  const cores: number[][] = []
  const byLiteral = new Map(elements.map((e, n) => [e.asDefault, n]))
  /** What keeps its default; first what was in no core, so that the solver finds the same beginning again. */
  const standing = (free: ReadonlySet<number>): number[] => {
    const met = new Set(cores.flat())
    const kept = elements.map((_, n) => n).filter((n) => !free.has(n))
    return [...kept.filter((n) => !met.has(n)), ...kept.filter((n) => met.has(n))].map((n) => elements[n]!.asDefault)
  }
  const off = (): BitElement[] => elements.filter((e) => !sat.model(e.asDefault))
  let hit: Hit = { elements: new Set(), cost: { groups: 0, bits: 0, weight: 0n } }
  for (;;) {
    const free = new Set(hit.elements)
    // disjoint cores, as many as there are
    for (let fresh = true; ; fresh = false) {
      const answer = ask(standing(free))
      if (answer === true && fresh) return { off: off(), minimal: true }
      if (answer === true) break
      if (answer === undefined) return countDown(sat, ask, elements, hit.cost)
      const core = smaller(sat, sat.core())
      if (core.length === 0) return 'unsat'
      const met = core.map((l) => byLiteral.get(l)!)
      cores.push(met)
      for (const n of met) free.add(n)
    }
    const next = cores.length < maxCores ? smallestHit(elements, cores) : undefined
    if (next === undefined) return countDown(sat, ask, elements, hit.cost)
    hit = next
  }
}

/** A core without some of the assumptions that it does not need: those of which that is seen at once. */
function smaller(sat: Sat, core: readonly number[]): readonly number[] {
  let rest = core
  const { budget, decisions } = sat
  sat.budget = 100
  sat.decisions = 20
  let needed = 0
  for (const l of core) {
    if (rest.length <= 1 || needed > 20 || performance.now() > sat.deadline) break
    if (!rest.includes(l)) continue
    if (sat.solve(rest.filter((x) => x !== l)) === false) rest = sat.core()
    else needed++
  }
  sat.budget = budget
  sat.decisions = decisions
  return rest
}
