/** "[RESEND PATCH v4 0/8] arm64: Allow 64-bit tasks to invoke compat syscalls", 18 May 2021, <20210518090658.9519-1-amanieu@gmail.com>, ported to v5.11. */
import { bit, bool, bv, bvand, ite, lower32 } from '../terms/build.js'
import { native } from '../syscalls/numbers.table.js'
import type { Kernel } from '../tasks/kernel.js'
import { v511 } from './v5.11.js'

export const v4Series: Kernel = {
  ...v511,
  id: 'v4-series@v5.11',
  name: 'v4-series',
  source: 'v4 1/8 to 8/8, <20210518090658.9519-2-amanieu@gmail.com> to -9-, written on about v5.12, ported to v5.11',
  // patch 6: in_compat_syscall() and thread_in_compat_syscall() are thread_info.use_compat_syscall alone
  predicates: { ...v511.predicates, in_compat_syscall: (t) => t.compat_call },
  sites: {
    ...v511.sites,
    // patch 4
    'arch_trace_is_compat_syscall': 'in_compat_syscall',
    'syscall_get_error': 'in_compat_syscall',
    'syscall_set_return_value': 'in_compat_syscall',
    'syscall_get_arch': 'in_compat_syscall',
    'task_user_regset_view: current': 'in_compat_syscall',
    'invoke_syscall': 'in_compat_syscall',
    'in_compat_syscall (generic)': 'in_compat_syscall',
    // patch 5
    'arch_get_mmap_end': 'in_compat_syscall',
    // patch 7: refused with SIGSEGV unless is_compat_task()
    'compat sigreturn: refuse unless': 'is_compat_task',
  },
  // patch 8, do_el0_svc(): bit 31 of x8; bits 63:32 are ignored
  doEl0Svc(t) {
    const fake = bit(31, t.regs[8]!)
    const x8 = lower32(t.regs[8]!)
    return { fake, scno: ite(fake, bvand(x8, bv(32, 0x7fffffff)), x8) }
  },
  // patch 8 clears it after el0_svc_common of a fake call only; patch 6: the personality macros set it for 32-bit images and clear it for 64-bit ones
  flag: { clearedByCommon: false, clearedByDispatcher: true, afterExec: (bits) => bool(bits === 32), setFor32: true, ofModule: false },
  // patch 8 adds a compat restart_syscall under `#ifdef COMPAT`, a macro that nothing defines: dead
  restartSyscall: () => bv(64, native.restart_syscall),
}
