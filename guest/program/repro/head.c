/* Runs on any arm64 machine, as any user who may trace its own children. */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <asm/ptrace.h>

#ifndef NT_ARM_TLS
#define NT_ARM_TLS 0x401
#endif
#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif
/* a trace does not need all of these */
#define MAYBE __attribute__((unused))

static int tests, failures;

static void ok(int good, const char *what, uint64_t got, uint64_t want)
{
	tests++;
	failures += !good;
	if (good)
		printf("ok %d - %s: 0x%llx\n", tests, what, (unsigned long long)got);
	else
		printf("not ok %d - %s: 0x%llx, the trace has 0x%llx\n", tests, what, (unsigned long long)got, (unsigned long long)want);
}

struct task {
	pid_t pid;
	int bits;
	int status;		/* of the last stop */
	siginfo_t info;
	uint64_t regs[34];	/* x0..x30, sp, pc, pstate; of an AArch32 task r0..r14 and, as SPSR has it, pstate */
	uint64_t mapped[64];	/* pages, besides the first */
	int pages;
};

static long regset(struct task *t, int request, unsigned long type, void *data, size_t length)
{
	struct iovec iov = { data, length };
	return ptrace(request, t->pid, type, &iov);
}

/* PSR as user space sees it has DIT in bit 21, SPSR in bit 24. */
static uint32_t to_psr(uint64_t p) { return (p & ~(1u << 24 | 1u << 21)) | (p >> 24 & 1) << 21; }
static uint64_t to_pstate(uint32_t p) { return (p & ~(1u << 21)) | (p >> 21 & 1) << 24; }

static MAYBE void read_regs(struct task *t)
{
	if (t->bits == 64) {
		regset(t, PTRACE_GETREGSET, NT_PRSTATUS, t->regs, sizeof t->regs);
	} else {
		uint32_t r[18] = { 0 };
		regset(t, PTRACE_GETREGSET, NT_PRSTATUS, r, sizeof r);
		memset(t->regs, 0, sizeof t->regs);
		for (int i = 0; i < 15; i++)
			t->regs[i] = r[i];
		t->regs[32] = r[15];
		t->regs[33] = to_pstate(r[16]);
	}
}

static MAYBE long write_regs(struct task *t, const uint64_t *regs)
{
	uint32_t r[18] = { 0 };
	if (t->bits == 64)
		return regset(t, PTRACE_SETREGSET, NT_PRSTATUS, (void *)regs, 34 * 8);
	for (int i = 0; i < 15; i++)
		r[i] = regs[i];
	r[15] = regs[32];
	r[16] = to_psr(regs[33]);
	return regset(t, PTRACE_SETREGSET, NT_PRSTATUS, r, sizeof r);
}

static MAYBE void go(struct task *t, int signo)
{
	ptrace(PTRACE_CONT, t->pid, 0, signo);
	waitpid(t->pid, &t->status, __WALL);
	memset(&t->info, 0, sizeof t->info);
	if (WIFSTOPPED(t->status)) {
		ptrace(PTRACE_GETSIGINFO, t->pid, 0, &t->info);
		read_regs(t);
	}
}

static MAYBE void poke(struct task *t, uint64_t address, const void *data, size_t length)
{
	struct iovec from = { (void *)data, length }, to = { (void *)(uintptr_t)address, length };
	if (process_vm_writev(t->pid, &from, 1, &to, 1, 0) != (ssize_t)length)
		printf("# 0x%llx cannot be written: %s\n", (unsigned long long)address, strerror(errno));
}

static MAYBE uint64_t page_of(struct task *t) { return t->bits == 64 ? 0x400000 : 0x10000; }

/* A system call made by the stopped task; its registers are as before afterwards. */
static MAYBE uint64_t remote(struct task *t, uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	static const uint32_t code64[] = { 0xd4000001, 0xd4200000 }, code32[] = { 0xef000000, 0xe7f001f0 };
	uint64_t saved[34], regs[34] = { a, b, c, d, e, 0 }, result;
	read_regs(t);
	memcpy(saved, t->regs, sizeof saved);
	poke(t, page_of(t) + 0xff0, t->bits == 64 ? code64 : code32, 8);
	regs[t->bits == 64 ? 8 : 7] = number;
	regs[32] = page_of(t) + 0xff0;
	regs[33] = t->bits == 64 ? 0 : 0x10;
	write_regs(t, regs);
	go(t, 0);
	result = t->regs[0];
	write_regs(t, saved);
	read_regs(t);
	return result;
}

static MAYBE void map(struct task *t, uint64_t address, uint64_t length)
{
	for (uint64_t page = address & ~4095ull; page < address + length; page += 4096) {
		int there = page == page_of(t);
		for (int i = 0; i < t->pages; i++)
			there |= t->mapped[i] == page;
		if (there)
			continue;
		if (remote(t, t->bits == 64 ? 222 : 192, page, 4096, 7, 0x32, -1) != page)
			printf("# 0x%llx cannot be mapped\n", (unsigned long long)page);
		else if (t->pages < 64)
			t->mapped[t->pages++] = page;
	}
}

/* An image of one page that begins with this code, as a file that only this program has. */
static MAYBE int image_of(int bits, const uint32_t *code, size_t length)
{
	static unsigned char image[8192];
	int fd = memfd_create("image", MFD_CLOEXEC);
	memset(image, 0, sizeof image);
	if (bits == 64) {
		Elf64_Ehdr e = { .e_type = ET_EXEC, .e_machine = EM_AARCH64, .e_version = 1, .e_entry = 0x400000, .e_phoff = sizeof e, .e_ehsize = sizeof e, .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1 };
		Elf64_Phdr p = { .p_type = PT_LOAD, .p_flags = 7, .p_offset = 4096, .p_vaddr = 0x400000, .p_paddr = 0x400000, .p_filesz = 4096, .p_memsz = 4096, .p_align = 4096 };
		memcpy(e.e_ident, ELFMAG "\2\1\1", 7);
		memcpy(image, &e, sizeof e);
		memcpy(image + sizeof e, &p, sizeof p);
	} else {
		Elf32_Ehdr e = { .e_type = ET_EXEC, .e_machine = EM_ARM, .e_version = 1, .e_entry = 0x10000, .e_phoff = sizeof e, .e_flags = 0x5000400, .e_ehsize = sizeof e, .e_phentsize = sizeof(Elf32_Phdr), .e_phnum = 1 };
		Elf32_Phdr p = { .p_type = PT_LOAD, .p_flags = 7, .p_offset = 4096, .p_vaddr = 0x10000, .p_paddr = 0x10000, .p_filesz = 4096, .p_memsz = 4096, .p_align = 4096 };
		memcpy(e.e_ident, ELFMAG "\1\1\1", 7);
		memcpy(image, &e, sizeof e);
		memcpy(image + sizeof e, &p, sizeof p);
	}
	if (length)
		memcpy(image + 4096, code, length);
	if (fd < 0 || write(fd, image, sizeof image) != (ssize_t)sizeof image) {
		printf("Bail out! no memfd: %s\n", strerror(errno));
		exit(1);
	}
	return fd;
}

/* A task right after execve of an image that consists of one empty page. */
static MAYBE void start(struct task *t, int bits)
{
	int fd = image_of(bits, NULL, 0);
	t->bits = bits;
	t->pages = 0;
	t->pid = fork();
	if (t->pid == 0) {
		char *none[] = { NULL };
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		syscall(SYS_execveat, fd, "", none, none, AT_EMPTY_PATH);
		_exit(111);
	}
	close(fd);
	waitpid(t->pid, &t->status, __WALL);
	if (!WIFSTOPPED(t->status)) {
		printf("1..0 # SKIP no %d-bit tasks here\n", bits);
		exit(0);
	}
	ptrace(PTRACE_SETOPTIONS, t->pid, 0, PTRACE_O_EXITKILL);
	read_regs(t);
}

/* SVC with its immediate at the pc, a breakpoint behind it. */
static MAYBE void put_svc(struct task *t, uint64_t pc, unsigned int imm, int thumb)
{
	uint32_t code64[] = { 0xd4000001 | imm << 5, 0xd4200000 }, code32[] = { 0xef000000 | imm, 0xe7f001f0 };
	uint16_t code16[] = { 0xdf00 | imm, 0xde01 };
	map(t, pc, 8);
	if (t->bits == 64)
		poke(t, pc, code64, 8);
	else
		poke(t, pc, thumb ? (void *)code16 : (void *)code32, thumb ? 4 : 8);
}

static MAYBE void put_breakpoint(struct task *t, uint64_t pc, int thumb)
{
	uint32_t code64 = 0xd4200000, code32 = 0xe7f001f0;
	uint16_t code16 = 0xde01;
	map(t, pc, 4);
	if (t->bits == 64)
		poke(t, pc, &code64, 4);
	else
		poke(t, pc, thumb ? (void *)&code16 : (void *)&code32, thumb ? 2 : 4);
}

/* Each register of the trace, and how the task stands there (signo 0: by whatever the memory it has come to makes of it). `leave_out`: bits of pstate that hardware decides; `unknown`: registers that the trace leaves open. */
static MAYBE void check(struct task *t, const char *name, int signo, const uint64_t *want, uint64_t leave_out, uint64_t unknown)
{
	char what[64];
	snprintf(what, sizeof what, "%s stops with signal", name);
	ok(WIFSTOPPED(t->status) && (!signo || WSTOPSIG(t->status) == signo), what, WIFSTOPPED(t->status) ? WSTOPSIG(t->status) : 0, signo);
	for (int i = 0; i < 34; i++) {
		uint64_t mask = i == 33 ? ~leave_out : ~0ull;
		int sure = want[i] != 0 || t->regs[i] != want[i];
		if ((t->bits == 32 && i > 14 && i < 32) || unknown >> i & 1)
			continue;
		if (!sure && i < 31 && i > 0)
			continue;	/* a register that is zero in both is not worth a line */
		snprintf(what, sizeof what, i < 31 ? "%s x%d" : i == 31 ? "%s sp" : i == 32 ? "%s pc" : "%s pstate", name, i);
		ok((t->regs[i] & mask) == (want[i] & mask), what, t->regs[i], want[i]);
	}
}
