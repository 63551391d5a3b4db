import type { Claim, Shape } from '../claim.js'
import { and, at, inFakeCall, isZero, ne, or, registers, task } from '../observe.js'
import { last } from '../run.js'
import { eret, one64, sigreturnCall } from './scripts.js'
import { THREAD } from './thread.js'

/** A fake call of (rt_)sigreturn has run. */
const shape = (call: 'sigreturn' | 'rt_sigreturn', returns: boolean): Shape => ({
  name: `${call}${returns ? ', back at EL0' : ''}`,
  tasks: one64,
  script: returns ? [...sigreturnCall(call), ...eret('A')] : sigreturnCall(call),
  situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
  property: ({ first }) => {
    const [before, after] = [task(first.states[0]!, 'A'), task(last(first), 'A')]
    // what a system call preserves: all but x0, and pc is the instruction after it (states[1])
    const general = or(...registers(before).slice(1, 32).map((r, i) => ne(r, registers(after)[i + 1]!)))
    return and(at(after, 'el0'), isZero(after.signo), general, ne(task(first.states[1]!, 'A').pc, after.pc), ne(before.pstate, after.pstate))
  },
})

export const claim: Claim = {
  id: 'sigreturn/state-lost',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "it would blat the emulator's state",
  source: THREAD,
  inWords: {
    situation: 'a 64-bit task makes the 32-bit sigreturn or rt_sigreturn call',
    property: 'it is back at EL0, without a signal, and its general registers, its pc and its PSTATE are not those it made the call with',
  },
  emulator: 'A',
  shapes: [shape('rt_sigreturn', false), shape('sigreturn', false), shape('rt_sigreturn', true), shape('sigreturn', true)],
}
