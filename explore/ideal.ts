/** Where probes start: a state as it should be. */
import { fresh, type Kernel } from '../model/index.js'
import { and, bvVar, implies } from '../model/terms/build.js'
import type { KeptClauses } from '../proofs/query.js'
import { fits32 } from '../proofs/observe.js'
import { livingTask, type Clause } from '../proofs/system/clause.js'
import { clauses } from '../proofs/well-formed.js'
import { taskSpec } from '../trace/state.js'

/**
 * More than `narrow-r0` and `narrow-pc` say: at every place, not at EL0 alone. v6.1, v6.12 and v7.3 keep it of r0 and
 * orig_r0; up to v5.11 the -ENOSYS of a reported call -1 breaks it, which `width` tells. Of pc a restart of an SVC in the last word of 4 GiB breaks it until the next ERET.
 */
const narrow: Clause = livingTask({
  name: 'narrow-everywhere', words: 'r0, pc and orig_r0 of a 32-bit task have zero upper halves', formula: 'TIF_32BIT: regs[0], pc, orig_x0 < 2^32',
  keeper: { what: 'syscall_set_return_value() cuts what it sets for a compat task', file: 'arch/arm64/include/asm/syscall.h' },
  of: ({ t }) => implies(t.TIF_32BIT, and(fits32(t.regs[0]!), fits32(t.pc), fits32(t.orig_x0))),
})
/** Clauses of kernels that have no fake calls. */
const withoutFake = ['no-call-flag', 'no-fake-calls']
const probed = fresh(taskSpec, 'ideal.')
/** Can an SVC of a 64-bit task lead into the compat table? */
export const hasFakeCalls = (k: Kernel): boolean => k.doEl0Svc(probed, bvVar(16, 'ideal.imm')).fake.op !== 'false'

/**
 * Every clause of well-formedness, those too that the kernel breaks: what breaks them is a finding by itself, and what follows from a state
 * that is broken already is not told again. Only a kernel with fake calls is not held to be one without.
 */
export const ideal: KeptClauses = (k) => [...clauses.filter((c) => !withoutFake.includes(c.name) || !hasFakeCalls(k)), narrow]
