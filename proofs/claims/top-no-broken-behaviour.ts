import type { Claim } from '../claim.js'
import { conditions } from './top/index.js'
import { THREAD } from './thread.js'

/** docs/broken-behaviour.md says why these conditions are what "broken behaviour" means. */
export const claim: Claim = {
  id: 'top/no-broken-behaviour',
  quantifier: 'forall',
  whose: 'author',
  sentence: 'I disagree that any broken behavior is exposed here.',
  source: THREAD,
  answers: 'dispatch/more-mismatches-exist',
  inWords: { situation: 'any of the runs of its conditions', property: 'every condition holds' },
  emulator: 'A',
  shapes: [],
  conditions,
}
