/* SPDX-License-Identifier: MIT */
/* /init of the guest, and the same program built for AArch32: runs scripts (protocol.h) on traced tasks. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "boot.h"
#include "call.h"
#include "protocol.h"
#include "record.h"
#include "tracees.h"

static void tick(int signo) { (void)signo; ticks++; }

static uint64_t resolve(uint64_t word)
{
	unsigned long message = 0;
	if (word - CHILD_BASE < SLOTS) {
		ptrace(PTRACE_GETEVENTMSG, pids[word - CHILD_BASE], 0, &message);
		return message;
	}
	return word - PID_BASE < SLOTS ? (uint64_t)pids[word - PID_BASE] : word;
}

/* Runs one command; returns how many words it took, or 0 when it is not a command. */
static size_t step(const uint64_t *w)
{
	static char bytes[1 << 16];
	int slot = (w[0] >> 8) & (SLOTS - 1), status = 0;
	size_t length;
	long result;

	switch (w[0] & 0xff) {
	case CMD_SPAWN:
		spawn(slot, w[1]);
		return 2;
	case CMD_SETREGSET:
		length = w[2];
		result = regset(PTRACE_SETREGSET, slot, w[1], (void *)(w + 3), &length);
		put(neg_errno(result));
		put(length);
		return 3 + (w[2] + 7) / 8;
	case CMD_GETREGSET:
		length = w[2];
		memset(bytes, 0, w[2]);
		result = regset(PTRACE_GETREGSET, slot, w[1], bytes, &length);
		put(neg_errno(result));
		put(length);
		put_bytes(bytes, w[2]);
		return 3;
	case CMD_POKE: {
		struct iovec from = { (void *)(w + 3), w[2] }, to = { (void *)(uintptr_t)w[1], w[2] };
		put(neg_errno(process_vm_writev(pids[slot], &from, 1, &to, 1, 0)));
		return 3 + (w[2] + 7) / 8;
	}
	case CMD_PEEK: {
		struct iovec to = { bytes, w[2] }, from = { (void *)(uintptr_t)w[1], w[2] };
		memset(bytes, 0, w[2]);
		put(neg_errno(process_vm_readv(pids[slot], &to, 1, &from, 1, 0)));
		put_bytes(bytes, w[2]);
		return 3;
	}
	case CMD_CONT:
		put(neg_errno(syscall(SYS_ptrace, (long)w[1], pids[slot], 0L, (long)w[2])));
		return 3;
	case CMD_WAIT: {
		siginfo_t info = { 0 };
		result = pids[slot] ? wait_slot(slot, &status) : -ESRCH;
		if (result == 0 && pids[slot] && WIFSTOPPED(status))
			syscall(SYS_ptrace, PTRACE_GETSIGINFO, pids[slot], 0, &info);
		put(result < 0 ? (uint64_t)result : (uint64_t)status);
		put(info.si_signo);
		put((uint64_t)info.si_code);
		put((uint64_t)(uintptr_t)info.si_addr);
		return 1;
	}
	case CMD_REMOTE:
		put(pids[slot] ? remote(slot, w + 1) : (uint64_t)-ESRCH);
		return 8;
	case CMD_SYSCALL: {
		uint64_t arg[9];
		for (int i = 0; i < 9; i++)
			arg[i] = resolve(w[1 + i]);
		put(raw_syscall(arg));
		return 10;
	}
	case CMD_WRITE:
		memcpy((void *)(uintptr_t)w[1], w + 3, w[2]);
		return 3 + (w[2] + 7) / 8;
	case CMD_READ:
		put_bytes((void *)(uintptr_t)w[1], w[2]);
		return 3;
	case CMD_KILL:
		kill_slot(slot);
		return 1;
	case CMD_ADOPT: {
		pid_t pid = resolve(w[1]);
		if (pids[slot] != pid)	/* it may be handed over a second time */
			kill_slot(slot);
		pids[slot] = pid;
		widths[slot] = w[2];
		result = wait_slot(slot, &status);
		put(result < 0 ? (uint64_t)result : (uint64_t)status);
		return 3;
	}
	case CMD_REQUEST: {
		unsigned long out[16] = { 0 };
		uint64_t data = w[3] == (uint64_t)-1 ? (uint64_t)(uintptr_t)out : w[3];
		put(neg_errno(syscall(SYS_ptrace, (long)w[1], pids[slot], (long)w[2], (long)data)));
		put_bytes(out, 96);
		return 4;
	}
	case CMD_INFO:
		length = describe_machine(bytes, sizeof bytes);
		put(length);
		put_bytes(bytes, length);
		return 1;
	case CMD_CORE:
		memset(bytes, 0, w[1]);
		put(take_core(bytes, w[1]));
		put_bytes(bytes, w[1]);
		return 2;
	}
	return 0;
}

/* Reads a request from `in`, answers on `out`. Returns 0 at the end of the input. */
static int serve(int in, int out, int twin_in, int twin_out)
{
	uint64_t head[4], *scripts;

	if (!read_all(in, head, sizeof head) || head[0] != PROTOCOL_MAGIC)
		return 0;
	scripts = malloc(head[3] + 8);
	if (!read_all(in, scripts, head[3]))
		return 0;
	if (head[1] == 32 && twin_in >= 0) {
		head[1] = 64;
		write_all(twin_out, head, sizeof head);
		write_all(twin_out, scripts, head[3]);
		read_all(twin_in, head, sizeof head);
		scripts = realloc(scripts, head[3] + 8);
		read_all(twin_in, scripts, head[3]);
		write_all(out, head, sizeof head);
		write_all(out, scripts, head[3]);
		free(scripts);
		return 1;
	}
	record_words = 0;
	const uint64_t *w = scripts;
	for (uint64_t n = 0; n < head[2]; n++) {
		const uint64_t *end = w + 1 + w[0];
		size_t start = record_words, taken = 1;
		put(0);
		for (w++; w < end && taken; w += taken)
			taken = step(w);
		w = end;
		record[start] = record_words - start - 1;
	}
	head[3] = record_words * 8;
	write_all(out, head, sizeof head);
	write_all(out, record, head[3]);
	free(scripts);
	return 1;
}

int main(int argc, char **argv)
{
	int port = 0, out = 1, to_twin[2] = { -1, -1 }, from_twin[2] = { -1, -1 };
	struct sigaction act = { .sa_handler = tick };
	struct itimerval second = { { 1, 0 }, { 1, 0 } };

	signal(SIGPIPE, SIG_IGN);
	if (getpid() == 1) {
		port = out = boot();
		if (pipe(to_twin) == 0 && pipe(from_twin) == 0 && fork() == 0) {
			dup2(to_twin[0], 0);
			dup2(from_twin[1], 1);
			close(to_twin[1]);
			close(from_twin[0]);
			execl("/lab32", "lab32", (char *)0);
			_exit(111);
		}
		close(to_twin[0]);
		close(from_twin[1]);
	}
	(void)argc;
	(void)argv;
	mmap((void *)SCRATCH, SCRATCH_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &second, NULL);
	while (serve(port, out, from_twin[0], to_twin[1]))
		;
	if (getpid() == 1)
		power_off();
	return 0;
}
