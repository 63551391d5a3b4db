/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <unistd.h>
#include <sys/syscall.h>
#include "call.h"

/* One system call of this program, with the immediate and both number registers as given. */
uint64_t raw_syscall(const uint64_t *arg)
{
#ifdef __aarch64__
	register uint64_t x0 asm("x0") = arg[3];
	register uint64_t x1 asm("x1") = arg[4];
	register uint64_t x2 asm("x2") = arg[5];
	register uint64_t x3 asm("x3") = arg[6];
	register uint64_t x4 asm("x4") = arg[7];
	register uint64_t x5 asm("x5") = arg[8];
	register uint64_t x7 asm("x7") = arg[1];
	register uint64_t x8 asm("x8") = arg[2];
	if (arg[0] == 1)
		asm volatile("svc #1" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x7), "r"(x8) : "memory");
	else
		asm volatile("svc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x7), "r"(x8) : "memory");
	return x0;
#else
	long result = syscall(arg[1], (long)arg[3], (long)arg[4], (long)arg[5], (long)arg[6], (long)arg[7], (long)arg[8]);
	return neg_errno(result);
#endif
}
