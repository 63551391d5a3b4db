// SPDX-License-Identifier: GPL-2.0
/* The parts of the variants that are functions of their own. */
#include <linux/compat.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mman.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/security.h>
#include <linux/string.h>

#include <asm/compat-variants.h>
#include <asm/esr.h>
#include <asm/processor.h>

enum compat_variant compat_variant __ro_after_init;
enum compat_mutant compat_mutant __ro_after_init;
bool compat_check_sigreturn __ro_after_init;

static const char *const variant_names[] __initconst = {
	[COMPAT_VARIANT_NONE] = "none",
	[COMPAT_VARIANT_RFC_V2] = "rfc-v2",
	[COMPAT_VARIANT_TANGO] = "tango",
	[COMPAT_VARIANT_V4_SERIES] = "v4-series",
};

static const char *const mutant_names[] __initconst = {
	[MUTANT_NONE] = "none",
	[MUTANT_TLS_SWITCH] = "tls-switch",
	[MUTANT_TLS_PRESERVE] = "tls-preserve",
	[MUTANT_SANITISE_NATIVE] = "sanitise-native",
	[MUTANT_SANITISE_COMPAT] = "sanitise-compat",
	[MUTANT_DISPATCH_PRIVATE] = "dispatch-private",
	[MUTANT_DISPATCH_STOP] = "dispatch-stop",
	[MUTANT_DISPATCH_NUMBER] = "dispatch-number",
};

static int __init choose_variant(char *name)
{
	int i = match_string(variant_names, ARRAY_SIZE(variant_names), name);

	if (i < 0)
		panic("compat_variant=%s: not known", name);
	compat_variant = i;
	pr_info("compat_variant=%s\n", name);
	return 0;
}
early_param("compat_variant", choose_variant);

static int __init choose_mutant(char *name)
{
	int i = match_string(mutant_names, ARRAY_SIZE(mutant_names), name);

	if (i < 0)
		panic("compat_mutant=%s: not known", name);
	compat_mutant = i;
	pr_info("compat_mutant=%s\n", name);
	return 0;
}
early_param("compat_mutant", choose_mutant);

/* The kernel that a claim compares a variant with: the same, with one check more. */
static int __init choose_check(char *name)
{
	if (!name || strcmp(name, "sigreturn"))
		panic("compat_check=%s: not known", name ? name : "");
	compat_check_sigreturn = true;
	pr_info("compat_check=%s\n", name);
	return 0;
}
early_param("compat_check", choose_check);

/* Does this SVC from AArch64 go to the compat table, and with which number? */
bool compat_call_number(const struct pt_regs *regs, unsigned long esr, int *scno)
{
	switch (compat_variant) {
	case COMPAT_VARIANT_RFC_V2:	/* the immediate is exactly 1; number in w7 */
		*scno = regs->regs[7];
		return (esr & 0xffff) == 1;
	case COMPAT_VARIANT_TANGO:	/* all 64 bits of x8; number in w7 */
		*scno = regs->regs[7];
		return regs->regs[8] == 0x80000000;
	case COMPAT_VARIANT_V4_SERIES:	/* bit 31 of x8; number is the rest of w8 */
		*scno = regs->regs[8] & 0x7fffffff;
		return regs->regs[8] & 0x80000000;
	default:
		return false;
	}
}

/* RFC v2 and Tango clear the flag where el0_svc_common() ends (not on its early MTE exit). */
void compat_call_end_common(void)
{
	if (compat_variant != COMPAT_VARIANT_V4_SERIES)
		current_thread_info()->compat_call = 0;
}

/* v4 clears it after el0_svc_common(), and only for a call that had set it. */
void compat_call_end_svc(void)
{
	if (compat_variant == COMPAT_VARIANT_V4_SERIES)
		current_thread_info()->compat_call = 0;
}

/* RFC v2 and Tango: arch_setup_new_exec(). */
void compat_call_exec(void)
{
	if (compat_variant != COMPAT_VARIANT_V4_SERIES)
		current_thread_info()->compat_call = 0;
}

/* v4: the flag is permanent for AArch32 tasks. */
void compat_call_personality(bool aarch32)
{
	if (compat_variant == COMPAT_VARIANT_V4_SERIES)
		current_thread_info()->compat_call = aarch32;
}

static bool fake_compat_call(void)
{
	return compat_variant != COMPAT_VARIANT_NONE && in_compat_syscall() &&
	       !test_thread_flag(TIF_32BIT);
}

/*
 * Where a mapping made in a compat call of an AArch64 task may end. RFC v2 and
 * Tango also refuse a fixed address beyond: an end that leaves no room is the
 * ENOMEM they give.
 */
unsigned long compat_call_mmap_end(unsigned long addr, unsigned long len,
				   unsigned long flags, unsigned long end)
{
	if (!fake_compat_call())
		return end;
	if (compat_variant != COMPAT_VARIANT_V4_SERIES &&
	    (flags & MAP_FIXED) && addr + len > TASK_SIZE_32)
		return mmap_min_addr;
	return TASK_SIZE_32;
}

/* Top-down base of such a mapping: the smallest gap below the AArch32 stack, not randomised. */
unsigned long compat_call_mmap_base(unsigned long base)
{
	return fake_compat_call() ? PAGE_ALIGN(0xffff0000UL - SZ_128M) : base;
}

static bool tango_call(struct task_struct *task)
{
	return compat_variant == COMPAT_VARIANT_TANGO && task_thread_info(task)->compat_call;
}

/* Tango: the emulated pc and sp stand in x15 and x13 during a compat call. */
unsigned long compat_kstk_eip(struct task_struct *task)
{
	return tango_call(task) ? task_pt_regs(task)->regs[15] : KSTK_EIP(task);
}

unsigned long compat_kstk_esp(struct task_struct *task)
{
	return tango_call(task) ? task_pt_regs(task)->regs[13] : KSTK_ESP(task);
}
