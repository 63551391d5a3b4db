/**
 * The places of the kernel that ask "32 or 64 bits?", and the side each takes for an AArch64 task inside a 32-bit call
 * (TIF_32BIT clear, the variant's flag set). One table for every form of a variant: model, simulator, guest.
 *
 * Sources: arch/arm64 and include/linux of v5.11 (`where`: the lines there); RFC v2, 3 Feb 2021,
 * <20210203190135.64839-1-Sonicadvance1@gmail.com>; Amanieu/linux tango-v5.4 (process.c, syscall.c, mm/mmap.c read, the
 * rest as in RFC v1, which is derived from it); v4 1/8 to 8/8, 18 May 2021, <20210518090658.9519-1-amanieu@gmail.com>.
 * On 6.12 (Debian's 6.12.117) the same places, and those that it added (`since`): one that stands beside a place of the patch goes with it.
 */
import type { Site } from '../../model/tasks/kernel.js'
import type { Sites as SimulatorSites } from '../../sim/kernel.js'

/** `absent`: this base has no such test. */
export type Side = 32 | 64 | 'absent'
export interface SiteRow {
  readonly site: Site
  readonly where: string
  readonly asks: 'task' | 'thread' | 'TIF_32BIT' | 'table' | 'call'
  /** what the two sides do: AArch32, native */
  readonly sides: readonly [string, string]
  readonly 'rfc-v2': Side
  readonly 'tango-v5.4': Side
  readonly 'v4-series': Side
  /** the name in the simulator, for the sites it has */
  readonly simulator?: keyof SimulatorSites
  /** kernels where the flag has fallen before this place is reached: what it decides then */
  readonly afterTheFlagFell?: 64
  /** the first base that has the place; v5.4 and v5.11 do not */
  readonly since?: 'v6.12'
}

const row = (site: Site, where: string, asks: SiteRow['asks'], sides: readonly [string, string], rfc: Side, tango: Side, v4: Side, simulator?: keyof SimulatorSites): SiteRow =>
  ({ site, where, asks, sides, 'rfc-v2': rfc, 'tango-v5.4': tango, 'v4-series': v4, ...simulator === undefined ? {} : { simulator } })

export const sites: readonly SiteRow[] = [
  row('STACK_RND_MASK', 'asm/elf.h:191', 'TIF_32BIT', ['0x7ff pages', '0x3ffff pages'], 64, 64, 64),
  row('TASK_SIZE', 'asm/processor.h:60,62,64,81', 'TIF_32BIT', ['4 GiB', 'VA limit'], 64, 64, 64, 'taskSize'),
  row('arch_get_mmap_end', 'asm/processor.h:64,88 (DEFAULT_MAP_WINDOW); RFC v2, Tango and v4: arch/arm64/mm/mmap.c', 'TIF_32BIT', ['ends below 4 GiB', 'VA limit'], 32, 32, 32, 'mmapEnd'),
  row('arch_trace_is_compat_syscall', 'asm/ftrace.h:91', 'task', ['event dropped', 'traced'], 32, 32, 32),
  row('task_user_tls', 'asm/processor.h:176', 'thread', ['tp2_value', 'tp_value'], 64, 64, 64, 'taskUserTls'),
  row('syscall_get_error', 'asm/syscall.h:38', 'thread', ['sign-extends x0', 'raw'], 32, 32, 32),
  row('syscall_set_return_value', 'asm/syscall.h:57', 'thread', ['truncates', 'raw'], 32, 32, 32, 'syscallSetReturnValue'),
  row('syscall_get_arch', 'asm/syscall.h:91', 'thread', ['AUDIT_ARCH_ARM', 'AUDIT_ARCH_AARCH64'], 32, 32, 32, 'syscallGetArch'),
  row('sve_set_current_vl', 'fpsimd.c:681,694', 'task', ['EINVAL', 'works'], 32, 32, 64),
  row('do_sve_acc', 'fpsimd.c:940', 'task', ['WARN, SIGILL', 'enables SVE'], 64, 64, 64),
  row('is_compat_bp', 'hw_breakpoint.c:171', 'thread', ['Thumb lengths', 'A64 rules'], 64, 64, 64),
  row('perf_reg_abi', 'perf_regs.c:69', 'thread', ['ABI_32', 'ABI_64'], 64, 64, 64),
  row('ptrauth_prctl_reset_keys', 'pointer_auth.c:21', 'thread', ['EINVAL', 'works'], 32, 32, 64),
  row('tls_thread_flush', 'process.c:317', 'task', ['tp_value and TPIDRRO_EL0 := 0', 'nothing more'], 64, 64, 64, 'tlsThreadFlush'),
  row('copy_thread', 'process.c:412', 'thread', ['stack to regs[13]', 'stack to sp'], 64, 64, 64, 'copyThread'),
  row('tls_thread_switch', 'process.c:455', 'thread', ['TPIDRRO_EL0 := tp_value', '0, or left to KPTI'], 64, 64, 64, 'tlsThreadSwitch'),
  row('erratum_1418040_thread_switch', 'process.c:516', 'thread', ['CNTVCT closed', 'open'], 32, 'absent', 64, 'erratum1418040'),
  row('arch_setup_new_exec', 'process.c:609', 'task', ['MMCF_AARCH32', '0'], 64, 64, 64),
  row('set_tagged_addr_ctrl', 'process.c:630,659', 'thread', ['EINVAL', 'works'], 32, 32, 64, 'setTaggedAddrCtrl'),
  row('ptrace_hbptriggered', 'ptrace.c:178', 'task', ['errno-style SIGTRAP', 'TRAP_HWBKPT'], 64, 64, 64),
  row('task_user_regset_view: current', 'ptrace.c:1723', 'task', ['user_aarch32_view', 'next test'], 32, 32, 32, 'regsetViewCurrent'),
  row('task_user_regset_view: target', 'ptrace.c:1725', 'thread', ['aarch32_ptrace_view', 'aarch64_view'], 64, 64, 64, 'regsetViewTarget'),
  row('tracehook_report_syscall', 'ptrace.c:1770', 'task', ['x12', 'x7'], 32, 32, 64, 'tracehookReportSyscall'),
  row('valid_user_regs', 'ptrace.c:1906', 'thread', ['valid_compat_regs', 'valid_native_regs'], 64, 64, 64, 'validUserRegs'),
  // do_signal() runs after el0_svc_common() has cleared the flag: RFC v2 and Tango ask with it clear
  { ...row('setup_restart_syscall', 'signal.c:796', 'task', ['r7 := 0', 'x8 := 128'], 32, 32, 64, 'setupRestartSyscall'), afterTheFlagFell: 64 },
  row('handle_signal', 'signal.c:816', 'task', ['compat frame', 'native frame'], 64, 64, 64, 'handleSignal'),
  row('do_ni_syscall', 'syscall.c:25', 'task', ['ARM-private calls', 'ENOSYS'], 64, 64, 64, 'doNiSyscall'),
  row('invoke_syscall', 'syscall.c:54', 'task', ['result cut to 32 bits', 'raw'], 32, 'absent', 32, 'invokeSyscall'),
  // 32: the frame is taken; 64: SIGSEGV (v4, patch 7)
  row('compat sigreturn: refuse unless', 'signal32.c sigreturn, rt_sigreturn', 'table', ['A32 frame at regs[13]', 'refused'], 32, 32, 64, 'compatSigreturn'),
  row('in_compat_syscall (generic)', 'include/linux/compat.h:904', 'call', ['compat layouts', 'native layouts'], 32, 32, 32),
  row('arch_mmap_rnd', 'mm/util.c:350,361', 'task', ['compat bits', 'native bits'], 32, 32, 64),
  row('kvm_no_compat_open', 'virt/kvm/kvm_main.c:138', 'task', ['ENODEV', 'opens'], 32, 32, 64),
  ...([
    row('update_syscall_orig_x0_after_ptrace', 'ptrace.c:562', 'thread', ['orig_x0 kept', 'orig_x0 := x0'], 32, 32, 64, 'origX0AfterPtrace'),
    row('do_sme_acc', 'fpsimd.c', 'task', ['WARN, SIGILL', 'enables SME'], 64, 64, 64),
    row('sme_set_current_vl', 'fpsimd.c', 'task', ['EINVAL', 'works'], 32, 32, 64),
    row('ptrauth_set_enabled_keys', 'pointer_auth.c', 'thread', ['EINVAL', 'works'], 32, 32, 64),
    row('task_cpu_possible_mask', 'asm/mmu_context.h', 'thread', ['CPUs with AArch32 EL0', 'all CPUs'], 32, 32, 64),
    row('tls_preserve_current_state: TPIDR2', 'process.c', 'task', ['TPIDR2_EL0 not saved', 'saved'], 64, 64, 64),
    row('set_tsc_mode', 'process.c', 'task', ['EINVAL', 'works'], 32, 32, 64),
  ] as const).map((r): SiteRow => ({ ...r, since: 'v6.12' })),
]

/** The kernels that the table judges. */
export const judged = ['rfc-v2', 'tango-v5.4', 'v4-series', 'rfc-v2@v6.12', 'tango@v6.12', 'v4-series@v6.12', 'tango32-module'] as const

/** The side that a kernel takes at a place. The bases differ in which places there are, not in what a series makes of one: what v5.4 has not, 6.12 has. */
export function sideOf(row: SiteRow, kernel: typeof judged[number]): Side {
  const ported = kernel.endsWith('@v6.12')
  if (row.since !== undefined && !ported) return 'absent'
  // TIF_32BIT itself is set while the module's operation runs: every place takes the AArch32 side
  if (kernel === 'tango32-module') return 32
  return kernel === 'tango@v6.12' ? row['rfc-v2'] : row[kernel.replace(/@v6\.12$/, '') as 'rfc-v2' | 'tango-v5.4' | 'v4-series']
}
