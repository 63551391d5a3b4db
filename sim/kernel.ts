/** What differs between kernels, one field a difference. A test is named after the function that asks. */
import type { Task } from '../trace/state.js'

export type Test = (task: Task) => boolean

/** The places that ask whether a task is compat (arch/arm64 of v5.11; true: the AArch32 side is taken). */
export interface Sites {
  /** do_ni_syscall: is __ARM_NR_compat_* tried */
  doNiSyscall: Test
  /** invoke_syscall: is the result cut to 32 bits; asked after the handler has run */
  invokeSyscall: Test
  /** syscall_get_arch */
  syscallGetArch: Test
  /** task_user_tls: tp2_value or tp_value */
  taskUserTls: Test
  /** tls_thread_flush */
  tlsThreadFlush: Test
  /** tls_thread_switch, of the next task */
  tlsThreadSwitch: Test
  /** copy_thread: does the stack argument go to regs[13] */
  copyThread: Test
  /** erratum_1418040_thread_switch */
  erratum1418040: Test
  /** task_user_regset_view, of current */
  regsetViewCurrent: Test
  /** task_user_regset_view, of the target */
  regsetViewTarget: Test
  /** valid_user_regs */
  validUserRegs: Test
  /** handle_signal: compat frame */
  handleSignal: Test
  /** setup_restart_syscall: regs[7] := 0 or regs[8] := 128 */
  setupRestartSyscall: Test
  /** update_syscall_orig_x0_after_ptrace, of the target: skipped */
  origX0AfterPtrace: Test
  /** tracehook_report_syscall (report_syscall): register 12 or 7 */
  tracehookReportSyscall: Test
  /** syscall_set_return_value: is the value cut to 32 bits */
  syscallSetReturnValue: Test
  /** TASK_SIZE */
  taskSize: Test
  /** the end of the area that mmap searches: arch_get_mmap_end, RFC v2's and Tango's own allocators */
  mmapEnd: Test
  /** set_tagged_addr_ctrl */
  setTaggedAddrCtrl: Test
  /** compat sigreturn and rt_sigreturn go on (v4 refuses 64-bit tasks) */
  compatSigreturn: Test
}

export interface Kernel {
  readonly name: string
  readonly source: string
  readonly sites: Sites
  /** __NR_syscalls and __NR_compat_syscalls */
  readonly nativeCalls: number
  readonly compatCalls: number
  /** low words of SPSR_EL1_AARCH64_RES0_BITS and SPSR_EL1_AARCH32_RES0_BITS; 63:32 are in both */
  readonly aarch64Res0: number
  readonly aarch32Res0: number
  /** user_regs_reset_single_step (v5.8): SS := TIF_SINGLESTEP; before: SS cleared if the flag is clear, else as given */
  readonly ssFollowsFlag: boolean
  /** handle_signal ends with user_fastforward_single_step (before v5.8) */
  readonly fastforwardsIntoHandler: boolean
  /** signal delivery sets BTYPE and clears TCO; TIF_MTE_ASYNC_FAULT exists */
  readonly knowsBti: boolean
  readonly knowsMte: boolean
  /**
   * where CNTKCTL_EL1.EL0VCTEN is written: `exit` in kernel_exit by pstate (v5.4); `change` in __switch_to when is_compat_thread differs (v5.11);
   * `always` at every switch and in exec (v6.1); `tif` in __switch_to when TIF_32BIT differs, whatever CPU, and in exec (v6.12)
   */
  readonly cntkctl: 'exit' | 'change' | 'always' | 'tif'
  /** -ERESTARTNOINTR of the early return and -EINTR are cut to 32 bits, too (syscall_set_return_value everywhere, v5.14) */
  readonly cutsErrnos: boolean
  /** words of the native NT_ARM_TLS: TPIDR2_EL0 came in v6.1 (and reads 0 without SME) */
  readonly tlsWords: 1 | 2
  /** start_thread keeps syscallno */
  readonly execKeepsSyscallno: boolean
  /** update_syscall_orig_x0_after_ptrace (v7.3 and stable trees of late 2026) */
  readonly resyncsOrigX0: boolean
  /** setup_rt_frame writes the siginfo before it changes registers (v7.3) */
  readonly siginfoFirst: boolean
  /** ssbs_thread_switch sets SSBS although all CPUs have it (before v5.6) */
  readonly switchSetsSsbs: boolean
  /** tls_thread_switch leaves TPIDRRO_EL0 alone for a native next task with KPTI (v4.16 to v6.12) */
  readonly switchTrustsKpti: boolean
  /** syscall_set_return_value cuts where its site says so (v5.8) */
  readonly cutsReturnValues: boolean
  /** the module tango32 is loaded: parts of its ioctl run with TIF_32BIT of the calling task set */
  readonly tango32: boolean
  /** syscall_trace_exit reports a step instead of the exit under TIF_SINGLESTEP (v5.8) */
  readonly stepsAtExit: boolean
  /** the seccomp filter still runs after a tracer has made the number -1 (v5.12) */
  readonly seccompAfterSkip: boolean
  /** get_signal hides the tag of a fault address unless SA_EXPOSE_TAGBITS is set (v5.11) */
  readonly hidesTagBits: boolean
  /** mmap takes the tag off its address (v5.4) */
  readonly mmapUntags: boolean
  /** an allocator of the series' own refuses MAP_FIXED beyond TASK_SIZE_32 */
  readonly ownAllocator: boolean
  /** MTE's synchronous and asynchronous mode exclude each other in prctl (before v5.16) */
  readonly oneTagCheckMode: boolean
  /** SYSCALL_DEFINE wrappers take their first argument from orig_x0, in both tables (v7.3) */
  readonly firstArgumentIsOrigX0: boolean
  /** clone3: flags it knows, low bits it refuses, sizeof(struct clone_args) */
  readonly clone3: { readonly known: bigint, readonly reserved: bigint, readonly size: 64 | 88 }
  /** __seccomp_filter dumps core and ends the task for KILL actions (before v5.15); later it forces SIGSYS with HANDLER_EXIT */
  readonly seccompKillsAtOnce: boolean
  /** anonymous mappings of type MAP_DROPPABLE (v6.11) */
  readonly mapDroppable: boolean
  /** KSTK_EIP of current */
  kstkEip(task: Task): bigint
  /** do_el0_svc from AArch64: is this a 32-bit call, and its number (low 32 bits); sets the variant's flag */
  doEl0Svc(task: Task, imm: bigint): { fake: boolean, number: bigint }
  /** the end of el0_svc_common (not its early return) */
  endOfCommon(task: Task): void
  /** the rest of do_el0_svc after a call to el0_svc_common in the compat table */
  endOfFakeCall(task: Task): void
  /** SET_PERSONALITY and COMPAT_SET_PERSONALITY beyond TIF_32BIT */
  setPersonality(task: Task, bits: 32 | 64): void
  /** arch_setup_new_exec */
  setupNewExec(task: Task): void
}
