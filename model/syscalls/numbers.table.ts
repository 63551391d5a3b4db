/** System call numbers and kernel constants that model and simulator share: data only. Sources: include/uapi/asm-generic/unistd.h,
 *  arch/arm64/include/asm/unistd32.h, arch/arm64/include/asm/unistd.h, include/uapi/linux/{audit,ptrace,elf,sched,prctl}.h, include/uapi/asm-generic/mman-common.h, include/linux/signal.h, include/linux/errno.h */
export const native = { rt_sigreturn: 139, ptrace: 117, clone: 220, clone3: 435, execve: 221, mmap: 222, prctl: 167, restart_syscall: 128 } as const
/** Native ioctl: no handler of its own. */
export const IOCTL = 29
export const compat = { sigreturn: 119, rt_sigreturn: 173, ptrace: 26, clone: 120, clone3: 435, execve: 11, mmap2: 192, prctl: 172, restart_syscall: 0 } as const
export const armPrivate = { base: 0x0f0000, cacheflush: 0x0f0002, set_tls: 0x0f0005, end: 0x0f0800 } as const
export const auditArch = { arm: 0x40000028, aarch64: 0xc00000b7 } as const
export const errno = { EIO: 5, E2BIG: 7, ESRCH: 3, EFAULT: 14, EINVAL: 22, EINTR: 4, ENOSYS: 38, ERESTARTSYS: 512, ERESTARTNOINTR: 513, ERESTARTNOHAND: 514, ERESTART_RESTARTBLOCK: 516 } as const
export const MAX_ERRNO = 4095
export const signals = { SIGILL: 4, SIGKILL: 9, SIGSEGV: 11, SIGSTOP: 19, SIGSYS: 31 } as const
/** SIG_KERNEL_COREDUMP_MASK: SIGQUIT ILL TRAP ABRT BUS FPE SEGV XCPU XFSZ SYS */
export const coreDumpSignals = [3, 4, 5, 6, 7, 8, 11, 24, 25, 31] as const
export const siCode = { SEGV_MAPERR: 1, SEGV_ACCERR: 2, SEGV_MTEAERR: 8, ILL_ILLTRP: 4, SYS_SECCOMP: 1, SI_KERNEL: 0x80 } as const
export const saFlags = { SA_SIGINFO: 0x4, SA_EXPOSE_TAGBITS: 0x800, SA_RESTORER: 0x04000000, SA_RESTART: 0x10000000, SA_NODEFER: 0x40000000 } as const
export const cloneFlags = { CSIGNAL: 0xff, CLONE_NEWTIME: 0x80, CLONE_VM: 0x100, CLONE_SIGHAND: 0x800, CLONE_PARENT: 0x8000, CLONE_THREAD: 0x10000, CLONE_SETTLS: 0x80000, CLONE_DETACHED: 0x400000 } as const
/** Of clone3 alone: bits 32 up. */
export const clone3Flags = { CLONE_CLEAR_SIGHAND: 1n << 32n, CLONE_INTO_CGROUP: 1n << 33n } as const
/** struct clone_args (include/uapi/linux/sched.h): offsets, and its sizes as they were published. */
export const cloneArgs = { flags: 0, exit_signal: 32, stack: 40, stack_size: 48, tls: 56, set_tid: 64, set_tid_size: 72, cgroup: 80, size0: 64, size1: 80, size2: 88 } as const
export const mapFlags = { MAP_TYPE: 0xf, MAP_SHARED: 1, MAP_PRIVATE: 2, MAP_SHARED_VALIDATE: 3, MAP_DROPPABLE: 8, MAP_ANONYMOUS: 0x20, MAP_FIXED: 0x10, MAP_FIXED_NOREPLACE: 0x100000 } as const
export const prctlOption = { PR_SET_TAGGED_ADDR_CTRL: 55 } as const
export const ptraceRequest = { PEEKUSR: 3, POKEUSR: 6, GETREGS: 12, SETREGS: 13, GET_THREAD_AREA: 22, SET_SYSCALL: 23, GETREGSET: 0x4204, SETREGSET: 0x4205 } as const
export const note = { NT_PRSTATUS: 1, NT_ARM_TLS: 0x401, NT_ARM_SYSTEM_CALL: 0x404 } as const
/** __NR_syscalls and __NR_compat_syscalls (__NR_compat32_syscalls): the same number in each of these. */
export const tableSize = { 'v5.4': 436, 'v5.11': 442, 'v6.1': 451, 'v6.12': 463, 'v7.3': 473 } as const
