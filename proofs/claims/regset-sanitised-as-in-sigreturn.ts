import type { Claim } from '../claim.js'
import { and, bit, bv, bvand, bvor, inFakeCall, ite, legalAarch64, ne, not, psrWritten, task, zext, aarch64Pstate, type BV } from '../observe.js'
import { ptraceCall, tracing } from './scripts.js'
import { THREAD } from './thread.js'

/** The PSR as SPSR image: DIT moves from bit 21 to bit 24 (what the tracer asked for, in the format of the register). */
const asked = (psr: BV<32>): BV<64> => {
  const p = zext(64, psr) as BV<64>
  const rest = bvand(p, bv(64, 0xffdfffffn))
  return ite(bit(21, p), bvor(rest, bv(64, 1n << 24n)), rest)
}

export const claim: Claim = {
  id: 'regset/sanitised-as-in-sigreturn',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'Subseqeuntly valid_user_regs() will sanitize that to an AArch64 encoding, with the exact same problems as for rt_sigreturn()',
  source: THREAD,
  inWords: {
    situation: 'a task in a fake call writes, through ptrace, the PSR word of a stopped 64-bit task, and the write is accepted',
    property: 'PSTATE is afterwards a valid AArch64 value, and not the value that was written (SS, which the kernel drives, apart)',
  },
  emulator: 'B',
  shapes: [{
    name: '64-bit tracer in a fake ptrace call',
    tasks: tracing(64),
    script: ptraceCall,
    situation: ({ first }) => {
      const [before, after] = [task(first.states[1]!, 'A'), task(first.states[2]!, 'A')]
      return and(inFakeCall(before), not(task(first.states[1]!, 'B').TIF_32BIT), aarch64Pstate(task(first.states[1]!, 'B').pstate), psrWritten(before, after).happens)
    },
    property: ({ first }) => {
      const w = psrWritten(task(first.states[1]!, 'A'), task(first.states[2]!, 'A'))
      const { pstate } = task(first.states[2]!, 'B')
      // SS is the kernel's own: it follows TIF_SINGLESTEP whatever was written
      const withoutSS = (p: BV<64>): BV<64> => bvand(p, bv(64, 0xffffffffffdfffffn))
      return and(legalAarch64(pstate), ne(withoutSS(pstate), withoutSS(asked(w.psr))))
    },
  }],
}
