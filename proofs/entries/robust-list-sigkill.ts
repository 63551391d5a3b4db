import type { Entry } from '../entry.js'
import { V4_COVER } from '../claims/mails.js'

export const entry: Entry = {
  id: 'robust-list/sigkill',
  who: "Amanieu d'Antras",
  sentence: 'The compat version of set_robust_list must be used. Emulating this in user mode is not reliable since SIGKILL cannot be caught.',
  source: V4_COVER,
  why: 'The lists are memory that the kernel walks when a task dies (kernel/futex.c: robust_list, then compat_robust_list, each if it is set, whatever the task is). Neither the lists nor the futexes are in this state; no test of a mode is on the path, so none can disagree.',
  near: [],
}
