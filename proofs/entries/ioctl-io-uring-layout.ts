import type { Entry } from '../entry.js'
import { V4_COVER } from '../claims/mails.js'

export const entry: Entry = {
  id: 'ioctl/io-uring-layout',
  who: "Amanieu d'Antras",
  sentence: 'io_uring uses iovec structures as part of its API, which have different sizes on 32-bit and 64-bit.',
  source: V4_COVER,
  why: 'A ring is memory that the kernel reads at any time, by the ABI of the call that made the ring (ctx->compat, v5.11 io_uring.c). The state has no rings, and no memory that outlives the call that names it.',
  near: ['dispatch/flag-during-call'],
}
