// SPDX-License-Identifier: GPL-2.0
// RFC v2: the sites that ask for an AArch32 task, not for a compat call. Where the
// base has a sibling that v5.11 lacks (do_sme_acc, TPIDR2), it goes with its sibling.

@task_sites@
identifier f =~ "^(do_sve_acc|do_sme_acc|tls_thread_flush|tls_preserve_current_state|arch_setup_new_exec|ptrace_hbptriggered|handle_signal|do_ni_syscall)$";
@@
 f(...)
 {
 <...
-is_compat_task()
+is_aarch32_compat_task()
 ...>
 }

@thread_sites@
identifier f =~ "^(is_compat_bp|perf_reg_abi|copy_thread|tls_thread_switch|task_user_regset_view|valid_user_regs)$";
expression e;
@@
 f(...)
 {
 <...
-is_compat_thread(e)
+is_aarch32_compat_thread(e)
 ...>
 }

@tls@
expression t;
@@
-task_user_tls(t)
+aarch32_task_user_tls(t)
