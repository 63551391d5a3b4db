// SPDX-License-Identifier: GPL-2.0
// v4 7/8, signal32.c only: an AArch64 task gets badframe before the frame is read.
// compat_check=sigreturn adds the same to the other variants.

@refuse@
@@
 current->restart_block.fn = do_no_restart_syscall;
+if (compat_sigreturn_refused())
+goto badframe;
