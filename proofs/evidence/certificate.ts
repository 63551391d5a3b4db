/**
 * A certificate of unsatisfiability: the unsimplified terms become clauses (model/terms/bitblast.ts), Debian's cadical refutes them
 * and writes a DRAT proof, our own checker (drat.ts) follows the proof step by step.
 */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bitblast } from '../../model/terms/bitblast.js'
import { dimacs, gateClauses, type Cnf } from '../../model/terms/cnf.js'
import type { Term } from '../../model/terms/term.js'
import { onPath, runProcess } from '../solvers/native.js'
import { checkDrat } from './drat.js'
import { notClimbed, type Rung } from './rung.js'

export interface CertificateOptions {
  readonly timeoutMs?: number
  /** Larger proofs are not read. */
  readonly maxProofBytes?: number
  /** The SAT solver, by name or path. */
  readonly cadical?: string
}

/** The clauses of assertions that hold together. */
export function clausesOf(plain: readonly Term[]): Cnf {
  const { circuit, roots } = bitblast(plain)
  const asserted = roots.map((r) => r[0]!)
  const { variables, clauses } = gateClauses(circuit, asserted)
  return { variables, clauses: [...clauses, ...asserted.map((l) => [l])] }
}

/** The rung `certificate` of an unsatisfiable query; `plain` was built with `plainly`. `failed`: cadical finds a model, or the proof is refused. */
export async function certificate(plain: readonly Term[], options: CertificateOptions = {}): Promise<Rung> {
  const { timeoutMs = 20_000, maxProofBytes = 200_000_000, cadical = 'cadical' } = options
  if (!cadical.includes('/') && onPath(cadical) === undefined) return notClimbed(`${cadical} is not on the PATH`)
  const cnf = clausesOf(plain)
  const directory = await mkdtemp(join(tmpdir(), 'arm64-compat-'))
  try {
    const [formula, proof] = [join(directory, 'formula.cnf'), join(directory, 'proof.drat')]
    await writeFile(formula, dimacs(cnf))
    const { out, problem } = await runProcess(cadical, ['-q', '--no-binary', '-t', String(Math.ceil(timeoutMs / 1000)), formula, proof], '', timeoutMs + 5_000)
    if (problem !== undefined) return notClimbed(`cadical ${problem}`)
    if (/^s SATISFIABLE$/m.test(out)) return 'failed'
    if (!/^s UNSATISFIABLE$/m.test(out)) return notClimbed('cadical reached its time limit')
    if ((await stat(proof)).size > maxProofBytes) return notClimbed(`the proof is larger than ${maxProofBytes} bytes`)
    return checkDrat(cnf.variables, cnf.clauses, await readFile(proof, 'utf8')).kind === 'accepted' ? 'climbed' : 'failed'
  } finally { await rm(directory, { recursive: true, force: true }) }
}
