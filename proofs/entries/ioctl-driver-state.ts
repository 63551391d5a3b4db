import type { Entry } from '../entry.js'
import { RUTLAND_V2 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'ioctl/driver-state',
  who: 'Mark Rutland',
  sentence: "They're also free to mess with state that can differ across compat/native tasks, so I don't think this is generally safe to expose without auditing the specific ioctl.",
  source: RUTLAND_V2,
  why: 'The state that an ioctl touches belongs to a driver (a file, a device, a queue), of which this state has nothing; in v5.11 some hundred places in drivers ask in_compat_syscall(). What it asks of the core is decided: which answer they get, at which time.',
  near: ['dispatch/flag-during-call', 'dispatch/flag-only-in-call', 'dispatch/both-kinds-mix'],
}
