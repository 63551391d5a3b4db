import type { Entry } from '../entry.js'
import { RUTLAND_TO_DANTRAS } from '../claims/mails.js'

export const entry: Entry = {
  id: 'policy/out-of-tree-drivers',
  who: 'Mark Rutland',
  sentence: 'for an upstream patch submission, the state of out-of-tree drivers is not a justification',
  source: RUTLAND_TO_DANTRAS,
  why: 'A rule for reasons, not for kernels: nothing that a kernel does makes it true or false.',
  near: [],
}
