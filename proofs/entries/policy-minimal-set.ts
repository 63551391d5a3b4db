import type { Entry } from '../entry.js'
import { BERGMANN_V4 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'policy/minimal-set',
  who: 'Arnd Bergmann',
  sentence: 'I assume you have already considered or tried the alternative approach of only adding a minimal set of syscalls that are needed for the emulation.',
  source: BERGMANN_V4,
  why: 'It weighs this interface against one that is in no kernel here (the kernel module of tango32 apart). What the whole table brings is decided.',
  near: ['dispatch/entire-table', 'dispatch/same-handler-same-result'],
}
