/** A run of a probe that breaks something: from what is known, by chance, and only then from the solver. */
import { or } from '../model/terms/build.js'
import { evaluator, type Value } from '../model/terms/evaluate.js'
import { propagate } from '../model/terms/propagate.js'
import { variables, type Bool, type Term } from '../model/terms/term.js'
import { defaults, type Question } from '../proofs/query.js'
import type { Decided, Known, Model } from './decided.js'
import { relaxed } from './relaxed.js'

export type Env = (name: string, width: number) => Value
export type Some = Known | 'none' | { readonly unknown: string }

/** The runs of one probe on one kernel. */
export class Finder {
  readonly #known: Known[]
  readonly #fallback: Env
  /** what a known model says of this kernel's terms, and whether it is a run of the probe here */
  readonly #seen = new Map<Known, { evaluated: (terms: readonly Term[]) => Value[], run: boolean }>()

  constructor(readonly q: Question, readonly base: readonly Bool[], readonly decided: Decided, classOfRuns: string) {
    this.#known = decided.known(classOfRuns)
    this.#fallback = defaults(q.shape, q.kernel)
  }
  env(model: Model): Env { return (name, width) => model.get(name) ?? this.#fallback(name, width) }
  remember(k: Known): void { this.#known.push(k) }

  /** A run with all of `extra` and at least one of `broken`. */
  async find(broken: readonly Bool[], extra: readonly Bool[] = []): Promise<Some> {
    const known = this.#known.filter((k) => this.#shows(k, broken, extra))
    if (known.length > 0) return known.find((k) => k.smallest) ?? known[0]!
    let open = broken
    let unknown: string | undefined
    while (open.length > 0) {
      const places = open.map(relaxed)
      const near = await this.#ask([...extra, or(...places)])
      if (near === 'none') break
      // where the solver gives up on all of them together each is put by itself
      const some = 'unknown' in near ? open[0]! : this.#exact(near, open, extra) ?? this.#byChance(near, open, extra) ?? open[this.#values(near, places).indexOf(true)]!
      if ('model' in some) return some
      const exact = await this.#ask([...extra, some])
      if (exact !== 'none' && 'model' in exact) return this.#keep(exact)
      if (exact !== 'none') unknown = exact.unknown
      open = open.filter((b) => b !== some)
    }
    return unknown === undefined ? 'none' : { unknown }
  }

  async #ask(more: readonly Bool[]): Promise<Some> {
    const model = await this.decided.model(propagate([...this.base, ...more]), this.q)
    return model === 'none' || 'unknown' in model ? model as 'none' | { unknown: string } : { model, smallest: false }
  }
  #keep(k: Known): Known { this.remember(k); return k }
  #values(k: Known, terms: readonly Bool[]): Value[] { return this.#look(k).evaluated(terms) }
  #look(k: Known): { evaluated: (terms: readonly Term[]) => Value[], run: boolean } {
    let s = this.#seen.get(k)
    if (s === undefined) {
      const evaluated = evaluator(this.env(k.model))
      this.#seen.set(k, s = { evaluated, run: !evaluated(this.base).includes(false) })
    }
    return s
  }
  #shows(k: Known, broken: readonly Bool[], extra: readonly Bool[]): boolean {
    const { evaluated, run } = this.#look(k)
    return run && !evaluated(extra).includes(false) && evaluated(broken).includes(true)
  }
  #exact(near: Known, broken: readonly Bool[], extra: readonly Bool[]): Known | undefined {
    return this.#shows(near, broken, extra) ? this.#keep(near) : undefined
  }
  /** The places are right; the data of what is compared is tried: small numbers that all differ, then any. */
  #byChance(near: Known, broken: readonly Bool[], extra: readonly Bool[]): Known | undefined {
    const data = variables(...broken).filter((v) => !near.model.has(v.name) && !v.name.startsWith('config.'))
    for (const value of [small, narrow, wide]) {
      const model = new Map(near.model)
      data.forEach((v, i) => { if (v.width > 8) model.set(v.name, value(i + 1, v.width)) })
      const tried = { model, smallest: false }
      if (this.#shows(tried, broken, extra)) return this.#keep(tried)
      this.#seen.delete(tried)
    }
    return undefined
  }
}
const small = (i: number, width: number): bigint => BigInt(i) & ((1n << BigInt(width)) - 1n)
/** A fixed sequence that looks like chance. */
const narrow = (i: number, width: number): bigint => (BigInt(i) * 0x9e3779b1n) & ((1n << BigInt(Math.min(width, 32))) - 1n)
const wide = (i: number, width: number): bigint => (BigInt(i) * 0x9e3779b97f4a7c15f39cc0605cedc835n) & ((1n << BigInt(width)) - 1n)
