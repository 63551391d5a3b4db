import type { Claim } from '../claim.js'
import { aarch64Pstate, and, implies, inFakeCall, legalAarch64, or, psrRead, psrWritten, sharedOfPsr, sharedOfPstate, someDiffer, task } from '../observe.js'
import { ptraceCall, tracing } from './scripts.js'
import { THREAD } from './thread.js'

export const claim: Claim = {
  id: 'regset/wrong-layout-conversion',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'will erroneously try to convert between SPSR_ELx <-> AARCH32 SPSR layouts, assuming the pt_regs::pstate field is using the encoding for AArch32 EL0, where it\'s actually the AArch64 EL0 encoding where the layout is subtly differnt',
  source: THREAD,
  inWords: {
    situation: 'a task in a fake call reads or writes, through ptrace, the PSR word (16) of a stopped task whose PSTATE is in AArch64 format',
    property: 'one of N, Z, C, V, DIT, SSBS, which both formats have, is not in the word read what it is in PSTATE, or not in PSTATE what it was in the word written',
  },
  emulator: 'B',
  shapes: [{
    name: '64-bit tracer in a fake ptrace call',
    tasks: tracing(64),
    script: ptraceCall,
    situation: ({ first }) => {
      const [before, after] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      return and(inFakeCall(before), aarch64Pstate(task(first.states[1]!, 'B').pstate), or(psrRead(before, after).happens, psrWritten(before, after).happens))
    },
    property: ({ first }) => {
      const [before, after] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      const [r, w] = [psrRead(before, after), psrWritten(before, after)]
      const pstate = task(first.states[2]!, 'B').pstate
      return and(
        or(and(r.happens, someDiffer(sharedOfPsr(r.psr), sharedOfPstate(pstate))), and(w.happens, someDiffer(sharedOfPsr(w.psr), sharedOfPstate(pstate)))),
        implies(w.happens, legalAarch64(pstate)))
    },
  }],
}
