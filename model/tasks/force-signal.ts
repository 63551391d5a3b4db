/** force_sig_fault() (kernel/signal.c), arm64_notify_segfault() (arch/arm64/kernel/traps.c): the signal waits for the return to user. */
import { bv } from '../terms/build.js'
import type { BV } from '../terms/term.js'
import { drop } from './sanitise.js'
import { siCode, signals } from '../syscalls/numbers.table.js'
import type { Kernel, SymTask } from './kernel.js'

/** send_sig_fault(): the signal is pending with its si_code and si_addr; one that was pending before is replaced, as only the last one's frame can matter here. */
export function sendSignal(t: SymTask, signo: number, code: BV<32>, addr: BV<64>): void {
  t.signo = bv(8, signo)
  t.si_code = code
  t.si_addr = addr
  t.si_errno = bv(32, 0)
  t.si_syscall = bv(32, 0)
  t.si_arch = bv(32, 0)
}

/** force_sig_fault(): as sendSignal, and a blocked signal is unblocked (force_sig_info_to_task). */
export function forceSignal(t: SymTask, signo: number, code: BV<32>, addr: BV<64>): void {
  sendSignal(t, signo, code, addr)
  t.blocked = drop(t.blocked, 1n << BigInt(signo - 1))
}

/** seccomp_send_sigsys() (kernel/seccomp.c): SIGSYS with the filter's data, where the call was made, its number and its kind. */
export function forceSigsys(k: Kernel, t: SymTask, data: BV<32>, arch: BV<32>): void {
  forceSignal(t, signals.SIGSYS, bv(32, siCode.SYS_SECCOMP), k.kstkEip(t))
  t.si_errno = data
  t.si_syscall = t.syscallno
  t.si_arch = arch
}
