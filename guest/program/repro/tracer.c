/* Tracers: this program itself, and an AArch32 task. */
/* Into this program's own memory, wherever the trace has it: at 0 as well. */
static MAYBE void fill(uintptr_t to, const void *from, size_t length)
{
	volatile unsigned char *p = (volatile unsigned char *)to;
	for (size_t i = 0; i < length; i++)
		p[i] = ((const unsigned char *)from)[i];
}

/* A system call of this program, with the immediate and both number registers as given. */
static MAYBE uint64_t call(int imm, uint64_t n7, uint64_t n8, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	register uint64_t x0 asm("x0") = a;
	register uint64_t x1 asm("x1") = b;
	register uint64_t x2 asm("x2") = c;
	register uint64_t x3 asm("x3") = d;
	register uint64_t x7 asm("x7") = n7;
	register uint64_t x8 asm("x8") = n8;
	if (imm == 1)
		asm volatile("svc #1" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x7), "r"(x8) : "memory");
	else
		asm volatile("svc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3), "r"(x7), "r"(x8) : "memory");
	return x0;
}

/* A ptrace call of an AArch32 task: the tracee is let go, stopped, for as long as it takes; a stop and a change of tracer leave its registers alone. */
static MAYBE uint64_t call_by32(struct task *tracer, struct task *t, uint32_t request, uint32_t addr, uint32_t data)
{
	uint64_t result;
	ptrace(PTRACE_DETACH, t->pid, 0, SIGSTOP);
	if (remote(tracer, 26, PTRACE_ATTACH, t->pid, 0, 0, 0) != 0)
		printf("# the AArch32 tracer cannot attach\n");
	remote(tracer, 114, t->pid, 0, 0x40000000, 0, 0);	/* wait4, __WALL */
	result = remote(tracer, 26, request, t->pid, addr, data, 0);
	remote(tracer, 26, PTRACE_DETACH, t->pid, 0, SIGSTOP, 0);
	ptrace(PTRACE_ATTACH, t->pid, 0, 0);
	waitpid(t->pid, &t->status, __WALL);
	t->status = SIGTRAP << 8 | 0x7f;	/* it stands where it stood */
	return result;
}
