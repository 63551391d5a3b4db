import type { Entry } from '../entry.js'
import { V4_COVER } from '../claims/mails.js'

export const entry: Entry = {
  id: 'fs/ext4-directory-hash',
  who: "Amanieu d'Antras",
  sentence: 'There is special support for 32-bit off_t in the ext4 driver but this is only used when in_compat_syscall is true',
  source: V4_COVER,
  why: "The hash belongs to a file's position. What it asks of the core, in_compat_syscall() in a call, is decided.",
  near: ['dispatch/flag-during-call'],
}
