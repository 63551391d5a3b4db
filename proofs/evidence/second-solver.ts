/** Another solver on the text of the unsimplified terms, so that neither the first solver nor our simplifier is trusted alone. */
import { queryText } from '../../model/terms/smtlib.js'
import type { Term } from '../../model/terms/term.js'
import { onPath, solverNames, SolverPool, type SolverName } from '../solvers/index.js'
import { notClimbed, type Decided, type Rung } from './rung.js'

/** A decided query. `plain` was built with `plainly`: nothing in it was rewritten. */
export interface DecidedQuery { readonly plain: readonly Term[], readonly verdict: Decided }

/** Other makes first: a second z3 shares its code with the embedded one. */
const preferred: readonly SolverName[] = ['cvc5', 'boolector', 'z3', 'embedded']

/** The solver that gives the second opinion, if the machine has one. */
export function secondSolver(first: SolverName, available: (s: SolverName) => boolean = (s) => s === 'embedded' || onPath(s) !== undefined): SolverName | undefined {
  const sameCode = (s: SolverName): boolean => s === first || (s === 'z3' && first === 'embedded') || (s === 'embedded' && first === 'z3')
  return preferred.filter((s) => solverNames.includes(s) && !sameCode(s)).find(available)
}

/** A rung for each query, in order. A time-out is `not climbed`. */
export async function crossCheck(queries: readonly DecidedQuery[], options: { first?: SolverName, second?: SolverName, jobs?: number, timeoutMs?: number } = {}): Promise<Rung[]> {
  const second = options.second ?? secondSolver(options.first ?? 'embedded')
  if (second === undefined) return queries.map(() => notClimbed('neither cvc5 nor boolector is on the PATH'))
  const pool = new SolverPool({ solver: second, ...options.jobs === undefined ? {} : { jobs: options.jobs } })
  try {
    return await Promise.all(queries.map(async ({ plain, verdict }): Promise<Rung> => {
      const answer = await pool.ask({ text: queryText(plain), values: [], timeoutMs: options.timeoutMs ?? 20_000 })
      if (answer.kind === 'unknown') return notClimbed(`${second}: ${answer.reason}`)
      return answer.kind === verdict ? 'climbed' : 'failed'
    }))
  } finally { await pool.close() }
}
