/** Where probes start: a state as it should be. */
import type { Kernel } from '../model/index.js'
import type { KeptClauses } from '../proofs/query.js'
import { clauses } from '../proofs/well-formed.js'

/** Clauses that a kernel with a flag of its own does not mean to keep. */
const withoutFlag = ['no-call-flag', 'no-fake-calls']

/**
 * Every clause of well-formedness, those too that the kernel breaks: what breaks them is a finding by itself, and what follows from a state
 * that is broken already is not told again. Only the clauses about a flag are those that the kernel keeps.
 */
export const ideal = (kept: KeptClauses) => (k: Kernel): ReturnType<KeptClauses> => {
  const mine = kept(k)
  return clauses.filter((c) => !withoutFlag.includes(c.name) || mine.includes(c))
}
