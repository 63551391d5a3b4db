import type { Entry } from '../entry.js'
import { LAIGHT_V4 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'policy/generic-kernel',
  who: 'David Laight',
  sentence: "Am I also right in thinking that this isn't actually needed as part of a 'generic' ARM kernel? Just ones for some specific platforms?",
  source: LAIGHT_V4,
  why: 'It asks who needs the interface; no kernel behaves otherwise for it.',
  near: [],
}
