import type { Entry } from '../entry.js'
import { PRICE_V4 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'ioctl/u64-pointers',
  who: 'Steven Price',
  sentence: "Even with the compat syscalls exposed, ioctls that take a u64 and don't do any special handling for a compat call would happily accept addresses >4GB even though they wouldn't if it was a real compat process.",
  source: PRICE_V4,
  why: "The pointer stands in a structure of a driver's, which this state does not have. The same is decided for the memory that is in it: frames and ptrace buffers, and for arguments.",
  near: ['dispatch/memory-below-4g', 'dispatch/arguments-32-bit'],
}
