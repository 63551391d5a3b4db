/** The part of a core dump that shows PSTATE: fill_note_info (fs/binfmt_elf.c) takes the view of the dying task, asked by itself. */
import { view, type Task } from '../trace/state.js'
import { low32 } from './bits.js'
import type { Kernel } from './kernel.js'
import { pstateToCompatPsr } from './psr.js'
import { taskUserRegsetView } from './regsets.js'

/** SIG_KERNEL_COREDUMP_MASK: QUIT, ILL, TRAP, ABRT, BUS, FPE, SEGV, XCPU, XFSZ, SYS (include/linux/signal.h). */
const dumping: ReadonlySet<number> = new Set([3, 4, 5, 6, 7, 8, 11, 24, 25, 31])

export function coredump(k: Kernel, t: Task): void {
  t.core = taskUserRegsetView(k, t, t)
  t.core_psr = t.core === view.aarch64 ? t.pstate : BigInt(pstateToCompatPsr(low32(t.pstate)))
}

/** get_signal() with a signal whose default action ends the task. */
export function die(k: Kernel, t: Task): void {
  if (dumping.has(Number(t.signo))) coredump(k, t)
}
