/** Why a verdict is as it is: the configuration it needs, the contract clauses that change it, the sites that decide between two kernels. */
import { boolVar, not } from '../model/terms/build.js'
import { propagate } from '../model/terms/propagate.js'
import { queryText } from '../model/terms/smtlib.js'
import { variables, type Term } from '../model/terms/term.js'
import { symConfig, symEvent, symState, type Kernel, type Predicate, type Site } from '../model/index.js'
import { defaultConfig, type Config } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import type { Shape } from './claim.js'
import { contractClauses, type ContractClause } from './contract.js'
import type { Asked, Decision, Questions, Verdict } from './decide.js'
import { forced, type Oracle } from './oracle.js'
import { assertions } from './query.js'
import { run } from './run.js'

export type Axis = keyof Config
/** With this axis at `not needs` the verdict would be another. */
export interface AxisDependence { readonly axis: Axis, readonly needs: boolean, readonly otherwise: Verdict | 'another' }

/** What the decisive query of a claim asks: a witness for `exists`, a counterexample for `forall`. */
export const decisiveGoal = (d: Decision): 'property' | 'not property' => d.quantifier === 'exists' ? 'property' : 'not property'
/** Does the decision rest on a witness of its decisive query? */
export const decisive = (d: Decision): boolean => d.verdict === (d.quantifier === 'exists' ? 'holds' : 'fails')

/** Is there a model? Undefined where the solver gave up. Known contradictions are seen without the solver. */
async function satisfiable(oracle: Oracle, terms: readonly Term[]): Promise<boolean | undefined> {
  const { rest } = forced(terms)
  if (rest.some((t) => t.op === 'false')) return false
  if (rest.length === 0) return true
  const answer = await oracle.ask({ text: queryText(rest), values: [] })
  return answer.kind === 'unknown' ? undefined : answer.kind === 'sat'
}

/** The query that the shown witness answers. */
export const decidedBy = (d: Decision): Asked | undefined => [...d.asked].reverse().find((a) => a.shape === d.shape?.name && a.answer === 'sat')

/** Inputs of a witness that may not have any value. `wellFormed`: the situation, the property and the events do not speak of them, only well-formedness does. */
export interface Matters { readonly needed: readonly string[], readonly wellFormed: readonly string[] }
export function relevantInputs(d: Decision, questions: Questions): Matters {
  const query = decidedBy(d)
  if (query === undefined || d.shape === undefined) return { needed: [], wellFormed: [] }
  const any = new Set(d.irrelevant)
  const { situation, property, runs } = questions.get(d.shape, d.kernel)
  const spoken = new Set(variables(situation, property, runs.first.enabled, ...runs.second === undefined ? [] : [runs.second.enabled]).map((v) => v.name))
  const names = variables(...query.terms).map((v) => v.name).filter((name) => !any.has(name))
  return { needed: names.filter((n) => spoken.has(n)), wellFormed: names.filter((n) => !spoken.has(n)) }
}

/**
 * The configuration axes that a decisive verdict depends on: turned round, the decisive query of every shape is unsatisfiable.
 * Axes that the query does not mention, and those the witness leaves open, are not asked about.
 */
export async function configAxes(d: Decision, oracle: Oracle, questions: Questions): Promise<AxisDependence[]> {
  const query = decidedBy(d)
  const config = d.traces[0]?.config
  if (query === undefined || config === undefined || !decisive(d)) return []
  const free = new Set(d.irrelevant)
  const mentioned = new Set(variables(...query.terms).map((v) => v.name).filter((name) => !free.has(name)))
  const axes = (Object.keys(defaultConfig) as Axis[]).filter((a) => mentioned.has(`config.${a}`))
  const found = await Promise.all(axes.map(async (axis): Promise<AxisDependence[]> => {
    const turned = (terms: readonly Term[]): Term[] => propagate([...terms, config[axis] ? not(boolVar(`config.${axis}`)) : boolVar(`config.${axis}`)])
    if (await satisfiable(oracle, turned(query.terms)) !== false) return []
    const others = d.claim.shapes.filter((s) => s !== d.shape)
    const answers = await Promise.all(others.map((s) => satisfiable(oracle, turned(assertions(questions.get(s, d.kernel), d.claim, d.userspace, decisiveGoal(d))))))
    if (answers.some((a) => a !== false)) return []
    const reached = await Promise.all(d.claim.shapes.map((s) => satisfiable(oracle, turned(assertions(questions.get(s, d.kernel), d.claim, d.userspace, 'situation')))))
    const opposite = d.quantifier === 'exists' ? 'fails' : 'holds'
    return [{ axis, needs: config[axis], otherwise: reached.some((r) => r === true) ? opposite : reached.every((r) => r === false) ? 'vacuous' : 'another' }]
  }))
  return found.flat()
}

/**
 * Contract clauses that change a verdict between the userspaces: each alone makes the decisive query of the run unsatisfiable
 * (`alone`), and without it the others do not (`needed`).
 */
export async function decidingClauses(any: Decision, oracle: Oracle, questions: Questions): Promise<{ clause: ContractClause, alone: boolean, needed: boolean }[]> {
  const shape = any.shape
  if (shape === undefined || any.traces.length === 0) return []
  const goal = decisive(any) ? decisiveGoal(any) : 'situation'
  const q = questions.get(any.claim.shapes.includes(shape) ? shape : any.claim.shapes[0]!, any.kernel)
  const open = async (clauses: readonly ContractClause[]): Promise<boolean> => await satisfiable(oracle, assertions(q, any.claim, 'contract', goal, clauses)) !== false
  const found = await Promise.all(contractClauses.map(async (clause) => ({ clause, alone: !await open([clause]), needed: await open(contractClauses.filter((c) => c !== clause)) })))
  return found.filter((f) => f.alone || f.needed)
}

export interface SiteDifference { readonly site: Site, readonly here: Predicate, readonly there: Predicate }

/**
 * Sites that decide between two kernels: the events of the witness on `d.kernel`, run again on that kernel with the answer of `other`
 * at one site only, no longer are a witness although the situation is still reached. A concrete run: no solver is asked.
 */
export function decidingSites(d: Decision, other: Kernel): SiteDifference[] {
  const { kernel, shape } = d
  const trace = d.traces[0]
  if (!decisive(d) || shape === undefined || trace === undefined || shape.second !== undefined) return []
  const unused = (Object.keys(kernel.predicates) as Predicate[]).find((p) => !Object.values(kernel.sites).includes(p))
  if (unused === undefined) return []
  return (Object.keys(kernel.sites) as Site[]).flatMap((site) => {
    const there = other.sites[site]
    const changed: Kernel = { ...kernel, predicates: { ...kernel.predicates, [unused]: other.predicates[there] }, sites: { ...kernel.sites, [site]: unused } }
    return isWitness(d, shape, trace, changed) === false ? [{ site, here: kernel.sites[site], there }] : []
  })
}

/** Is the last part of the trace, run on that kernel, what the decisive query asks for? Undefined where the run is not possible or the situation not reached. */
function isWitness(d: Decision, shape: Shape, trace: Trace, kernel: Kernel): boolean | undefined {
  const events = trace.events.slice(trace.events.length - shape.script.length)
  const first = run(kernel, symConfig(trace.config), symState(trace.states[trace.events.length - shape.script.length]!), events.map(symEvent))
  if (first.enabled.op !== 'true') return undefined
  const runs = { first, second: undefined, kernel }
  if (shape.situation(runs).op !== 'true') return undefined
  const property = shape.property(runs).op
  return property === (d.quantifier === 'exists' ? 'true' : 'false')
}
