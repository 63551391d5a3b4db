/* SPDX-License-Identifier: MIT */
/* The tasks that a script traces, by slot. */
#ifndef TRACEES_H
#define TRACEES_H
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "protocol.h"

extern pid_t pids[SLOTS];	/* 0: none */
extern int widths[SLOTS];	/* 64 or 32 */
extern volatile sig_atomic_t ticks;	/* of the clock that ends a task which runs wild */

void kill_slot(int slot);
int wait_slot(int slot, int *status);
long regset(int request, int slot, unsigned long type, void *buf, size_t *length);
uint64_t remote(int slot, const uint64_t *arg);
void spawn(int slot, int bits);

#endif
