/**
 * v5.11 with the out-of-tree module that Tango ships (/dev/tango32): no series. Around compat ioctl, getdents64 and lseek the module sets TIF_32BIT
 * of the calling 64-bit task and clears it afterwards, inside an ordinary native ioctl. Nothing else in the kernel knows: every place that asks takes
 * the AArch32 side for as long as the operation runs, and it may sleep.
 */
import { or } from '../terms/build.js'
import type { Kernel, SymTask } from '../tasks/kernel.js'
import type { Bool } from '../terms/term.js'
import { v511 } from './v5.11.js'

/** TIF_32BIT as the kernel sees it: what exec set, or what the module has set for now. */
const TIF_32BIT = (t: SymTask): Bool => or(t.compat_call, t.TIF_32BIT)

export const tango32Module: Kernel = {
  ...v511,
  id: 'tango32-module@v5.11',
  name: 'tango32-module',
  source: 'mainline v5.11 with the module tango32: its ioctls COMPAT_IOCTL, COMPAT_GETDENTS64, COMPAT_LSEEK and GET_VERSION',
  deduced: ['that the flag is the only thing of the task that the module changes, and that every way out of an operation clears it: from a description of the module, not from its source'],
  predicates: { ...v511.predicates, is_compat_task: TIF_32BIT, is_aarch32_compat_task: TIF_32BIT, in_compat_syscall: TIF_32BIT },
  flag: { ...v511.flag, ofModule: true },
}
