/**
 * The smallest witness of a satisfiable query: fewest config settings off their default, then fewest input bits off their
 * default, then smallest values in declared order. Implicit hitting sets: the solver says which defaults cannot all stand (a
 * core); the cheapest set of bits that meets every core so far is tried next; the first that the solver accepts is the answer,
 * since every smaller one is refuted by a core.
 */
import { modelValues, why } from './ask.js'
import { Session, type Engine } from './engine.js'
import { smallestHit, type Hit } from './hitting.js'
import { irrelevantInputs } from './irrelevant.js'
import type { Input, Minimised, MinimiseQuery, Witness } from './minimal.js'
import { searchDown } from './search-down.js'
import { sexps } from './text.js'
import { defaultTimeoutMs, type Value } from './types.js'
import { allInputs, bitDefault, bitElements, equals, toBits, type BitElement } from './variables.js'

/** @param maxCores after so many cores the search goes down by counting instead */
export function minimise(engine: Engine, query: MinimiseQuery, maxCores = 400): Minimised {
  const begun = performance.now()
  const budget = query.timeoutMs ?? defaultTimeoutMs
  /** Every check gets the rest of a share of the time. */
  const limit = (s: Session, share = 1): void => s.limit(begun + budget * share - performance.now(), query.rlimit ?? 0)
  const { inputs, declared } = allInputs(query.text, query.inputs)
  const session = new Session(engine)
  try {
    limit(session)
    session.run(`(set-option :produce-unsat-cores true)\n${query.text}`)
    const first = new Search(session, declared, (share) => limit(session, share)).run(maxCores)
    if (first.kind !== 'sat') return first
    const model = new Map<string, Value>(inputs.map((i) => [i.name, first.values.get(i.name) ?? (i.width === 0 ? i.default === 1n : i.default)]))
    const irrelevant = query.irrelevance === false ? undefined : irrelevantInputs(engine, query.text, declared, model, (s) => limit(s))
    const others = inputs.filter((i) => !declared.includes(i)).map((i) => i.name)
    return {
      ...count(declared, model), kind: 'sat', model, minimal: first.minimal,
      ...irrelevant === undefined ? {} : { irrelevant: inputs.map((i) => i.name).filter((n) => others.includes(n) || irrelevant.includes(n)) },
    }
  } finally { session.close() }
}

/** Settings and bits off their default. */
function count(inputs: readonly Input[], model: ReadonlyMap<string, Value>): Pick<Witness, 'settings' | 'bits'> {
  let settings = 0
  let bits = 0
  for (const i of inputs) {
    const differing = [...(toBits(model.get(i.name)!) ^ i.default).toString(2)].filter((c) => c === '1').length
    if (i.config === true && differing > 0) settings++
    bits += differing
  }
  return { settings, bits }
}

type Found = { kind: 'sat', values: Map<string, Value>, minimal: boolean } | { kind: 'unsat' } | { kind: 'unknown', reason: string }

class Search {
  readonly #bits: readonly BitElement[]
  readonly #cores: number[][] = []
  /** Inputs whose bits have literals of their own; the others have one literal each. */
  readonly #split = new Set<Input>()
  readonly #prefix: string

  constructor(private readonly session: Session, private readonly inputs: readonly Input[], private readonly limit: (share: number) => void) {
    this.#bits = bitElements(inputs)
    this.#prefix = 'd!'
    while (inputs.some((i) => i.name.startsWith(this.#prefix))) this.#prefix += '!'
    const p = this.#prefix
    session.run(inputs.map((i, n) => `(declare-const ${p}i${n} Bool)(assert (=> ${p}i${n} ${equals(i, i.default)}))`).join('\n'))
  }

  run(maxCores: number): Found {
    let hit: Hit = { elements: new Set(), cost: { groups: 0, bits: 0, weight: 0n } }
    for (;;) {
      this.limit(0.5)
      const said = this.session.run(`(check-sat-assuming (${this.#assumptions(hit.elements).join(' ')}))`).trim()
      if (said === 'sat') return { kind: 'sat', values: modelValues(this.session, this.inputs.map((i) => i.name)), minimal: true }
      if (said === 'unknown') return this.#down(hit)
      if (said !== 'unsat') return { kind: 'unknown', reason: why(this.session, said) }
      const core = this.#core()
      if (core.length === 0) return { kind: 'unsat' }
      if (this.#splitAll(core)) continue
      this.#cores.push(core.map((name) => Number(name.slice(this.#prefix.length + 1))))
      const next = this.#cores.length < maxCores ? smallestHit(this.#bits, this.#cores) : undefined
      if (next === undefined) return this.#down(hit)
      hit = next
    }
  }

  #down(hit: Hit): Found {
    return searchDown(this.session, this.inputs, this.#bits, hit.cost, () => this.limit(0.9))
  }
  #assumptions(free: ReadonlySet<number>): string[] {
    const p = this.#prefix
    const whole = this.inputs.flatMap((i, n) => this.#split.has(i) ? [] : [`${p}i${n}`])
    return [...whole, ...this.#bits.flatMap((b, n) => this.#split.has(b.input) && !free.has(n) ? [`${p}b${n}`] : [])]
  }
  #core(): string[] {
    const [core] = sexps(this.session.run('(get-unsat-core)'))
    return Array.isArray(core) ? core.filter((s) => typeof s === 'string') : []
  }
  /** Gives the bits of every whole input in the core their literals. False if there was none. */
  #splitAll(core: readonly string[]): boolean {
    const p = this.#prefix
    const whole = core.filter((name) => name.startsWith(`${p}i`)).map((name) => this.inputs[Number(name.slice(p.length + 1))]!)
    for (const input of whole) {
      this.#split.add(input)
      this.session.run(this.#bits.flatMap((b, n) => b.input === input ? [`(declare-const ${p}b${n} Bool)(assert (=> ${p}b${n} ${bitDefault(b)}))`] : []).join('\n'))
    }
    return whole.length > 0
  }
}
