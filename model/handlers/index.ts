/** The handlers. A new one is a file and a line here, a line in trace/events.ts and its numbers in syscalls/numbers.table.ts. */
import { clone } from './clone.js'
import { clone3 } from './clone3.js'
import { execve } from './execve.js'
import type { Handler, HandlerEffect } from './handler.js'
import { mmap } from './mmap.js'
import { ni } from './ni.js'
import { other } from './other.js'
import { ptrace } from './ptrace.js'
import { rtSigreturn, sigreturn } from './sigreturn.js'
import { taggedAddr } from './tagged-addr.js'

export const handlers: { readonly [C in Handler['call']]: HandlerEffect<C> } = {
  sigreturn, rt_sigreturn: rtSigreturn, ptrace, ni, clone, clone3, execve, mmap, tagged_addr: taggedAddr, other,
}
