/**
 * What a kernel may replace. Every model function takes the kernel as its first argument; no room below knows a variant by name.
 * The defaults are mainline v5.11 (model/kernels/v5.11.ts).
 */
import type { Bool, BV, Term } from '../terms/term.js'
import type { SymConfig, SymTask } from './symbolic.js'

/** The questions that code asks about a task. */
export type Predicate = 'is_compat_task' | 'is_aarch32_compat_task' | 'in_compat_syscall' | 'never' | 'always'

/** Every place that asks (arch/arm64 of v5.11, then of v6.12; test/data/sites.ts): `function` or `function: what for`. */
export type Site =
  | 'STACK_RND_MASK' | 'arch_trace_is_compat_syscall' | 'TASK_SIZE' | 'task_user_tls' | 'syscall_get_error' | 'syscall_set_return_value' | 'syscall_get_arch'
  | 'sve_set_current_vl' | 'do_sve_acc' | 'is_compat_bp' | 'perf_reg_abi' | 'ptrauth_prctl_reset_keys'
  | 'tls_thread_flush' | 'copy_thread' | 'tls_thread_switch' | 'erratum_1418040_thread_switch' | 'arch_setup_new_exec' | 'set_tagged_addr_ctrl'
  | 'ptrace_hbptriggered' | 'task_user_regset_view: current' | 'task_user_regset_view: target' | 'tracehook_report_syscall' | 'valid_user_regs'
  | 'setup_restart_syscall' | 'handle_signal' | 'do_ni_syscall' | 'invoke_syscall' | 'compat sigreturn: refuse unless'
  | 'in_compat_syscall (generic)' | 'arch_mmap_rnd' | 'arch_get_mmap_end' | 'kvm_no_compat_open'
  // later than v5.11
  | 'update_syscall_orig_x0_after_ptrace' | 'do_sme_acc' | 'sme_set_current_vl' | 'ptrauth_set_enabled_keys' | 'task_cpu_possible_mask' | 'tls_preserve_current_state: TPIDR2' | 'set_tsc_mode'

/** How do_el0_svc understands an SVC from AArch64. */
export interface Dispatch {
  /** the compat table is used */
  fake: Bool
  /** the number, 32 bits as el0_svc_common gets it */
  scno: BV<32>
}

/** A function as it was lifted from a source: terms over the variables of one state. */
export interface LiftedBody {
  /** what the function returns; undefined for void */
  readonly result: Term | undefined
  /** what it changes, by path */
  readonly changes: ReadonlyMap<string, Term>
}

export interface Kernel {
  /** full identifier, `rfc-v2@v5.11` */
  readonly id: string
  /** short name, `rfc-v2` */
  readonly name: string
  /** what it is and where that can be read */
  readonly source: string
  /** facts that nobody could read in a source; verdicts rest on them */
  readonly deduced: readonly string[]

  /** compat.h: the predicates themselves */
  readonly predicates: { readonly [P in Predicate]: (task: SymTask) => Bool }
  readonly sites: { readonly [S in Site]: Predicate }

  /** do_el0_svc: `imm` is the immediate of the SVC instruction */
  doEl0Svc(task: SymTask, imm: BV<16>): Dispatch
  /** what do_el0_svc does to the flag after el0_svc_common for a call that came by `fake`, and el0_svc_common itself at its ends */
  readonly flag: {
    /** el0_svc_common clears it at its two ordinary ends, whatever the call was */
    readonly clearedByCommon: boolean
    /** do_el0_svc clears it after el0_svc_common returned, for a fake call only */
    readonly clearedByDispatcher: boolean
    /** after exec of a 64- or 32-bit image: SET_PERSONALITY, COMPAT_SET_PERSONALITY, arch_setup_new_exec */
    readonly afterExec: (bits: 64 | 32, before: Bool) => Bool
    /** set for every 32-bit task from exec on */
    readonly setFor32: boolean
    /** it stands for a TIF_32BIT that a module sets and clears around part of a native ioctl */
    readonly ofModule: boolean
  }
  /** setup_restart_syscall: the number and the register it goes to, for a task on the native side */
  readonly restartSyscall: (task: SymTask) => BV<64>

  /** KSTK_EIP(task): where the program is said to be (asm/processor.h) */
  readonly kstkEip: (task: SymTask) => BV<64>

  readonly nrSyscalls: number
  readonly nrCompatSyscalls: number
  /** SPSR_EL1_AARCH64_RES0_BITS and SPSR_EL1_AARCH32_RES0_BITS, kernel/ptrace.c, all 64 bits */
  readonly aarch64Res0: bigint
  readonly aarch32Res0: bigint
  /** user_regs_reset_single_step sets SS from TIF_SINGLESTEP (v5.8 on); before, valid_user_regs only clears it */
  readonly resetSingleStep: boolean
  /** handle_signal fast-forwards a single step into the handler (before v5.8) */
  readonly fastForwardsIntoHandler: boolean
  /** invoke_syscall cuts the result of a compat call to 32 bits (v5.8 on) */
  readonly truncatesResult: boolean
  /** every result goes through syscall_set_return_value and what it asks (v5.14 on): a handler's, -ERESTARTNOINTR of the early return, do_signal's -EINTR */
  readonly everyResultBySetReturnValue: boolean
  /** words of the native NT_ARM_TLS: the second, TPIDR2_EL0 (v6.1 on), reads 0 and is dropped without SME */
  readonly tlsRegsetWords: 1 | 2
  /** gpr_set and system_call_set make orig_x0 follow x0 of a native tracee in a call (update_syscall_orig_x0_after_ptrace, 2026, and its stable backports) */
  readonly origX0FollowsTracer: boolean
  /** tls_thread_switch leaves TPIDRRO_EL0 alone for a native next when KPTI is on (v4.16 to v6.12) */
  readonly tlsSwitchLeavesTpidrroToKpti: boolean
  /** KPTI entry from AArch64 takes x30 back from TPIDRRO_EL0 and zeroes it there */
  readonly kptiZeroesTpidrro: boolean
  /** kernel knows MTE, BTI (v5.10 on) */
  readonly hasMte: boolean
  readonly hasBti: boolean
  /**
   * where the workaround for erratum 1418040 acts: in kernel_exit by the mode of the image (v5.4); at a switch between widths (v5.11); at every
   * switch, by `next`, and in exec (5.10.223 to v6.1); in cntkctl_thread_switch where TIF_32BIT differs, with or without the erratum, and in exec (v6.12 on)
   */
  readonly erratum1418040At: 'kernel_exit' | 'switch' | 'next' | 'cntkctl_thread_switch'
  /** ssbs_thread_switch sets SSBS in the image of every next task (before v5.6) */
  readonly ssbsForcedAtSwitch: boolean
  /** exec sets syscallno to NO_SYSCALL (v5.11; later kernels keep it) */
  readonly execForgetsSyscall: boolean
  /** setup_rt_frame copies siginfo before it touches a register, and sets x1 and x2 with the others (v6.15 or later; read in v7.3) */
  readonly siginfoBeforeRegisters: boolean
  /** wrappers of native handlers, which the compat table has, too, take the first argument from orig_x0 (5a87e8c7f370; read in v7.3) */
  readonly firstArgumentIsOrigX0: boolean
  /** the exit of a call is reported as a step under TIF_SINGLESTEP, not as a system call stop (v5.8 on) */
  readonly stepReportedAtExit: boolean
  /** syscall_trace_enter returns before seccomp when the tracer has left no system call (v5.3 to v5.11) */
  readonly skipsBeforeSeccomp: boolean
  /** clone3: flags it knows, low bits it refuses, bytes of struct clone_args */
  readonly clone3: { readonly known: bigint, readonly reserved: bigint, readonly size: 64 | 88 }
  /** a filter that kills dumps core itself and ends the task there (until v5.14); later kernels force SIGSYS, for which no handler runs */
  readonly seccompKillsAtOnce: boolean
  /** MAP_DROPPABLE is a type of anonymous mapping (v6.11 on) */
  readonly mapDroppable: boolean
  /** the allocator refuses MAP_FIXED beyond the end that `arch_get_mmap_end` decides */
  readonly mapFixedWithinEnd: boolean
  /** mmap untags the address it is given (v5.4, v5.5) */
  readonly mmapUntagsAddress: boolean
  /** set_mte_ctrl takes one of PR_MTE_TCF_SYNC and PR_MTE_TCF_ASYNC at most (v5.10 to v5.12) */
  readonly refusesBothTcfModes: boolean
  /** functions whose meaning was read from a source, in place of the model's own (lifted.ts) */
  readonly lifted?: ReadonlyMap<string, LiftedBody>
  /** si_addr of a fault goes to a handler without its tag bits unless SA_EXPOSE_TAGBITS is set (v5.11 on) */
  readonly hidesTagBits: boolean
  /** compat_restore_vfp_context leaves V16..V31 of the new FP state uninitialised */
  readonly vfpRestoreUninitialised: boolean
}

/** What the code at a site decides for a task. */
export const asks = (k: Kernel, site: Site, task: SymTask): Bool => k.predicates[k.sites[site]](task)
export type { SymConfig, SymTask }
