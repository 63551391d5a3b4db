/** Where probes start: a state as it should be. */
import { fresh, type Kernel } from '../model/index.js'
import { bvVar } from '../model/terms/build.js'
import type { KeptClauses } from '../proofs/query.js'
import { clauses } from '../proofs/well-formed.js'
import { taskSpec } from '../trace/state.js'

/** Clauses of kernels that have no fake calls. */
const withoutFake = ['no-call-flag', 'no-fake-calls']
const probed = fresh(taskSpec, 'ideal.')
/** Can an SVC of a 64-bit task lead into the compat table? */
export const hasFakeCalls = (k: Kernel): boolean => k.doEl0Svc(probed, bvVar(16, 'ideal.imm')).fake.op !== 'false'

/**
 * Every clause of well-formedness, those too that the kernel breaks: what breaks them is a finding by itself, and what follows from a state
 * that is broken already is not told again. Only a kernel with fake calls is not held to be one without.
 */
export const ideal: KeptClauses = (k) => clauses.filter((c) => !withoutFake.includes(c.name) || !hasFakeCalls(k))
