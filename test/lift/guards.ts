/**
 * Guards of the kernel that docs/invariants.md names as keepers, each with a change of one place in the C that removes it: what is looked for
 * in which function, and what stands there instead. The trees are not in the repository; `patchOf` makes the patch from one.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface GuardPatch {
  readonly name: string
  /** which tree: 6.12, or v5.11 with RFC v2 */
  readonly tree: 'v6.12' | 'rfc-v2'
  readonly file: string
  /** the function, by the line that its definition begins with */
  readonly within: RegExp
  readonly find: RegExp
  readonly instead: string
  /** what the command must say, in its notes */
  readonly says: RegExp
}
const k = (f: string): string => `arch/arm64/kernel/${f}.c`
const asm = (f: string): string => `arch/arm64/include/asm/${f}.h`

export const guardPatches: readonly GuardPatch[] = [
  { name: 'rfc: tls_thread_flush', tree: 'rfc-v2', file: k('process'), within: /^static void tls_thread_flush/, find: /is_aarch32_compat_task/, instead: 'is_compat_task', says: /tls_thread_flush asks is_compat_task/ },
  { name: 'rfc: tls_thread_switch', tree: 'rfc-v2', file: k('process'), within: /^static void tls_thread_switch/, find: /is_aarch32_compat_thread/, instead: 'is_compat_thread', says: /tls_thread_switch asks is_compat_task/ },
  { name: 'rfc: do_ni_syscall', tree: 'rfc-v2', file: k('syscall'), within: /^static long do_ni_syscall/, find: /is_aarch32_compat_task/, instead: 'is_compat_task', says: /do_ni_syscall asks is_compat_task/ },
  { name: 'rfc: valid_user_regs', tree: 'rfc-v2', file: k('ptrace'), within: /^int valid_user_regs/, find: /is_aarch32_compat_thread/, instead: 'is_compat_thread', says: /valid_user_regs asks is_compat_task/ },
  { name: 'rfc: task_user_regset_view', tree: 'rfc-v2', file: k('ptrace'), within: /task_user_regset_view\(struct/, find: /is_aarch32_compat_thread/, instead: 'is_compat_thread', says: /task_user_regset_view: target asks is_compat_task/ },
  { name: 'rfc: task_user_tls', tree: 'rfc-v2', file: asm('processor'), within: /define task_user_tls/, find: /is_aarch32_compat_thread/, instead: 'is_compat_thread', says: /task_user_tls/ },
  { name: 'rfc: copy_thread', tree: 'rfc-v2', file: k('process'), within: /^int copy_thread/, find: /is_aarch32_compat_thread/, instead: 'is_compat_thread', says: /copy_thread/ },
  { name: 'rfc: flag set in do_el0_svc', tree: 'rfc-v2', file: k('syscall'), within: /case 1:/, find: /compat_syscall_flags = _TIF_COMPAT_32BITSYSCALL/, instead: 'compat_syscall_flags = 0', says: /\(do_el0_svc as lifted\)/ },
  { name: 'rfc: flag cleared after the call', tree: 'rfc-v2', file: k('syscall'), within: /^static void el0_svc_common/, find: /current_thread_info\(\)->compat_syscall_flags = 0/, instead: '', says: /\(do_el0_svc, do_el0_svc_compat as lifted/ },
  { name: 'rfc: flag cleared after a traced call', tree: 'rfc-v2', file: k('syscall'), within: /^trace_exit:/, find: /current_thread_info\(\)->compat_syscall_flags = 0/, instead: '', says: /\(do_el0_svc, do_el0_svc_compat as lifted/ },
  { name: 'rfc: flag set by every SVC', tree: 'rfc-v2', file: k('syscall'), within: /case 1:/, find: /default:/, instead: 'default: current_thread_info()->compat_syscall_flags = _TIF_COMPAT_32BITSYSCALL;', says: /\(do_el0_svc as lifted\)/ },
  { name: 'rfc: flag cleared at the early return, too', tree: 'rfc-v2', file: k('syscall'), within: /^static void el0_svc_common/, find: /regs->regs\[0\] = -ERESTARTNOINTR;/, instead: '{ regs->regs[0] = -ERESTARTNOINTR; current_thread_info()->compat_syscall_flags = 0; }', says: /\(do_el0_svc, do_el0_svc_compat as lifted\)/ },
  { name: 'rfc: the native table for SVC #1', tree: 'rfc-v2', file: k('syscall'), within: /case 1:/, find: /compat_sys_call_table/, instead: 'sys_call_table', says: /\(do_el0_svc as lifted\)/ },
  { name: 'rfc: no early return', tree: 'rfc-v2', file: k('syscall'), within: /^static void el0_svc_common/, find: /flags & _TIF_MTE_ASYNC_FAULT/, instead: '0', says: /\(do_el0_svc, do_el0_svc_compat as lifted\)/ },
  { name: 'rfc: compat_restore_sigframe', tree: 'rfc-v2', file: k('signal32'), within: /^static int compat_restore_sigframe/, find: /err \|= !valid_user_regs\(.*\);/, instead: ';', says: /as lifted/ },
  { name: 'compat_restore_sigframe', tree: 'v6.12', file: k('signal32'), within: /^static int compat_restore_sigframe/, find: /err \|= !valid_user_regs\(.*\);/, instead: ';', says: /as lifted/ },
  { name: 'gpr_set', tree: 'v6.12', file: k('ptrace'), within: /^static int gpr_set/, find: /!valid_user_regs\(.*target\)/, instead: '0', says: /gpr_set as lifted/ },
  { name: 'compat_gpr_set', tree: 'v6.12', file: k('ptrace'), within: /^static int compat_gpr_set/, find: /valid_user_regs\(.*target\)/, instead: '1', says: /compat_gpr_set as lifted/ },
  { name: 'compat_ptrace_write_user', tree: 'v6.12', file: k('ptrace'), within: /^static int compat_ptrace_write_user/, find: /!valid_user_regs\(.*tsk\)/, instead: '0', says: /compat_ptrace_write_user as lifted/ },
  { name: 'valid_user_regs: always native', tree: 'v6.12', file: k('ptrace'), within: /^int valid_user_regs/, find: /is_compat_thread\(.*\)\)/, instead: '0)', says: /valid_user_regs asks never/ },
  { name: 'valid_native_regs: PSTATE.D', tree: 'v6.12', file: k('ptrace'), within: /^static int valid_native_regs/, find: /\(regs->pstate & PSR_D_BIT\) == 0/, instead: '1', says: /valid_native_regs/ },
  { name: 'valid_native_regs: the mode', tree: 'v6.12', file: k('ptrace'), within: /^static int valid_native_regs/, find: /user_mode\(regs\) && !\(regs->pstate & PSR_MODE32_BIT\)/, instead: 'user_mode(regs)', says: /valid_native_regs/ },
  { name: 'valid_compat_regs: PSTATE.I', tree: 'v6.12', file: k('ptrace'), within: /^static int valid_compat_regs/, find: /\(regs->pstate & PSR_AA32_I_BIT\) == 0/, instead: '1', says: /valid_compat_regs/ },
  { name: 'task_user_regset_view: a 32-bit target', tree: 'v6.12', file: k('ptrace'), within: /task_user_regset_view\(struct/, find: /is_compat_thread\(.*\)\)/, instead: '0)', says: /task_user_regset_view: target asks never/ },
  { name: 'tls_thread_switch: 0 for a 64-bit task', tree: 'v6.12', file: k('process'), within: /^static void tls_thread_switch/, find: /write_sysreg\(0, tpidrro_el0\)/, instead: ' ', says: /tls_thread_switch as lifted/ },
  { name: 'tls_thread_flush', tree: 'v6.12', file: k('process'), within: /^static void tls_thread_flush/, find: /is_compat_task\(\)/, instead: '1', says: /tls_thread_flush asks always/ },
  { name: 'do_ni_syscall', tree: 'v6.12', file: k('syscall'), within: /^static long do_ni_syscall/, find: /is_compat_task\(\)/, instead: '1', says: /do_ni_syscall asks always/ },
  { name: 'syscall_set_return_value', tree: 'v6.12', file: asm('syscall'), within: /void syscall_set_return_value/, find: /is_compat_thread\(.*\)\)/, instead: '0)', says: /syscall_set_return_value asks never/ },
  { name: 'invoke_syscall: the bound', tree: 'v6.12', file: k('syscall'), within: /^static void invoke_syscall/, find: /scno < sc_nr\b/, instead: '1', says: /\(invoke_syscall as lifted\)/ },
  { name: 'invoke_syscall: one number too many', tree: 'v6.12', file: k('syscall'), within: /^static void invoke_syscall/, find: /scno < sc_nr\b/, instead: 'scno <= sc_nr', says: /\(invoke_syscall as lifted\)/ },
  { name: 'do_el0_svc_compat: the compat table', tree: 'v6.12', file: k('syscall'), within: /^void do_el0_svc_compat/, find: /compat_sys_call_table/, instead: 'sys_call_table', says: /\(do_el0_svc_compat as lifted\)/ },
  { name: 'el0_svc_common: orig_x0', tree: 'v6.12', file: k('syscall'), within: /^static void el0_svc_common/, find: /regs->orig_x0 = regs->regs\[0\];/, instead: ';', says: /\(do_el0_svc, do_el0_svc_compat as lifted\)/ },
  { name: 'update_cntkctl_el1', tree: 'v6.12', file: k('process'), within: /^static void update_cntkctl_el1/, find: /is_compat_thread\(ti\)/, instead: '0', says: /./ },
]

/** The guard taken out of a tree, as `git format-patch` would mail it. */
export function patchOf(tree: string, g: GuardPatch): string {
  const lines = readFileSync(join(tree, g.file), 'utf8').split('\n')
  const start = lines.findIndex((l) => g.within.test(l))
  const at = start < 0 ? -1 : lines.findIndex((l, i) => i >= start && g.find.test(l))
  if (at < 0) throw new Error(`${g.file} has no line like ${g.find} in ${g.within}`)
  return `Subject: [PATCH] without a guard\n\n---\n--- a/${g.file}\n+++ b/${g.file}\n@@ -${at + 1} +${at + 1} @@\n-${lines[at]}\n+${lines[at]!.replace(g.find, g.instead)}\n-- \n2.39\n`
}
