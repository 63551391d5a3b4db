import type { Claim, Shape } from '../claim.js'
import { alsoFromAarch32State } from './aarch32-state.js'
import { and, fits32, task } from '../observe.js'
import { childsStack, cloneInCompatTable, withStackAndTls } from './compat-clone.js'
import { RUTLAND_V1 } from './mails.js'

const shape = (bits: 64 | 32): Shape => ({
  ...cloneInCompatTable(bits),
  situation: ({ first }) => withStackAndTls(task(first.states[1]!, 'A')),
  property: ({ first }) => and(fits32(childsStack(task(first.states[2]!, 'B'))), fits32(task(first.states[2]!, 'B').tp_value)),
})

export const claim: Claim = {
  id: 'dispatch/wide-parameters',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'A handler whose parameters are 64 bits wide sees in a compat call only what a 32-bit program could pass.',
  source: `the other form of the assumption (291 of the 442 slots of the v5.11 compat table are native handlers); ${RUTLAND_V1}`,
  answers: 'dispatch/implicit-assumptions',
  inWords: {
    situation: 'clone, whose newsp and tls are unsigned long in both tables, is called through the compat table with a stack and CLONE_SETTLS',
    property: 'the child\'s stack pointer and its uw.tp_value are below 2^32',
  },
  emulator: 'A',
  shapes: [alsoFromAarch32State(shape(64)), shape(32)],
}
