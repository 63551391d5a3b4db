/** Another solver on the text of the unsimplified terms, so that neither the first solver nor our simplifier is trusted alone. */
import { queryText } from '../../model/terms/smtlib.js'
import type { Term } from '../../model/terms/term.js'
import { onPath, SolverPool, type SolverName } from '../solvers/index.js'
import { notClimbed, type Decided, type Rung } from './rung.js'

/** A decided query. `plain` was built with `plainly`: nothing in it was rewritten. */
export interface DecidedQuery { readonly plain: readonly Term[], readonly verdict: Decided }

/** Boolector is quickest on these texts (a third of cvc5's time, a quarter of z3's, and least often none); z3 shares its code with the embedded solver. */
const preferred: readonly SolverName[] = ['boolector', 'cvc5', 'z3', 'embedded']

/** The solvers that may give a second opinion, the one to ask first in front. */
export function secondSolvers(first: SolverName, available: (s: SolverName) => boolean = (s) => s === 'embedded' || onPath(s) !== undefined): SolverName[] {
  const sameCode = (s: SolverName): boolean => s === first || (s === 'z3' && first === 'embedded') || (s === 'embedded' && first === 'z3')
  return preferred.filter((s) => !sameCode(s) && available(s))
}

export interface CrossCheckOptions {
  /** Who decided the queries. */
  readonly first?: SolverName
  /** Who is asked, one after the other until one knows; `secondSolvers(first)` when omitted. */
  readonly second?: readonly SolverName[]
  readonly jobs?: number
  /** For each solver. */
  readonly timeoutMs?: number
}

/** A rung for each query, in order. A time-out is `not climbed`. */
export async function crossCheck(queries: readonly DecidedQuery[], { first = 'embedded', second = secondSolvers(first), jobs, timeoutMs = 20_000 }: CrossCheckOptions = {}): Promise<Rung[]> {
  if (second.length === 0) return queries.map(() => notClimbed('neither boolector nor cvc5 is on the PATH'))
  const pools = second.map((solver) => new SolverPool({ solver, ...jobs === undefined ? {} : { jobs } }))
  try {
    return await Promise.all(queries.map(async ({ plain, verdict }): Promise<Rung> => {
      const text = queryText(plain)
      const reasons: string[] = []
      for (const pool of pools) {
        const answer = await pool.ask({ text, values: [], timeoutMs })
        if (answer.kind !== 'unknown') return answer.kind === verdict ? 'climbed' : 'failed'
        reasons.push(`${pool.solver}: ${answer.reason}`)
      }
      return notClimbed(reasons.join('; '))
    }))
  } finally { await Promise.all(pools.map((p) => p.close())) }
}
