import type { Claim } from '../claim.js'
import { and, arguments6, fits32, inFakeCall, not, or, task } from '../observe.js'
import { cloneInCompatTable, childsStack, withStackAndTls } from './compat-clone.js'
import { RUTLAND_V1 } from './mails.js'
import { one64 } from './scripts.js'

export const claim: Claim = {
  id: 'dispatch/implicit-assumptions',
  quantifier: 'exists',
  whose: 'reviewer',
  sentence: "it's liable to violate implicit assumptions made in syscall implementations",
  source: RUTLAND_V1,
  inWords: {
    situation: 'a 64-bit task makes a 32-bit call',
    property: 'its handler gets what no 32-bit program could pass: an argument of 2^32 or more; a new stack or TLS pointer of 2^32 or more, which clone then uses',
  },
  emulator: 'A',
  shapes: [
    {
      name: 'the arguments at the door of the handler',
      tasks: one64,
      script: [{ kind: 'svc', task: 'A' }],
      situation: ({ first }) => inFakeCall(task(first.states[1]!, 'A')),
      property: ({ first }) => or(...arguments6(task(first.states[1]!, 'A')).map((x) => not(fits32(x)))),
    },
    {
      ...cloneInCompatTable(64),
      situation: ({ first }) => and(inFakeCall(task(first.states[1]!, 'A')), withStackAndTls(task(first.states[1]!, 'A'))),
      property: ({ first }) => or(not(fits32(childsStack(task(first.states[2]!, 'B')))), not(fits32(task(first.states[2]!, 'B').tp_value))),
    },
  ],
}
