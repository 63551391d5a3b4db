/** The functions that are looked at when nobody names one: what the model mirrors. A name that a tree does not have is `not lifted`. */
export const modelledFunctions: readonly string[] = [
  'compat_psr_to_pstate', 'pstate_to_compat_psr', 'valid_compat_regs', 'valid_native_regs', 'valid_user_regs', 'user_regs_reset_single_step', 'user_rewind_single_step', 'user_fastforward_single_step',
  'is_compat_task', 'is_compat_thread', 'in_compat_syscall', 'tls_thread_flush', 'tls_preserve_current_state', 'tls_thread_switch', 'copy_thread', 'erratum_1418040_thread_switch', 'arch_setup_new_exec', '__switch_to',
  'task_user_regset_view', 'compat_get_user_reg', 'compat_gpr_set', 'gpr_set', 'tls_set', 'compat_tls_set', 'compat_tls_get', 'system_call_set', 'compat_ptrace_write_user', 'compat_ptrace_read_user',
  'compat_restore_sigframe', 'compat_restore_vfp_context', 'compat_sys_sigreturn', 'compat_sys_rt_sigreturn', 'compat_setup_return', 'setup_return', 'compat_setup_restart_syscall', 'setup_restart_syscall',
  'compat_arm_syscall', 'do_compat_cache_op', 'do_ni_syscall', 'invoke_syscall', 'el0_svc_common', 'do_el0_svc', 'do_el0_svc_compat', 'syscall_get_arch', 'syscall_set_return_value', 'syscall_get_error', 'syscall_get_return_value',
  'syscall_rollback', 'tracehook_report_syscall', 'report_syscall', 'syscall_trace_enter', 'compat_start_thread', 'start_thread', 'forget_syscall', 'handle_signal', 'do_signal', 'restore_sigframe',
]
