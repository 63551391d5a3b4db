import type { Entry } from '../entry.js'
import { LAIGHT_FIRST } from '../claims/mails.js'

export const entry: Entry = {
  id: 'policy/map-below',
  who: 'David Laight',
  sentence: 'A MAP_BELOW flag could do that, but the 32bit syscall has to.',
  source: LAIGHT_FIRST,
  why: 'It wishes for an interface that is in no kernel here. What the interfaces that there are return is decided.',
  near: ['mmap/compat-in-low-4g'],
}
