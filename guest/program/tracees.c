/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "call.h"
#include "record.h"
#include "tracees.h"

pid_t pids[SLOTS];
int widths[SLOTS];
volatile sig_atomic_t ticks;

void kill_slot(int slot)
{
	int status;
	if (!pids[slot])
		return;
	kill(pids[slot], SIGKILL);
	do {
		if (waitpid(pids[slot], &status, __WALL) < 0)
			break;
	} while (!WIFEXITED(status) && !WIFSIGNALED(status));
	pids[slot] = 0;
}

/* Two ticks without an answer: the task runs wild; it is killed and reported as -ETIMEDOUT. */
int wait_slot(int slot, int *status)
{
	int start = ticks;
	while (waitpid(pids[slot], status, __WALL) < 0) {
		if (errno != EINTR)
			return -errno;
		if (ticks - start >= 3) {
			kill_slot(slot);
			return -ETIMEDOUT;
		}
	}
	if (WIFEXITED(*status) || WIFSIGNALED(*status))
		pids[slot] = 0;
	return 0;
}

long regset(int request, int slot, unsigned long type, void *buf, size_t *length)
{
	struct iovec iov = { buf, *length };
	long result = syscall(SYS_ptrace, request, pids[slot], type, &iov);
	*length = iov.iov_len;
	return result;
}

/* The two instructions at the start of a task's first page, exchanged for others. */
static void swap_code(int slot, uintptr_t page, const uint32_t *code, uint32_t *old)
{
	struct iovec at = { (void *)page, 8 }, from = { (void *)code, 8 }, to = { old, 8 };
	if (old)
		process_vm_readv(pids[slot], &to, 1, &at, 1, 0);
	process_vm_writev(pids[slot], &from, 1, &at, 1, 0);
}

/* A system call of a stopped task: its registers and its code are as before afterwards. */
uint64_t remote(int slot, const uint64_t *arg)
{
	uint64_t saved[34], regs[34] = { 0 };
	size_t length = sizeof saved;
	int status, wide = widths[slot] == 64;
	uint32_t old[2];
	uint64_t result;

	regset(PTRACE_GETREGSET, slot, 1, saved, &length);
	if (wide) {
		static const uint32_t code[] = { 0xd4000001, 0xd4200000 }; /* svc #0; brk #0 */
		swap_code(slot, 0x400000, code, old);
		memcpy(regs, arg + 1, 6 * 8);
		regs[8] = arg[0];
		regs[32] = 0x400000;
	} else {
		static const uint32_t code[] = { 0xef000000, 0xe7f001f0 }; /* svc #0; the kernel's breakpoint */
		uint32_t *r = (uint32_t *)regs;
		swap_code(slot, 0x10000, code, old);
		for (int i = 0; i < 6; i++)
			r[i] = arg[1 + i];
		r[7] = arg[0];
		r[15] = 0x10000;
		r[16] = 0x10;
	}
	size_t set = length;
	regset(PTRACE_SETREGSET, slot, 1, regs, &set);
	ptrace(PTRACE_CONT, pids[slot], 0, 0);
	if (wait_slot(slot, &status) < 0 || !pids[slot])
		return (uint64_t)-ESRCH;
	set = length;
	regset(PTRACE_GETREGSET, slot, 1, regs, &set);
	result = wide ? regs[0] : (uint64_t)(int32_t)((uint32_t *)regs)[0];
	set = length;
	regset(PTRACE_SETREGSET, slot, 1, saved, &set);
	swap_code(slot, wide ? 0x400000 : 0x10000, old, NULL);
	return result;
}

void spawn(int slot, int bits)
{
	const char *path = bits & 0x100 ? bits & 64 ? "/tls64" : "/tls32" : bits == 64 ? "/child64" : "/child32";
	int status;
	pid_t pid;

	bits &= 0xff;
	kill_slot(slot);
	pid = fork();
	if (pid == 0) {
		char *const none[] = { NULL };
		struct itimerval off = { { 0, 0 }, { 0, 0 } };
		setitimer(ITIMER_REAL, &off, NULL);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execve(path, none, none);
		_exit(111);
	}
	pids[slot] = pid;
	widths[slot] = bits;
	put(neg_errno(pid));
	if (pid < 0 || wait_slot(slot, &status) < 0 || !pids[slot])
		return;
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_EXITKILL);
	if (sizeof(long) == 4 && bits == 64)
		return;		/* an AArch32 tracer cannot give it a 64-bit call */
	/* Nothing but its one page stays mapped: every other address faults, as in the model. */
	uint64_t base = bits == 64 ? 0x401000 : 0x11000;
	uint64_t ends[] = { 1ull << 48, 1ull << 42, 1ull << 39, 0xfffff000ull, 0xffff0000ull };
	for (int i = bits == 64 ? 0 : 3; i < 5; i++)
		if (remote(slot, (uint64_t[]){ bits == 64 ? 215 : 91, base, ends[i] - base, 0, 0, 0, 0 }) == 0)
			break;
}
