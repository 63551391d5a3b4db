/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One image, several kernels: compat_variant= and compat_mutant= on the
 * command line choose which of the mechanisms (and which deliberate fault)
 * is alive. With neither, every predicate below is mainline's.
 */
#ifndef __ASM_COMPAT_VARIANTS_H
#define __ASM_COMPAT_VARIANTS_H

#include <linux/thread_info.h>
#include <linux/types.h>

struct pt_regs;
struct task_struct;

enum compat_variant {
	COMPAT_VARIANT_NONE,
	COMPAT_VARIANT_RFC_V2,
	COMPAT_VARIANT_TANGO,
	COMPAT_VARIANT_V4_SERIES,
};

enum compat_mutant {
	MUTANT_NONE,
	MUTANT_TLS_SWITCH,	/* native next: TPIDRRO_EL0 left alone with KPTI */
	MUTANT_TLS_PRESERVE,	/* tp2_value not saved for AArch32 tasks */
	MUTANT_SANITISE_NATIVE,	/* bit 22 (PAN) survives valid_native_regs */
	MUTANT_SANITISE_COMPAT,	/* PSR.A accepted by valid_compat_regs */
	MUTANT_DISPATCH_PRIVATE,/* ARM-private calls for every task */
	MUTANT_DISPATCH_STOP,	/* x12 marks the stop of every task */
	MUTANT_DISPATCH_NUMBER,	/* bit 31 of a native system call number is ignored */
};

extern enum compat_variant compat_variant;
extern enum compat_mutant compat_mutant;
extern bool compat_check_sigreturn;

/* The variants that widen is_compat_task(); v4 leaves it on TIF_32BIT. */
static inline bool compat_call_widens_task(const struct thread_info *ti)
{
	return (compat_variant == COMPAT_VARIANT_RFC_V2 ||
		compat_variant == COMPAT_VARIANT_TANGO) && ti->compat_call;
}

static inline bool compat_mutant_is(enum compat_mutant which)
{
	return unlikely(compat_mutant == which);
}

static inline bool is_aarch32_compat_thread(struct thread_info *ti)
{
	return test_ti_thread_flag(ti, TIF_32BIT);
}

static inline bool is_aarch32_compat_task(void)
{
	return is_aarch32_compat_thread(current_thread_info());
}

/* v4 (and a variant with compat_check=sigreturn): an AArch64 task has no business in compat sigreturn. */
static inline bool compat_sigreturn_refused(void)
{
	return (compat_variant == COMPAT_VARIANT_V4_SERIES || compat_check_sigreturn) &&
	       !is_aarch32_compat_task();
}

/* v4: the flag alone; the others: whatever is_compat_thread() says. */
static inline bool thread_in_compat_syscall(struct thread_info *ti)
{
	if (compat_variant == COMPAT_VARIANT_V4_SERIES)
		return ti->compat_call;
	return is_aarch32_compat_thread(ti) || compat_call_widens_task(ti);
}

#define in_compat_syscall in_compat_syscall
static inline bool in_compat_syscall(void)
{
	return thread_in_compat_syscall(current_thread_info());
}

/* Where a task keeps TPIDR_EL0, by what the task is and not by its call. */
#define aarch32_task_user_tls(t)					\
	(is_aarch32_compat_thread(task_thread_info(t)) ?		\
	 &(t)->thread.uw.tp2_value : &(t)->thread.uw.tp_value)

bool compat_call_number(const struct pt_regs *regs, unsigned long esr, int *scno);
void compat_call_end_common(void);
void compat_call_end_svc(void);
void compat_call_exec(void);
void compat_call_personality(bool aarch32);
unsigned long compat_call_mmap_end(unsigned long addr, unsigned long len,
				   unsigned long flags, unsigned long end);
unsigned long compat_call_mmap_base(unsigned long base);
unsigned long compat_kstk_eip(struct task_struct *task);
unsigned long compat_kstk_esp(struct task_struct *task);

#endif
