/**
 * The configuration `#ifdef CONFIG_*` and IS_ENABLED() are judged by: arm64 defconfig with COMPAT, as far as the lifted
 * functions ask. An option that is not listed is off; every lifted function says which options it asked for.
 */
export type Config = ReadonlyMap<string, string>

const on = [
  '64BIT', 'MMU', 'SMP', 'ARM64', 'COMPAT', 'COMPAT_32BIT_TIME', 'COMPAT_BINFMT_ELF', 'ARCH_HAS_SYSCALL_WRAPPER', 'THREAD_INFO_IN_TASK', 'CPU_LITTLE_ENDIAN',
  'ARM64_SVE', 'ARM64_SME', 'ARM64_MTE', 'ARM64_PTR_AUTH', 'ARM64_BTI', 'ARM64_POE', 'ARM64_TAGGED_ADDR_ABI', 'ARM64_PAN', 'ARM64_4K_PAGES', 'UNMAP_KERNEL_AT_EL0',
  'ARM64_ERRATUM_1418040', 'ARM64_ERRATUM_1463225', 'ARM64_ERRATUM_1542419', 'ARM64_ERRATUM_845719', 'ARM_ARCH_TIMER_EVTSTREAM',
  'HAVE_HW_BREAKPOINT', 'SECCOMP', 'SECCOMP_FILTER', 'AUDIT', 'AUDITSYSCALL', 'FTRACE_SYSCALLS', 'TRACEPOINTS', 'RANDOMIZE_KSTACK_OFFSET', 'GENERIC_ENTRY_NONE',
  'KUSER_HELPERS', 'SIGNALFD', 'PREEMPT', 'VDSO', 'COMPAT_VDSO', 'SWAP', 'NUMA', 'CGROUPS', 'SYSCTL', 'PROC_FS', 'EPOLL', 'STACKPROTECTOR', 'MEMCG', 'BLOCK', 'NET',
  // what the variants add
  'ARM_COMPAT_DISPATCH', 'HAVE_ARCH_COMPAT_MMAP_BASES', 'ARCH_HAS_TASK_ISOLATION_NONE',
]
const values: [string, string][] = [['PGTABLE_LEVELS', '4'], ['ARM64_VA_BITS', '48'], ['ARM64_PA_BITS', '48'], ['ARM64_PAGE_SHIFT', '12'], ['PAGE_SHIFT', '12'], ['HZ', '250'], ['NR_CPUS', '512'], ['ARM64_CONT_PTE_SHIFT', '4'], ['ARM64_CONT_PMD_SHIFT', '4']]

export const defconfig: Config = new Map<string, string>([...on.map((o): [string, string] => [`CONFIG_${o}`, '1']), ...values.map(([k, v]): [string, string] => [`CONFIG_${k}`, v])])

/** What compiler and Makefile define: present as macros, with the value if there is one. */
export const predefined: ReadonlyMap<string, string> = new Map([
  ['__KERNEL__', '1'], ['__AARCH64EL__', '1'], ['__aarch64__', '1'], ['__LP64__', '1'], ['__GNUC__', '12'], ['__GNUC_MINOR__', '2'], ['GCC_VERSION', '120200'], ['__SIZEOF_INT128__', '16'],
  ['__LITTLE_ENDIAN', '1234'], ['BITS_PER_LONG', '64'], ['__BITS_PER_LONG', '64'], ['__OPTIMIZE__', '1'], ['__STDC__', '1'], ['__STDC_VERSION__', '201112'], ['__has_attribute', '1'],
])
