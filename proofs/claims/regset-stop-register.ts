import type { Claim, Shape } from '../claim.js'
import { and, inFakeCall, is, ofItsWidth, startsClean, task } from '../observe.js'
import { RUTLAND_V1 } from './mails.js'
import { asChild } from './top/as-child.js'

const shape = (bits: 64 | 32): Shape => {
  const made: Shape = {
    name: `a ${bits}-bit task`,
    tasks: [{ bits }],
    script: [{ kind: 'svc', task: 'A' }, { kind: 'trace_enter', task: 'A' }],
    situation: ({ first }) => ofItsWidth(task(first.states[0]!, 'A')),
    property: ({ first }) => is(task(first.states[2]!, 'A').stop_reg, bits === 64 ? 7 : 12),
  }
  return bits === 64 ? { ...made, fromExec: () => asChild(made) } : made
}

const inFake: Shape = { ...shape(64), name: 'a 64-bit task in a 32-bit call', situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A'))) }

export const claim: Claim = {
  id: 'regset/stop-register',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'The tracer of a 64-bit task finds in x7 whether a system call stop is at the entry or the exit.',
  source: `the ABI of PTRACE_SYSCALL on arm64, which tracers of 64-bit tasks know in no other form; an assumption of the kind that the reviewer fears, ${RUTLAND_V1}`,
  inWords: { situation: 'a call of any kind is reported at its entry', property: 'the register that tells so is x7 of a 64-bit task, r12 of a 32-bit one' },
  emulator: 'A',
  shapes: [inFake, shape(64), shape(32)],
}
