/** What a core dump says of PSTATE: fill_note_info() and fill_thread_core_info() (fs/binfmt_elf.c), get_signal() (kernel/signal.c). */
import { is, ite, lower32, or, zext } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { view as views } from '../../trace/state.js'
import { taskUserRegsetView } from '../syscalls/regsets.js'
import { coreDumpSignals } from '../syscalls/numbers.table.js'
import type { Kernel, SymTask } from './kernel.js'
import { pstateToCompatPsr } from './sanitise.js'

/** sig_kernel_coredump(): is the default action of the signal a core dump? */
export const dumpsCore = (signo: BV<8>): Bool => or(...coreDumpSignals.map((n) => is(signo, n)))

/** The NT_PRSTATUS note, in the regset view that the dying task is seen in by itself: PSTATE whole, or the 32-bit PSR. */
export function dumpCore(k: Kernel, t: SymTask, when: Bool): void {
  const view = taskUserRegsetView(k, t, t)
  const psr = ite(is(view, views.aarch64), t.pstate, zext(64, lower32(pstateToCompatPsr(t.pstate))))
  t.core = ite(when, view, t.core)
  t.core_psr = ite(when, psr, t.core_psr)
}
