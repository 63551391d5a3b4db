// SPDX-License-Identifier: GPL-2.0
// v4 7/8, signal32.c only: an AArch64 task gets badframe before the frame is read.

@refuse@
@@
 current->restart_block.fn = do_no_restart_syscall;
+if (compat_variant == COMPAT_VARIANT_V4_SERIES && !is_aarch32_compat_task())
+goto badframe;
