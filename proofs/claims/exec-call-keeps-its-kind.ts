import type { Claim, Shape } from '../claim.js'
import { and, inFakeCall, startsClean, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { one64 } from './scripts.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `execve of a ${bits}-bit image`,
  tasks: one64,
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'execve', bits }],
  situation: ({ first }) => and(startsClean(first.states[0]!), inFakeCall(task(first.states[1]!, 'A'))),
  property: ({ first }) => task(first.states[2]!, 'A').compat_call,
})

export const claim: Claim = {
  id: 'exec/call-keeps-its-kind',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'in_compat_syscall will return true for the duration of the syscall.',
  source: `${V4_COVER}; the call is execve`,
  inWords: {
    situation: 'a 64-bit task execs an image of either width by a 32-bit call, and the handler has run',
    property: 'the per-call flag is still set: what is left of the call (its result, audit, the tracer\'s stop) sees the same kind of call as its beginning',
  },
  emulator: 'A',
  shapes: [shape(64), shape(32)],
}
