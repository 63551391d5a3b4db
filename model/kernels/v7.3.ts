/** Mainline v7.3: what differs from v6.12 in what is modelled. Read in Debian's linux-source-7.3 (7.3~rc7-1~exp1). */
import { tableSize } from '../syscalls/numbers.table.js'
import type { Kernel } from '../tasks/kernel.js'
import { v612 } from './v6.12.js'

export const v73: Kernel = {
  ...v612,
  id: 'v7.3',
  name: 'v7.3',
  source: 'mainline v7.3 as of -rc7 (Debian linux-source-7.3, 7.3~rc7-1~exp1), arch/arm64. Left out: a tag fault that meets another signal (signalled after it here, before it until v6.12)',
  // CLONE_AUTOREAP, CLONE_NNP, CLONE_PIDFD_AUTOKILL, CLONE_EMPTY_MNTNS
  clone3: { known: 0x3fffffffffn, reserved: 0x40007fn, size: 88 },
  nrSyscalls: tableSize['v7.3'],
  nrCompatSyscalls: tableSize['v7.3'],
  // kernel/signal.c setup_rt_frame, setup_return
  siginfoBeforeRegisters: true,
  // asm/syscall_wrapper.h SC_ARM64_REGS_TO_ARGS (COMPAT_SC_ARM64_REGS_TO_ARGS keeps regs[0])
  firstArgumentIsOrigX0: true,
}
