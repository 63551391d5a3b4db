/** Mainline v6.12 as Debian ships it: what differs from v5.11 in what is modelled. */
import { tableSize } from '../syscalls/numbers.table.js'
import type { Kernel } from '../tasks/kernel.js'
import { v511 } from './v5.11.js'

export const v612: Kernel = {
  ...v511,
  id: 'v6.12',
  name: 'v6.12',
  source: 'Debian linux-source-6.12 (6.12.117: v6.12 with its stable backports), arch/arm64',
  // CLONE_NEWTIME came to clone3
  clone3: { known: 0x3ffffffffn, reserved: 0x40007fn, size: 88 },
  mapDroppable: true,
  // kernel/seccomp.c __seccomp_filter: force_sig_seccomp(…, true)
  seccompKillsAtOnce: false,
  nrSyscalls: tableSize['v6.12'],
  nrCompatSyscalls: tableSize['v6.12'],
  // kernel/syscall.c, signal.c (v5.14): syscall_set_return_value() everywhere
  everyResultBySetReturnValue: true,
  // kernel/ptrace.c tls_get, tls_set (v6.1)
  tlsRegsetWords: 2,
  // kernel/ptrace.c update_syscall_orig_x0_after_ptrace (backported)
  origX0FollowsTracer: true,
  // kernel/process.c tls_thread_switch: 67ab51cbdfee (v6.13, backported)
  tlsSwitchLeavesTpidrroToKpti: false,
  // kernel/process.c cntkctl_thread_switch, update_cntkctl_el1, do_set_tsc_mode
  erratum1418040At: 'cntkctl_thread_switch',
  // asm/processor.h start_thread_common: syscallno is kept
  execForgetsSyscall: false,
  // kernel/ptrace.c syscall_trace_enter (v5.12): the filter runs although the tracer has left no system call
  skipsBeforeSeccomp: false,
  // kernel/mte.c set_mte_ctrl (v5.13)
  refusesBothTcfModes: false,
}
