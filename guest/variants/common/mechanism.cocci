// SPDX-License-Identifier: GPL-2.0
// What every variant needs: the flag in thread_info, the predicates, the immediate of the SVC.

@flag@
@@
 struct thread_info {
 ...
 u32 cpu;
+u32 compat_call;
 };

@header@
@@
 #include <linux/sched/task_stack.h>
+#include <asm/compat-variants.h>

@task@
@@
 is_compat_task(void)
 {
-return test_thread_flag(TIF_32BIT);
+return test_thread_flag(TIF_32BIT) || compat_call_widens_task(current_thread_info());
 }

@thread@
identifier ti;
@@
 is_compat_thread(struct thread_info *ti)
 {
-return test_ti_thread_flag(ti, TIF_32BIT);
+return test_ti_thread_flag(ti, TIF_32BIT) || compat_call_widens_task(ti);
 }

@svc@
identifier regs;
@@
 el0_svc(struct pt_regs *regs
+, unsigned long esr
 )
 {
 <...
-do_el0_svc(regs);
+do_el0_svc(regs, esr);
 ...>
 }

@sync@
identifier regs;
@@
 el0t_64_sync_handler(struct pt_regs *regs)
 {
 <...
-el0_svc(regs);
+el0_svc(regs, esr);
 ...>
 }

@prototype@
@@
-void do_el0_svc(struct pt_regs *regs);
+void do_el0_svc(struct pt_regs *regs, unsigned long esr);

@dispatch@
identifier regs;
@@
-void do_el0_svc(struct pt_regs *regs)
+void do_el0_svc(struct pt_regs *regs, unsigned long esr)
 {
+int scno;
+if (compat_call_number(regs, esr, &scno)) {
+current_thread_info()->compat_call = 1;
+el0_svc_common(regs, scno, __NR_compat32_syscalls, compat_sys_call_table);
+compat_call_end_svc();
+return;
+}
 el0_svc_common(regs, regs->regs[8], __NR_syscalls, sys_call_table);
 }

@common_quick@
identifier flags;
@@
 if (!has_syscall_work(flags) && !(flags & _TIF_SINGLESTEP))
+{
+compat_call_end_common();
 return;
+}

@common_traced@
identifier regs;
@@
 el0_svc_common(struct pt_regs *regs, ...)
 {
 <...
 syscall_trace_exit(regs);
+compat_call_end_common();
 ...>
 }

@exec@
@@
 arch_setup_new_exec(void)
 {
 ...
+compat_call_exec();
 current->mm->context.flags = mmflags;
 ...
 }
