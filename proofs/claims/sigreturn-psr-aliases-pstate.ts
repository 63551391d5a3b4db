import type { Claim, Shape } from '../claim.js'
import { and, bv, bvand, eq, framePsr, frameReadable, inFakeCall, isZero, legalAarch32, legalAarch64, ne, not, nzcv, task, zext, type BV } from '../observe.js'
import { last } from '../run.js'
import { one64, sigreturnCall } from './scripts.js'
import { THREAD } from './thread.js'

/** Everything but NZCV and the mode. */
const rest = (p: BV<64>): BV<64> => bvand(p, bv(64, 0x0fffffe0n))

const shape = (call: 'sigreturn' | 'rt_sigreturn'): Shape => ({
  name: call,
  tasks: one64,
  script: sigreturnCall(call),
  situation: ({ first }) => {
    const a = task(first.states[0]!, 'A')
    return and(inFakeCall(task(first.states[1]!, 'A')), frameReadable(a), legalAarch32(zext(64, framePsr(a, call === 'rt_sigreturn'))))
  },
  property: ({ first }) => {
    const psr = zext(64, framePsr(task(first.states[0]!, 'A'), call === 'rt_sigreturn')) as BV<64>
    const { pstate } = task(last(first), 'A')
    // changed by sigreturn: that the SVC of a stepped task has cleared SS is not what is meant
    return and(legalAarch64(pstate), eq(nzcv(pstate), nzcv(psr)), not(isZero(nzcv(psr))), ne(pstate, task(first.states[1]!, 'A').pstate), ne(rest(pstate), rest(psr)))
  },
})

export const claim: Claim = {
  id: 'sigreturn/psr-aliases-pstate',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: 'valid_user_regs() will blat the PSTATE/SPSR_ELx value to /some/ valid AArch64 SPSR_ELx value that happens to mostly alias',
  source: THREAD,
  inWords: {
    situation: 'a 64-bit task makes the 32-bit sigreturn or rt_sigreturn call on a readable frame whose arm_cpsr is a valid AArch32 user PSR',
    property: 'PSTATE becomes a valid AArch64 value that has the frame\'s N, Z, C, V (not all clear) and differs from it elsewhere',
  },
  emulator: 'A',
  shapes: [shape('rt_sigreturn'), shape('sigreturn')],
}
