import type { Entry } from '../entry.js'
import { RUTLAND_V2 } from '../claims/mails.js'

export const entry: Entry = {
  id: 'ioctl/x86-structures',
  who: 'Mark Rutland',
  sentence: 'I think that for this series x86 emulation is a red herring. ABIs differ across 32-bit arm and 32-bit x86 (and they have distinct arch-specific syscalls), and so those need distinct compatibility layers.',
  source: RUTLAND_V2,
  why: 'It compares the layouts of structures of two architectures. The state here has registers, flags and two stretches of memory of one arm64 task; no structure of x86, and nothing of a handler but its result, its restart block and whom it affects. Whether few or many structures differ is a fact of headers, not of a run.',
  near: [],
}
