import type { Entry } from '../entry.js'
import { PRICE_V4 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'robust-list/coexistence',
  who: 'Steven Price',
  sentence: "Here some careful thought needs to go into how both 32 bit and 64 bit robust lists would coexist. I haven't looked into it, but I doubt it's as simple as just exposing the compat calls.",
  source: PRICE_V4,
  why: "See robust-list/sigkill: both pointers exist in every task, and exit walks both. What the walks do to each other's futexes is a property of the memory of programs, which is not in this state.",
  near: [],
}
