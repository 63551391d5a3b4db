import type { Claim, Shape } from '../claim.js'
import { alsoFromAarch32State } from './aarch32-state.js'
import { and, inCompatCall, not, task } from '../observe.js'
import { otherHalfOf, V4_COVER } from './mails.js'
import { below4g, free, mapped } from './mapped.js'

const shape = (bits: 64 | 32): Shape => ({
  name: `mmap2 with MAP_FIXED by a ${bits}-bit task`,
  tasks: [{ bits }],
  script: [{ kind: 'svc', task: 'A' }, { kind: 'handler', task: 'A', call: 'mmap' }],
  situation: ({ first }) => and(inCompatCall(task(first.states[1]!, 'A')), not(free(task(first.states[1]!, 'A'))), mapped(first.events[1]!)),
  property: ({ first }) => below4g(task(first.states[1]!, 'A'), first.events[1]!),
})

export const claim: Claim = {
  id: 'mmap/fixed-in-low-4g',
  quantifier: 'forall',
  whose: 'project',
  sentence: 'A mapping that a compat call makes where its caller says lies in the lower 4 GB, or is refused.',
  source: otherHalfOf(V4_COVER),
  inWords: { situation: 'a call of the compat table makes a mapping at a fixed address (mmap2 with MAP_FIXED or MAP_FIXED_NOREPLACE), and succeeds', property: 'all of it lies below 2^32' },
  emulator: 'A',
  shapes: [alsoFromAarch32State(shape(64)), shape(32)],
}
