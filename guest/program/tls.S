/* SPDX-License-Identifier: MIT */
/* An image that reads its TLS registers before anything else, and again after a stop; and how it goes on to the other width.
 * At the offsets the probe knows: 0 the reading, 0x80 TLS is set and the other image executed, 0xe00 its path. */
	.section .page, "awx", %progbits
	.globl _start
_start:
#ifdef __aarch64__
	mrs x20, tpidr_el0
	mrs x21, tpidrro_el0
	brk #0
	mrs x22, tpidr_el0
	mrs x23, tpidrro_el0
	brk #0
	.org 0x80
	msr tpidr_el0, x20
	mov x0, #0xe00
	movk x0, #0x40, lsl #16
	mov x1, #0
	mov x2, #0
	mov x8, #221
	svc #0
	brk #0
	.org 0xe00
	.asciz "/tls32"
#else
	.arm
	mrc p15, 0, r4, c13, c0, 2
	mrc p15, 0, r5, c13, c0, 3
	.inst 0xe7f001f0
	mrc p15, 0, r6, c13, c0, 2
	mrc p15, 0, r8, c13, c0, 3
	.inst 0xe7f001f0
	.org 0x80
	mcr p15, 0, r5, c13, c0, 2
	mov r0, r4
	movw r7, #5
	movt r7, #0xf
	svc #0
	movw r0, #0x0e00
	movt r0, #1
	mov r1, #0
	mov r2, #0
	mov r7, #11
	svc #0
	.inst 0xe7f001f0
	.org 0xe00
	.asciz "/tls64"
#endif
	.org 0xffc
	.word 0
