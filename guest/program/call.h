/* SPDX-License-Identifier: MIT */
/* System calls of the program itself, and what a result is in a record. */
#ifndef CALL_H
#define CALL_H
#include <errno.h>
#include <stdint.h>

static inline uint64_t neg_errno(long result) { return result < 0 ? (uint64_t)-(long)errno : (uint64_t)result; }

/* immediate, x7, x8, then six arguments -> x0 (AArch32: r7 is the number) */
uint64_t raw_syscall(const uint64_t *arg);

#endif
