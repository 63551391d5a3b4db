import type { Claim } from '../claim.js'
import { aarch64Pstate, and, inFakeCall, is, isZero, lower32, not, sharedOfPsr, sharedOfPstate, someDiffer, startsClean, task } from '../observe.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { one64 } from './scripts.js'
import { view } from '../../trace/state.js'

export const claim: Claim = {
  id: 'coredump/pstate-as-psr',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "will erroneously try to convert between SPSR_ELx <-> AARCH32 SPSR layouts, assuming the pt_regs::pstate field is using the encoding for AArch32 EL0, where it's actually the AArch64 EL0 encoding where the layout is subtly differnt",
  source: `${RUTLAND_TO_DANTRAS}; the reader is a core dump instead of a tracer`,
  inWords: {
    situation: 'a 64-bit task is killed by a seccomp filter at the door of a 32-bit call and dumps core',
    property: 'the dump is of an AArch32 view, and one of N, Z, C, V, DIT, SSBS in the dump\'s PSR is not what it was in PSTATE',
  },
  emulator: 'A',
  shapes: [{
    name: 'killed by a filter in a fake call',
    tasks: one64,
    script: [{ kind: 'svc', task: 'A' }, { kind: 'seccomp', task: 'A', action: 'kill' }],
    situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A')), aarch64Pstate(task(first.states[1]!, 'A').pstate), not(isZero(task(first.states[2]!, 'A').core))),
    property: ({ first }) => and(not(is(task(first.states[2]!, 'A').core, view.aarch64)), someDiffer(sharedOfPsr(lower32(task(first.states[2]!, 'A').core_psr)), sharedOfPstate(task(first.states[1]!, 'A').pstate))),
  }],
}
