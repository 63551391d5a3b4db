import type { Entry } from '../entry.js'
import { MARINAS_FIRST } from '../claims/mails.js'

export const entry: Entry = {
  id: 'policy/user-space-first',
  who: 'Catalin Marinas',
  sentence: 'Those binary translation tools need to explore the user-only options first and come up with some perf numbers to justify the proposal.',
  source: MARINAS_FIRST,
  why: 'It asks for numbers and for an order of work. The answer ("Efficiency is not the concern here", correctness is) names cases; those that are properties of this state are claims.',
  near: ['seccomp/filter-as-in-aarch32'],
}
