import type { Claim, Shape } from '../claim.js'
import { alsoFromAarch32State } from './aarch32-state.js'
import { inCompatCall, isErrno32, result32, task } from '../observe.js'
import { RUTLAND_TO_DANTRAS } from './mails.js'
import { errno } from '../../model/syscalls/numbers.table.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `PR_SET_TAGGED_ADDR_CTRL by a ${bits}-bit task`,
  tasks: [{ bits }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'tagged_addr' }],
  situation: ({ first }) => inCompatCall(task(first.states[1]!, 'A')),
  property: ({ first }) => isErrno32(result32(task(first.states[2]!, 'A')), errno.EINVAL),
})

export const claim: Claim = {
  id: 'dispatch/prctl-as-in-aarch32',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'PR_SET_TAGGED_ADDR_CTRL of a compat call ends as it does for a 32-bit program: -EINVAL.',
  source: `a case of two predicates for one call (the table says compat, set_tagged_addr_ctrl() asks the task), "where this sort of mismatch exists", ${RUTLAND_TO_DANTRAS}`,
  inWords: { situation: 'prctl(PR_SET_TAGGED_ADDR_CTRL) is called through the compat table', property: 'the result is -EINVAL: the kernel takes the caller for the 32-bit program that the call says it is' },
  emulator: 'A',
  shapes: [alsoFromAarch32State(shape(64)), shape(32)],
}
