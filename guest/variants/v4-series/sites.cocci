// SPDX-License-Identifier: GPL-2.0
// v4: what belongs to the call asks in_compat_syscall(), the rest stays on TIF_32BIT.

@thread_sites@
identifier f =~ "^(syscall_get_return_value|syscall_set_return_value|syscall_get_arch)$";
expression e;
@@
 f(...)
 {
 <...
-is_compat_thread(e)
+thread_in_compat_syscall(e)
 ...>
 }

@task_sites@
identifier f =~ "^(arch_trace_is_compat_syscall|task_user_regset_view)$";
@@
 f(...)
 {
 <...
-is_compat_task()
+in_compat_syscall()
 ...>
 }

@personality@
@@
 load_elf_binary(...)
 {
 <...
 SET_PERSONALITY2(...);
+compat_call_personality(is_aarch32_compat_task());
 ...>
 }
