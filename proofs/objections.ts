/**
 * The points of the public review (RFC v1 and v2, v4), one row each, and what became of them: claims, entries, or both.
 * The cover letter of v4 has rows of its own. No verdict stands here: verdicts are decided.
 */
export interface Objection {
  readonly row: string
  readonly who: string
  /** in our words */
  readonly says: string
  readonly answer: string
  readonly claims: readonly string[]
  readonly entries: readonly string[]
}

const mmap = ['mmap/compat-in-low-4g', 'mmap/fixed-in-low-4g', 'mmap/native-not-limited'] as const
const row = (row: string, who: string, says: string, answer: string, claims: readonly string[], entries: readonly string[] = []): Objection => ({ row, who, says, answer, claims, entries })

export const objections: readonly Objection[] = [
  row('1', 'Rutland, v1', 'an interface opened to other callers violates hidden assumptions of handlers', 'the text of v2',
    ['dispatch/implicit-assumptions', 'dispatch/arguments-32-bit', 'dispatch/wide-parameters', 'fork/childs-call-is-its-own']),
  row('2', 'Rutland, RESEND v2', 'the whole table is not needed; extend mmap and the like', 'allocations come from io_setup, shmat, ioctls, hugetlb, too', [...mmap, 'dispatch/entire-table']),
  row('3', 'Rutland, RESEND v2', 'x86 is a red herring: another ABI', 'few structures differ; they are repaired in user space', [], ['ioctl/x86-structures']),
  row('4', 'Rutland, RESEND v2', 'ioctls may touch state that differs between compat and native; each needs an audit', 'as under int 0x80 of x86', ['dispatch/flag-only-in-call'], ['ioctl/driver-state']),
  row('5', 'Rutland, RESEND v2', 'TPIDR_EL0 and TPIDRRO_EL0: the accounting will not be reliable, see the KPTI trampoline', 'every path to TPIDRRO_EL0 is behind is_aarch32_*',
    ['tls/accounting-unreliable', 'tls/kpti-clobbers-tpidrro', 'tls/writes-guarded', 'tls/tpidr-kept-over-switch', 'tls/tpidrro-kept-over-switch', 'tls/stale-shadow-after-exec']),
  row('6', 'Rutland, to d\'Antras', 'out-of-tree drivers are no reason', '', [], ['policy/out-of-tree-drivers']),
  row('7', 'Rutland, to d\'Antras', 'compat rt_sigreturn takes an AArch32 frame; valid_user_regs forces some AArch64 PSTATE; the emulator\'s state is lost', 'emulated in Tango; SIGSEGV because valid_user_regs fails; v4 refuses',
    ['sigreturn/state-lost', 'sigreturn/psr-aliases-pstate', 'sigreturn/always-sigsegv', 'sigreturn/explicit-check-same-result', 'sigreturn/refused']),
  row('8', 'Rutland, to d\'Antras', 'user_aarch32_view for fake tasks: SPSR and PSR layouts are converted on an AArch64 PSTATE', 'only where the tracer is in a compat call, as for a 32-bit tracer of a 64-bit task',
    ['regset/wrong-layout-conversion', 'regset/sanitised-as-in-sigreturn', 'regset/aarch32-view-only-for-compat-tracer', 'regset/same-as-aarch32-tracer', 'regset/registers-arrive-whole', 'coredump/pstate-as-psr']),
  row('9', 'Rutland, to d\'Antras', 'setting the TLS through that view clobbers TPIDRRO_EL0, which KPTI clobbers', 'guarded; set_tls cannot be reached',
    ['tls/set-clobbers-tpidrro', 'tls/flush-clobbers-tpidrro', 'tls/set-tls-unreachable', 'regset/no-tls-in-aarch32-view', 'regset/thread-area-is-tpidr']),
  row('10', 'Rutland, to d\'Antras', 'more such mismatches exist, without a final sanity check', '"I disagree that any broken behavior is exposed here."',
    ['dispatch/more-mismatches-exist', 'dispatch/counter-access', 'fork/flag-outlives-call', 'exec/image-call-is-its-own', 'seccomp/arch-of-the-table', 'restart/block-is-taken-up', 'coredump/native-view',
      'seccomp/filter-sees-what-runs', 'seccomp/errno-width', 'regset/stop-register', 'dispatch/prctl-as-in-aarch32', 'top/no-broken-behaviour']),
  row('11', 'Price, RFC v2', 'QEMU does it; two real problems: the range of mmap, and ioctl', 'quantitative (Bergmann); the kernel tracks state for some ioctls', [...mmap], ['ioctl/compat-state-in-kernel']),
  row('12', 'Brown, Marinas, RFC v2', 'qemu-user is in Debian; show numbers', 'correctness, not speed: robust lists, io_uring, ext4, seccomp', ['seccomp/filter-as-in-aarch32'],
    ['policy/user-space-first', 'robust-list/sigkill', 'ioctl/io-uring-layout', 'fs/ext4-directory-hash']),
  row('13', 'Bergmann, RFC v2', 'easier to argue for compat ioctl and an address limit than for all calls', '', [...mmap], ['ioctl/compat-ioctl-alone']),
  row('14', 'Marinas, RFC v2', 'ioctl32() without the table; PER_LINUX_32BIT for mmap; the table evolves', 'a personality is per process, FEX mixes both kinds (Houdek)',
    ['dispatch/both-kinds-mix', 'mmap/native-not-limited', 'mmap/child-not-limited'], ['policy/table-evolves']),
  row('15', 'Laight, RFC v2', 'the kernel must take garbage anyway; x86 has three kinds of calls; MAP_BELOW', '', ['dispatch/garbage-is-safe'], ['policy/map-below']),
  row('16', 'Bergmann, v4', 'too broad (half of the calls are the same) and too narrow (other 32-bit ABIs); little new attack surface', 'seccomp needs the whole table; future-proof',
    ['dispatch/same-handler-same-result', 'dispatch/entire-table', 'dispatch/arguments-32-bit', 'seccomp/filter-as-in-aarch32']),
  row('17', 'Bergmann, v4', 'why not a minimal set, or keyed by the format of the executable', 'a list: mmap and the like, ioctl, getdents, robust lists, open, io_uring', ['dispatch/entire-table'], ['policy/minimal-set']),
  row('18', 'Price, v4', 'about 20 calls are emulated natively and bypass the user\'s filter', 'accepted as a limitation', ['seccomp/native-calls-bypass', 'seccomp/filter-as-in-aarch32']),
  row('19', 'Price, v4', 'ioctls with u64 pointers take addresses above 4 GB from fake calls, not from real 32-bit tasks', 'd\'Antras had said so himself', ['dispatch/memory-below-4g'], ['ioctl/u64-pointers']),
  row('20', 'Price, v4', 'how 32- and 64-bit robust lists coexist needs thought', '', [], ['robust-list/coexistence']),
  row('21', 'Price, v4', 'exposing every future compat call is dangerous', '', ['dispatch/entire-table', 'dispatch/outside-the-table']),
  row('22', 'Laight, v4', 'not needed in a generic kernel?', 'FEX runs on any ARMv8 (Houdek)', [], ['policy/generic-kernel']),
  row('v4-a', 'cover letter', 'in_compat_syscall is true for the duration of the call; and only then', '', ['dispatch/flag-during-call', 'exec/call-keeps-its-kind', 'dispatch/flag-only-in-call', 'fork/childs-call-is-its-own']),
  row('v4-b', 'cover letter', 'interrupted compat calls are restarted as compat calls', '', ['restart/same-call', 'restart/block-as-compat', 'restart/block-is-taken-up', 'restart/eintr-width']),
  row('v4-c', 'cover letter', 'allocations of a compat call are in the low 4 GB', '', [...mmap]),
  row('v4-d', 'cover letter', 'seccomp sees AUDIT_ARCH_ARM for compat calls; and only for them', '', ['seccomp/arm-for-compat-calls', 'seccomp/arm-only-for-compat-calls', 'seccomp/arch-of-the-table', 'seccomp/sigsys-arch', 'seccomp/syscall-info-arch']),
  row('v4-e', 'patch 7', 'compat sigreturn is refused for 64-bit tasks', '', ['sigreturn/refused']),
  row('v4-f', 'cover letter', 'generic code handles tasks that make calls of both kinds', '', ['dispatch/both-kinds-mix']),
  row('v4-g', 'patch 8', 'bit 31 always gave ENOSYS before; the ARM-private calls are not exposed', '', ['dispatch/bit-31-enosys', 'dispatch/outside-the-table']),
  row('v4-h', 'cover letter', 'calls are 32-bit calls: so are their results', '', ['dispatch/result-32-bits']),
]
