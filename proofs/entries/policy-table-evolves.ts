import type { Entry } from '../entry.js'
import { MARINAS_V2 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'policy/table-evolves',
  who: 'Catalin Marinas',
  sentence: 'It is, however, evolving (new syscalls) and such binary translation tool would need to keep up or at least intercept syscalls like uname and report older kernel versions.',
  source: MARINAS_V2,
  why: 'It speaks of tables of later kernels and of work that tools will have. That a new number is reached as soon as it is in the table is decided.',
  near: ['dispatch/entire-table'],
}
