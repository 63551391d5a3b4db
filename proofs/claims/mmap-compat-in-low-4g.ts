import type { Claim, Shape } from '../claim.js'
import { alsoFromAarch32State } from './aarch32-state.js'
import { and, inCompatCall, task } from '../observe.js'
import { V4_COVER } from './mails.js'
import { below4g, free, mapped } from './mapped.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `mmap2 by a ${bits}-bit task`,
  tasks: [{ bits }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'mmap' }],
  situation: ({ first }) => and(inCompatCall(task(first.states[1]!, 'A')), free(task(first.states[1]!, 'A')), mapped(first.events[1]!)),
  property: ({ first }) => below4g(task(first.states[1]!, 'A'), first.events[1]!),
})

export const claim: Claim = {
  id: 'mmap/compat-in-low-4g',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'VM allocations performed by the syscall will be located in the lower 4G of the address space.',
  source: V4_COVER,
  inWords: { situation: 'the kernel chooses the place of a mapping for a call of the compat table (mmap2 without MAP_FIXED), with any hint and length', property: 'all of it lies below 2^32' },
  emulator: 'A',
  shapes: [alsoFromAarch32State(shape(64)), shape(32)],
}
