// SPDX-License-Identifier: GPL-2.0
// Deliberately broken kernels, one chosen by compat_mutant= on the command line.

@tls_switch@
@@
 tls_thread_switch(...)
 {
 <...
-write_sysreg(0, tpidrro_el0);
+if (!(compat_mutant_is(MUTANT_TLS_SWITCH) && arm64_kernel_unmapped_at_el0()))
+write_sysreg(0, tpidrro_el0);
 ...>
 }

@tls_preserve@
expression slot;
@@
 tls_preserve_current_state(...)
 {
+if (!(compat_mutant_is(MUTANT_TLS_PRESERVE) && is_aarch32_compat_task()))
 *slot = read_sysreg(tpidr_el0);
 ...
 }

@sanitise_native@
identifier regs;
@@
 valid_native_regs(struct user_pt_regs *regs)
 {
-regs->pstate &= ~SPSR_EL1_AARCH64_RES0_BITS;
+regs->pstate &= ~SPSR_EL1_AARCH64_RES0_BITS |
+		(compat_mutant_is(MUTANT_SANITISE_NATIVE) ? PSR_PAN_BIT : 0);
 ...
 }

@sanitise_compat@
identifier regs;
@@
 valid_compat_regs(struct user_pt_regs *regs)
 {
 <...
-(regs->pstate & PSR_AA32_A_BIT) == 0
+((regs->pstate & PSR_AA32_A_BIT) == 0 || compat_mutant_is(MUTANT_SANITISE_COMPAT))
 ...>
 }

@dispatch_private@
@@
 do_ni_syscall(...)
 {
 <...
-if (is_aarch32_compat_task())
+if (is_aarch32_compat_task() || compat_mutant_is(MUTANT_DISPATCH_PRIVATE))
 { ... }
 ...>
 }

@dispatch_stop@
@@
 report_syscall(...)
 {
 <...
-is_compat_task() ? 12 : 7
+is_compat_task() || compat_mutant_is(MUTANT_DISPATCH_STOP) ? 12 : 7
 ...>
 }

@dispatch_number@
identifier regs;
@@
 do_el0_svc(struct pt_regs *regs, ...)
 {
 <...
-el0_svc_common(regs, regs->regs[8], __NR_syscalls, sys_call_table);
+el0_svc_common(regs, compat_mutant_is(MUTANT_DISPATCH_NUMBER) ?
+	       regs->regs[8] & 0x7fffffff : regs->regs[8],
+	       __NR_syscalls, sys_call_table);
 ...>
 }
