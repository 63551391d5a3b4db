/* TLS registers, execve, tag checks. */
/* The task reads TPIDRRO_EL0 itself where it is back at EL0 (into x28 or r11): it is in no regset of a 64-bit task, and a stop is a context switch. */
static MAYBE void put_reader(struct task *t, uint64_t pc)
{
	static const uint32_t code64[] = { 0xd53bd07c, 0xd4200000 }, code32[] = { 0xee1dbf70, 0xe7f001f0 };
	put_code(t, pc, t->bits == 64 ? code64 : code32, 8);
}

static MAYBE void check_tpidrro(struct task *t, const char *name, uint64_t want)
{
	uint64_t got = t->regs[t->bits == 64 ? 28 : 11];
	char what[64];
	snprintf(what, sizeof what, "%s reads TPIDRRO_EL0", name);
	ok(got == want, what, got, want);
	t->regs[32] -= 4;
}

/* The execve that stands at the task's pc, of an image of one page. Exec sends SIGTRAP; with `reads` it is blocked, and the image reads its TLS registers first. */
static MAYBE void go_exec(struct task *t, int bits, int reads)
{
	static const uint32_t code64[] = { 0xd53bd054, 0xd53bd075, 0xd4200000 }, code32[] = { 0xee1d4f50, 0xee1d5f70, 0xe7f001f0 };
	uint64_t at = page_of(t) + 0xe00, trap = 1 << (SIGTRAP - 1), regs[34];
	char path[40];
	snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), image_of(bits, bits == 64 ? code64 : code32, reads ? 12 : 0));
	poke(t, at, path, strlen(path) + 1);
	if (reads)
		ptrace(0x420b, t->pid, 8, &trap);	/* PTRACE_SETSIGMASK */
	read_regs(t);
	memcpy(regs, t->regs, sizeof regs);
	regs[0] = at;
	regs[1] = regs[2] = 0;
	write_regs(t, regs);
	t->bits = bits;
	t->pages = 0;
	go(t, 0);
}

static MAYBE void check_exec_tls(struct task *t, const char *name, uint64_t tpidr, uint64_t tpidrro)
{
	const uint64_t *r = t->regs + (t->bits == 64 ? 20 : 4);
	char what[64];
	snprintf(what, sizeof what, "%s's image reads TPIDR_EL0", name);
	ok(r[0] == tpidr, what, r[0], tpidr);
	snprintf(what, sizeof what, "%s's image reads TPIDRRO_EL0", name);
	ok(r[1] == tpidrro, what, r[1], tpidrro);
}

/* Asynchronous tag checks, and a page of tag 0 at 0x500000000. */
static MAYBE void tagged_page(struct task *t)
{
	if (remote(t, 167, 55, 4, 0, 0, 0) != 0)	/* PR_SET_TAGGED_ADDR_CTRL, PR_MTE_TCF_ASYNC */
		printf("# no tag checks here\n");
	remote(t, 222, 0x500000000, 4096, 0x23, 0x32, -1);	/* PROT_MTE */
}
