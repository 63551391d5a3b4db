/* SPDX-License-Identifier: MIT */
/* A task with one page, at the address the traces start from: 0x400000, or 0x10000 for AArch32. */
	.section .page, "awx", %progbits
	.globl _start
_start:
#ifdef __aarch64__
	brk #0
#else
	udf #0
#endif
	.space 4088
