/** For every clause that some kernel keeps: its keeper (docs/invariants.md), and the same kernel without it, as a replacement in the compiled model or in the kernel. */
import type { Kernel } from '../../model/index.js'

export interface Guard {
  readonly clause: string
  /** a kernel that keeps the clause */
  readonly kernel: string
  /** what is dropped */
  readonly without: string
  /** in a file of dist/model: this text, all of it, becomes that */
  readonly text?: { readonly file: string, readonly from: string, readonly to: string }
  readonly change?: (k: Kernel, others: readonly Kernel[]) => Kernel
}

const named = (kernels: readonly Kernel[], name: string): Kernel => kernels.find((k) => k.name === name)!
/** do_el0_svc() of mainline with another's choice of table: what is not there any more is that all calls are native. */
const choosesTable = (k: Kernel, others: readonly Kernel[]): Kernel => ({ ...k, doEl0Svc: named(others, 'rfc-v2').doEl0Svc })
const sanitising = { file: 'syscalls/sigreturn-native.js', from: 't.pstate = checked.pstate;', to: 't.pstate = pstate;' }

export const guards: readonly Guard[] = [
  { clause: 'pstate-of-its-width', kernel: 'v5.11', without: 'valid_user_regs() in restore_sigframe()', text: sanitising },
  { clause: 'pstate-of-some-width', kernel: 'rfc-v2-unguarded', without: 'valid_user_regs() in restore_sigframe()', text: sanitising },
  { clause: 'aarch32-pstate', kernel: 'rfc-v2-unguarded', without: 'valid_user_regs() of a 32-bit task', change: (k) => ({ ...k, sites: { ...k.sites, valid_user_regs: 'never' } }) },
  { clause: 'pstate-implemented', kernel: 'v5.11', without: 'SetPSTATEFromPSR', text: { file: 'tasks/entry.js', from: 'ite(toEl0, restoredPstate(config, task), task.pstate)', to: 'task.pstate' } },
  { clause: 'no-single-step-bit', kernel: 'v5.11', without: 'software step off without TIF_SINGLESTEP', text: { file: 'tasks/entry.js', from: 'keepIf(task.TIF_SINGLESTEP, PSR.SS)', to: 'keepIf(and(), PSR.SS)' } },
  { clause: 'it-only-in-thumb', kernel: 'v5.11', without: 'RestoredITBits outside Thumb', text: { file: 'tasks/entry.js', from: 'or(and(not(isZero(it7to4)), low0), not(bit(5, spsr)))', to: 'and(not(isZero(it7to4)), low0)' } },
  { clause: 'it-block-runs', kernel: 'v5.11', without: 'RestoredITBits of an empty mask', text: { file: 'tasks/entry.js', from: 'or(and(not(isZero(it7to4)), low0), not(bit(5, spsr)))', to: 'not(bit(5, spsr))' } },
  { clause: 'narrow-registers', kernel: 'v5.11', without: 'the AArch32 view of a 32-bit task', change: (k) => ({ ...k, sites: { ...k.sites, 'task_user_regset_view: target': 'never', 'task_user_regset_view: current': 'never' } }) },
  { clause: 'narrow-r0', kernel: 'v6.12', without: 'the cut of syscall_set_return_value()', change: (k) => ({ ...k, everyResultBySetReturnValue: false }) },
  { clause: 'narrow-orig-x0', kernel: 'v5.11', without: 'mov w0, w0 of kernel_entry', text: { file: 'tasks/entry.js', from: 'i === 0 ? aarch32 : and(', to: 'and(' } },
  { clause: 'narrow-argument', kernel: 'v5.11', without: 'mov w0, w0 of kernel_entry', text: { file: 'tasks/entry.js', from: 'i === 0 ? aarch32 : and(', to: 'and(' } },
  { clause: 'narrow-pc', kernel: 'v5.11', without: 'a PC of 32 bits', text: { file: 'tasks/entry.js', from: 'ite(mode32(task.pstate), zext(64, lower32(pc)), pc)', to: 'pc' } },
  { clause: 'aligned-pc', kernel: 'v5.11', without: 'the alignment of the PC', text: { file: 'tasks/entry.js', from: 'ite(thumb, drop(task.pc, 1n), ite(arm, drop(task.pc, 3n), task.pc))', to: 'task.pc' } },
  { clause: 'aarch32-implemented', kernel: 'v5.11', without: 'compat_elf_check_arch()', text: { file: 'handlers/execve.js', from: 'e.bits === 32 ? config.aarch32_el0 : True', to: 'True' } },
  { clause: 'call-flag-clear-outside-calls', kernel: 'v5.11', without: 'that no call sets a flag', change: choosesTable },
  { clause: 'call-flag-in-calls', kernel: 'v5.11', without: 'that no call sets a flag', text: { file: 'syscalls/dispatch.js', from: 'task.compat_call = or(task.compat_call, fake);', to: 'task.compat_call = or(task.compat_call, not(aarch32));' } },
  { clause: 'no-call-flag', kernel: 'v5.11', without: 'that no call sets a flag', change: choosesTable },
  { clause: 'no-fake-calls', kernel: 'v5.11', without: 'the native table alone', change: choosesTable },
  { clause: 'table-in-calls', kernel: 'rfc-v2', without: 'the end of the call in el0_svc_common()', text: { file: 'syscalls/dispatch.js', from: 'task.table = bv(8, table.none);\n', to: '' } },
  { clause: 'call-of-its-width', kernel: 'rfc-v2', without: 'the vectors of AArch32', text: { file: 'syscalls/dispatch.js', from: 'ite(aarch32, bv(8, table.compat), ite(fake', to: 'ite(bool(false), bv(8, table.compat), ite(fake' } },
  { clause: 'call-of-aarch32', kernel: 'rfc-v2', without: 'the vectors of AArch32', text: { file: 'syscalls/dispatch.js', from: 'ite(aarch32, bv(8, table.compat), ite(fake', to: 'ite(bool(false), bv(8, table.compat), ite(fake' } },
  { clause: 'table-known', kernel: 'rfc-v2', without: 'the four tables', text: { file: 'syscalls/dispatch.js', from: 'bv(8, table.fake), bv(8, table.native)', to: 'bv(8, table.fake), bv(8, 4)' } },
  { clause: 'quiet-at-el0', kernel: 'v5.11', without: 'the loop of do_notify_resume()', text: { file: 'events/eret.js', from: 'and(returning(t), nothingForced(t), not(t.TIF_MTE_ASYNC_FAULT))', to: 'returning(t)' } },
  { clause: 'stopped-at-a-stop', kernel: 'v5.11', without: 'that get_signal() stops', text: { file: 'events/stop.js', from: 'const ready = returning(t);', to: 'const ready = True;' } },
  { clause: 'traced-in-calls', kernel: 'v5.11', without: 'the end of the report in el0_svc_common()', text: { file: 'syscalls/dispatch.js', from: 'task.traced = False;', to: '' } },
  { clause: 'stop-register', kernel: 'v5.11', without: 'the choice of tracehook_report_syscall()', text: { file: 'syscalls/stops.js', from: 't.stop_reg = ite(compat, bv(8, COMPAT_REG), bv(8, NATIVE_REG));', to: 't.stop_reg = bv(8, NATIVE_REG);' } },
  { clause: 'tagged-native', kernel: 'v5.11', without: 'flush_tagged_addr_state()', text: { file: 'tasks/exec.js', from: 't.TIF_TAGGED_ADDR = False;', to: '' } },
  { clause: 'no-core-alive', kernel: 'v5.11', without: 'do_group_exit() after the dump', text: { file: 'events/die.js', from: 't.at = bv(8, place.dead);', to: '' } },
  { clause: 'unblockable', kernel: 'v5.11', without: 'sigdelsetmask() of a frame\'s mask', text: { file: 'syscalls/sigreturn-native.js', from: 'drop(wordAt64(t.frame, f.sigmask), UNBLOCKABLE)', to: 'wordAt64(t.frame, f.sigmask)' } },
  { clause: 'restart-fn-known', kernel: 'v5.11', without: 'that handlers set one of three', text: { file: 'handlers/other.js', from: 'ule(e.restart, bv(8, restartFn.compat)), ', to: '' } },
  { clause: 'one-at-el0', kernel: 'v5.11', without: 'that a switch is in the kernel', text: { file: 'events/switch.js', from: "(t) => or(at(t, 'entered'),", to: "(t) => or(at(t, 'el0'), at(t, 'entered')," } },
  { clause: 'tpidrro-zero-without-kpti', kernel: 'v5.11', without: 'the 0 of tls_thread_switch()', text: { file: 'tasks/tls.js', from: 'ite(leave, cpu.TPIDRRO_EL0, zero)', to: 'cpu.TPIDRRO_EL0' } },
  { clause: 'tpidrro-zero', kernel: 'v6.12', without: 'the 0 of tls_thread_switch()', text: { file: 'tasks/tls.js', from: 'ite(leave, cpu.TPIDRRO_EL0, zero)', to: 'cpu.TPIDRRO_EL0' } },
  { clause: 'counter-access', kernel: 'v6.12', without: 'do_set_tsc_mode() in arch_setup_new_exec()', text: { file: 'tasks/tls.js', from: 'cpu.CNTKCTL_EL0VCTEN = updatedCntkctl(k, config, current);', to: 'return;' } },
  { clause: 'memory-by-pages', kernel: 'v5.11', without: 'mmap by pages', text: { file: 'events/user.js', from: ', wellMapped(t.frame), wellMapped(t.buf)', to: '' } },
]
