/** What `minimise` is asked and what it answers. */
import type { Asked, Query, Value } from './types.js'

/** An input of the query, in declared order. Width 0 is Bool. */
export interface Input {
  readonly name: string
  readonly width: number
  readonly default: bigint
  /** A setting of the config: these are kept at their default first, counted one a setting. */
  readonly config?: boolean
}
/**
 * A query that is known to be satisfiable (`ask` decides that; a query that is not takes long here).
 */
export interface MinimiseQuery extends Omit<Query, 'values'> {
  /** Variables that the text declares and that are not here come last, by name, with default 0. */
  readonly inputs: readonly Input[]
  /** Conflicts that one question of the search may take. */
  readonly searchConflicts?: number
  /** Conflicts of a first question, whether there is a witness at all; beyond them the answer is `unknown`. */
  readonly firstLook?: number
  /** Not the smallest witness, but one that is made smaller for so long, in milliseconds after it was found (shrink.ts). */
  readonly shrinkMs?: number
}
export interface Witness {
  readonly kind: 'sat'
  /** Every input, and every variable of the text. */
  readonly model: Map<string, Value>
  /** Config settings off their default, and bits of inputs off their default. */
  readonly settings: number
  readonly bits: number
  /** Proven to be the smallest; otherwise a limit came first and `model` is the smallest found. */
  readonly minimal: boolean
}
export type Minimised = Witness | { readonly kind: 'unsat' } | { readonly kind: 'unknown', readonly reason: string }
export type MinimisedAnswer = Minimised & Asked
