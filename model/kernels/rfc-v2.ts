/** "[RFC PATCH v2] arm64: Exposes support for 32-bit syscalls", 3 Feb 2021, <20210203190135.64839-1-Sonicadvance1@gmail.com>, on v5.11. */
import { False, is, ite, lower32, or } from '../terms/build.js'
import type { Kernel } from '../tasks/kernel.js'
import { v511 } from './v5.11.js'

export const rfcV2: Kernel = {
  ...v511,
  id: 'rfc-v2@v5.11',
  name: 'rfc-v2',
  source: 'RFC v2, <20210203190135.64839-1-Sonicadvance1@gmail.com>, CONFIG_ARM_COMPAT_DISPATCH=y, on v5.11',
  predicates: {
    ...v511.predicates,
    // compat.h: thread_info.compat_syscall_flags != 0 || TIF_32BIT; include/linux/compat.h: in_compat_syscall is is_compat_task
    is_compat_task: (t) => or(t.compat_call, t.TIF_32BIT),
    in_compat_syscall: (t) => or(t.compat_call, t.TIF_32BIT),
  },
  sites: {
    ...v511.sites,
    'task_user_tls': 'is_aarch32_compat_task',
    'do_sve_acc': 'is_aarch32_compat_task',
    'is_compat_bp': 'is_aarch32_compat_task',
    'perf_reg_abi': 'is_aarch32_compat_task',
    'tls_thread_flush': 'is_aarch32_compat_task',
    'copy_thread': 'is_aarch32_compat_task',
    'tls_thread_switch': 'is_aarch32_compat_task',
    'arch_setup_new_exec': 'is_aarch32_compat_task',
    'ptrace_hbptriggered': 'is_aarch32_compat_task',
    'task_user_regset_view: target': 'is_aarch32_compat_task',
    'valid_user_regs': 'is_aarch32_compat_task',
    'handle_signal': 'is_aarch32_compat_task',
    'do_ni_syscall': 'is_aarch32_compat_task',
    // its own allocators, arch/arm64/mm/mmap.c
    'arch_get_mmap_end': 'is_compat_task',
  },
  // do_el0_svc(): SVC #1 takes the number from w7 and the compat table, every other immediate is native
  doEl0Svc: (t, imm) => ({ fake: is(imm, 1), scno: ite(is(imm, 1), lower32(t.regs[7]!), lower32(t.regs[8]!)) }),
  // el0_svc_common clears it at its two ordinary ends; arch_setup_new_exec clears it
  flag: { clearedByCommon: true, clearedByDispatcher: false, afterExec: () => False, setFor32: false, ofModule: false },
  mapFixedWithinEnd: true,
}
