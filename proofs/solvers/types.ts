/** What goes to a solver and what comes back. Plain data: it crosses threads. */

export interface Query {
  /** SMT-LIB from `queryText` of model/terms/smtlib.ts: declarations and assertions, no check-sat. */
  readonly text: string
  /** Variables to read from the model; all declared ones when omitted, none when empty. */
  readonly values?: readonly string[]
  /** Wall clock limit. */
  readonly timeoutMs?: number
  /** Work limit of z3: the same answer on every machine. Other solvers do not look at it. */
  readonly rlimit?: number
}

export type Value = bigint | boolean
export type Verdict =
  | { readonly kind: 'sat', readonly model: Map<string, Value> }
  | { readonly kind: 'unsat' }
  | { readonly kind: 'unknown', readonly reason: string }
export type Asked = { readonly milliseconds: number, readonly solver: SolverName }
export type Answer = Verdict & Asked

export const solverNames = ['embedded', 'z3', 'cvc5', 'boolector'] as const
export type SolverName = typeof solverNames[number]
/** The limit of a query that states none. */
export const defaultTimeoutMs = 60_000
