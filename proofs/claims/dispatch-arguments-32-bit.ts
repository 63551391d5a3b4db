import type { Claim, Shape } from '../claim.js'
import { and, arguments6, fits32, inCompatCall, task } from '../observe.js'
import { RUTLAND_V1 } from './mails.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `a ${bits}-bit task`,
  tasks: [{ bits }],
  script: [{ kind: 'svc', task: 'A' }],
  situation: ({ first }) => inCompatCall(task(first.states[1]!, 'A')),
  property: ({ first }) => and(...arguments6(task(first.states[1]!, 'A')).map(fits32)),
})

export const claim: Claim = {
  id: 'dispatch/arguments-32-bit',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'Every argument of a compat call is below 2^32.',
  source: `the assumption that handlers make most often; what "implicit assumptions made in syscall implementations" (${RUTLAND_V1}) can mean`,
  answers: 'dispatch/implicit-assumptions',
  inWords: {
    situation: 'a call that the compat table decides has come to the door of its handler',
    property: 'x0 to x5 are below 2^32: handlers take them whole, only a parameter of a 32-bit type cuts them',
  },
  emulator: 'A',
  shapes: [shape(64), shape(32)],
}
