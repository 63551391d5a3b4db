/* The rest of what a reproducer may need: calls stopped at their entry and exit, children, filters, chosen addresses, cores. */
/* On to the entry or the exit of the task's system call. */
static MAYBE void go_to_stop(struct task *t)
{
	ptrace(PTRACE_SYSCALL, t->pid, 0, 0);
	waitpid(t->pid, &t->status, __WALL);
	read_regs(t);
}

static MAYBE void step(struct task *t)
{
	ptrace(PTRACE_SINGLESTEP, t->pid, 0, 0);
	waitpid(t->pid, &t->status, __WALL);
	memset(&t->info, 0, sizeof t->info);
	if (WIFSTOPPED(t->status)) {
		ptrace(PTRACE_GETSIGINFO, t->pid, 0, &t->info);
		read_regs(t);
	}
}

/* x0 at the exit of a call: what a call that the trace leaves open has returned there. */
static MAYBE void set_result(struct task *t, uint64_t value)
{
	regset(t, PTRACE_SETREGSET, NT_PRSTATUS, &value, t->bits / 8);
}

/* A signal that is pending when the task goes on, and that its tracer lets fall: do_signal() with nothing to deliver. */
static MAYBE void go_past_signal(struct task *t)
{
	kill(t->pid, SIGSTOP);
	go(t, 0);
}

/* At the entry of a call: another number (NT_ARM_SYSTEM_CALL). */
static MAYBE void set_number(struct task *t, uint32_t number) { regset(t, PTRACE_SETREGSET, NT_ARM_SYSTEM_CALL, &number, sizeof number); }

/* The first argument of the last call, which a compat view shows as orig_r0. */
static MAYBE void set_orig_x0(struct task *t, uint64_t value) { remote(t, t->bits == 64 ? 172 : 20, value, 0, 0, 0, 0); }

/* What a task does itself right before it enters the kernel, because a stop in between would show. */
static MAYBE void put_code(struct task *t, uint64_t address, const uint32_t *code, size_t length)
{
	map(t, address, length);
	poke(t, address, code, length);
}

/* rt_sigaction of the task. */
static MAYBE void set_handler(struct task *t, int signo, uint64_t entry, uint64_t flags, uint64_t restorer)
{
	uint64_t wide[4] = { entry, flags, restorer }, at = page_of(t) + 0xe00;
	uint32_t narrow[5] = { entry, flags, restorer };
	if (t->bits == 64)
		poke(t, at, wide, sizeof wide);
	else
		poke(t, at, narrow, sizeof narrow);
	if (remote(t, t->bits == 64 ? 134 : 174, signo, at, 0, 8, 0) != 0)
		printf("# no handler for signal %d\n", signo);
}

/* Memory of the trace: index of a word, its value, and the bits that count. */
static MAYBE void check_words(struct task *t, const char *what, uint64_t base, const uint32_t (*want)[3], int count)
{
	for (int i = 0; i < count; i++) {
		uint32_t got = 0;
		struct iovec to = { &got, 4 }, from = { (void *)(uintptr_t)(base + 4 * want[i][0]), 4 };
		char name[64];
		process_vm_readv(t ? t->pid : getpid(), &to, 1, &from, 1, 0);
		snprintf(name, sizeof name, "%s word %u", what, want[i][0]);
		ok((got & want[i][2]) == (want[i][1] & want[i][2]), name, got, want[i][1]);
	}
}

/* At the entry of a call: its number, and the architecture that seccomp and audit see. */
static MAYBE void check_entry(struct task *t, const char *name, uint32_t number, uint32_t arch)
{
	struct { uint8_t op, pad[3]; uint32_t arch; uint64_t rest[10]; } info = { 0 };
	uint32_t got = 0;
	char what[64];
	regset(t, PTRACE_GETREGSET, NT_ARM_SYSTEM_CALL, &got, sizeof got);
	ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof info, &info);
	snprintf(what, sizeof what, "%s system call number", name);
	ok(got == number, what, got, number);
	snprintf(what, sizeof what, "%s audit architecture", name);
	ok(info.arch == arch, what, info.arch, arch);
}

/* TPIDR_EL0, or TPIDRURO of an AArch32 task. */
static MAYBE void set_tls(struct task *t, uint64_t value) { regset(t, PTRACE_SETREGSET, NT_ARM_TLS, &value, t->bits / 8); }

static MAYBE void check_tls(struct task *t, const char *name, uint64_t want)
{
	uint64_t got[2] = { 0 };
	char what[64];
	regset(t, PTRACE_GETREGSET, NT_ARM_TLS, got, t->bits / 8);
	snprintf(what, sizeof what, "%s NT_ARM_TLS", name);
	ok(got[0] == want, what, got[0], want);
}

/* The task makes its clone; `child` is stopped before its first instruction. */
static MAYBE void go_to_child(struct task *t, struct task *child)
{
	unsigned long pid = 0;
	ptrace(PTRACE_SETOPTIONS, t->pid, 0, PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE);
	go(t, 0);
	if (!WIFSTOPPED(t->status) || t->status >> 16 == 0)
		return;
	ptrace(PTRACE_GETEVENTMSG, t->pid, 0, &pid);
	child->pid = pid;
	child->bits = t->bits;
	memcpy(child->mapped, t->mapped, sizeof t->mapped);
	child->pages = t->pages;
	waitpid(child->pid, &child->status, __WALL);
	read_regs(child);
	go(t, 0);
}

/* A filter that answers one call of one architecture; every other passes. */
static MAYBE void filter(struct task *t, uint32_t number, uint32_t arch, uint32_t answer)
{
	struct { uint16_t code; uint8_t jt, jf; uint32_t k; } program[] = {
		{ 0x20, 0, 0, 0 }, { 0x15, 0, 3, number }, { 0x20, 0, 0, 4 }, { 0x15, 0, 1, arch }, { 0x06, 0, 0, answer }, { 0x06, 0, 0, 0x7fff0000 },
	};
	uint64_t at = page_of(t) + 0xe00, length = sizeof program / sizeof program[0], pointer = at + 16;
	if (t->bits == 32)
		length |= pointer << 32;
	poke(t, at, &length, 8);
	poke(t, at + 8, &pointer, 8);
	poke(t, at + 16, program, sizeof program);
	remote(t, t->bits == 64 ? 167 : 172, 38, 1, 0, 0, 0);	/* PR_SET_NO_NEW_PRIVS */
	if (remote(t, t->bits == 64 ? 167 : 172, 22, 2, at, 0, 0) != 0)
		printf("# the filter is refused\n");
}

/* Descriptor 0 becomes a file that can be mapped. */
static MAYBE void mappable_file(struct task *t)
{
	uint64_t at = page_of(t) + 0xe00, fd;
	poke(t, at, "/proc/self/exe", 15);
	fd = remote(t, t->bits == 64 ? 56 : 322, -100, at, 0, 0, 0);
	remote(t, t->bits == 64 ? 24 : 358, fd, 0, 0, 0, 0);
}

/* Nothing but `length` bytes at `address` stays free, so that the kernel has no choice. */
static MAYBE void leave_free(struct task *t, uint64_t address, uint64_t length)
{
	uint64_t from = 4096, end = t->bits == 64 ? 1ull << 48 : 0xffff0000ull, gaps[64][2];
	char path[32], line[256];
	int n = 0, more = 1;
	FILE *maps;
	snprintf(path, sizeof path, "/proc/%d/maps", t->pid);
	maps = fopen(path, "r");
	while (maps && more && n < 62) {
		unsigned long low = end, high = end;
		more = fgets(line, sizeof line, maps) && sscanf(line, "%lx-%lx", &low, &high) == 2;
		uint64_t here = address >= from && address < low ? address : low;
		if (here > from)
			gaps[n][0] = from, gaps[n++][1] = here;
		if (here + length < low)
			gaps[n][0] = here + length, gaps[n++][1] = low;
		from = high;
	}
	if (maps)
		fclose(maps);
	while (n--)
		remote(t, t->bits == 64 ? 222 : 192, gaps[n][0], gaps[n][1] - gaps[n][0], 0, 0x4032, -1);
}

/* What the task leaves when it dies: the machine of its core (AArch64 183, ARM 40) and PSTATE, or the PSR, as it stands there. */
static MAYBE void check_core(struct task *t, const char *name, int signo, unsigned int machine, uint64_t psr, uint64_t leave_out)
{
	static unsigned char core[32768];
	char what[64];
	int fd;
	go(t, signo);
	snprintf(what, sizeof what, "%s dies and dumps core", name);
	ok(WIFSIGNALED(t->status) && WCOREDUMP(t->status), what, WIFSIGNALED(t->status) ? WTERMSIG(t->status) : 0, signo);
	fd = open("core", O_RDONLY);
	if (fd < 0 || read(fd, core, sizeof core) < 64) {
		printf("# no file core here: see /proc/sys/kernel/core_pattern\n");
		return;
	}
	close(fd);
	Elf64_Ehdr *e = (Elf64_Ehdr *)core;
	Elf64_Phdr *p = (Elf64_Phdr *)(core + e->e_phoff);
	unsigned char *regs = core + p->p_offset + 12 + 8 + 112;	/* NT_PRSTATUS is the first note; its pr_reg */
	uint64_t got = e->e_machine == EM_AARCH64 ? *(uint64_t *)(regs + 264) : *(uint32_t *)(regs + 64);
	snprintf(what, sizeof what, "%s core is of machine", name);
	ok(e->e_machine == machine, what, e->e_machine, machine);
	snprintf(what, sizeof what, "%s core's PSTATE or PSR", name);
	ok((got & ~leave_out) == (psr & ~leave_out), what, got, psr);
}
