/** What goes on outside the lifted state: signals, tracing stops, other subsystems. Recorded as effects, in order. */
import { bv, bvadd, bvand, bvnot, bvor, eq, ite, or } from '../model/terms/build.js'
import type { BV, Term } from '../model/terms/term.js'
import { evaluate, scalar } from './expressions.js'
import { argument, ignored, intrinsic, nothing, type Intrinsic } from './intrinsic.js'
import type { Machine } from './machine.js'
import type { Node } from './syntax.js'
import { types, type CType, type IntType } from './types.js'
import { address, constant, convertTerm, fromBool, int, objectPtr, voidV, type IntV, type Value } from './values.js'

const set = (m: Machine, path: string, type: IntType, value: BV, n: Node): void => { m.write({ k: 'cell', path, type }, int(type, value), n) }
const number = (m: Machine, args: readonly Node[], i: number, to: IntType, n: Node): BV => {
  const v = scalar(m, argument(m, args, i, n))
  return v.k === 'ptr' ? address(v) as BV : convertTerm(v.term, v.type, to) as BV
}

/** force_sig_fault(): the signal waits for the return to user; if it is blocked it is unblocked. */
function force(m: Machine, signo: BV, code: BV, addr: BV, n: Node): Value {
  set(m, 'current.forced.signo', types.int, signo, n)
  set(m, 'current.forced.code', types.int, code, n)
  set(m, 'current.forced.addr', types.ulong, addr, n)
  if (signo.op === 'bvconst') {
    const blocked = m.read({ k: 'cell', path: 'current.blocked.sig[0]', type: types.ulong }, n) as IntV
    set(m, 'current.blocked.sig[0]', types.ulong, bvand(blocked.term, bvnot(bv(64, 1n << (signo.value - 1n))) as BV), n)
  }
  m.effect('force_sig_fault', signo, code, addr)
  return voidV
}
const SIGSEGV = bv(32, 11)

/** A stop for the tracer, or code that may run for long: anything of these cells may be something else afterwards. */
const record = (tag: string): CType => ({ k: 'record', union: false, tag })
export function afterStop(m: Machine, who: string, n: Node): void {
  const at = m.once(who)
  for (const s of m.layout.scalars(record('struct pt_regs'), m.file, n.place)) {
    if (s.type.k === 'int' && /^\.(regs\[|sp$|pc$|pstate$|orig_x0$|syscallno$)/.test(s.path)) {
      m.write({ k: 'cell', path: `current.pt_regs${s.path}`, type: s.type }, int(s.type, m.input(`${at}.pt_regs${s.path}`, s.type.width)), n)
    }
  }
  set(m, 'current.thread_info.flags', types.ulong, m.input(`${at}.flags`, 64) as BV, n)
}
const stop = (what: string, answers: boolean): Intrinsic => intrinsic(`${what}; registers, syscallno and thread flags may be others afterwards`, (m, args, n) => {
  const values = args.map((a) => scalar(m, a)).map(address)
  m.effect(what, ...values)
  afterStop(m, `after ${what}`, n)
  return answers ? int(types.int, m.input(m.fresh(`result of ${what}`), 32)) : voidV
})
const told = (what: string): Intrinsic => intrinsic(`${what} is told; nothing comes back`, (m, args) => { m.effect(what, ...args.map((a) => address(scalar(m, a)))); return voidV })
const free = (what: string, type: IntType): Intrinsic => intrinsic(`anything: ${what}`, (m, args) => {
  m.effect(what, ...args.map((a) => address(scalar(m, a))))
  return int(type, m.input(m.fresh(what), type.width))
})

export const outside: Record<string, Intrinsic> = {
  arm64_notify_segfault: intrinsic('SIGSEGV is forced at the address; si_code is SEGV_MAPERR or SEGV_ACCERR as the address has a mapping or not', (m, args, n) => force(m, SIGSEGV as Term as BV, m.input('si_code', 32) as BV, number(m, args, 0, types.ulong, n), n)),
  arm64_notify_die: intrinsic('fault_address := 0, fault_code := the last argument, and the signal is forced (the registers are those of user space)', (m, args, n) => {
    set(m, 'current.thread.fault_address', types.ulong, bv(64, 0) as BV, n)
    set(m, 'current.thread.fault_code', types.ulong, number(m, args, 5, types.ulong, n), n)
    return force(m, number(m, args, 2, types.int, n), number(m, args, 3, types.int, n), number(m, args, 4, types.ulong, n), n)
  }),
  force_sig: intrinsic('the signal is forced, si_code SI_KERNEL', (m, args, n) => force(m, number(m, args, 0, types.int, n), bv(32, 0x80) as BV, bv(64, 0) as BV, n)),
  set_current_blocked: intrinsic('current->blocked := the set without SIGKILL and SIGSTOP', (m, args, n) => {
    const word = m.read(m.element(m.member(m.deref(evaluate(m, argument(m, args, 0, n)), n), 'sig', n), constant(0n), n), n) as IntV
    set(m, 'current.blocked.sig[0]', types.ulong, bvand(word.term, bv(64, ~((1n << 8n) | (1n << 18n)) & ((1n << 64n) - 1n)) as BV), n)
    return voidV
  }),
  fpsimd_update_current_state: intrinsic('the FP/SIMD state of current, shadow and registers, becomes the one given', (m, args, n) => {
    const from = m.deref(evaluate(m, argument(m, args, 0, n)), n)
    const state = m.read(from, n)
    m.write({ k: 'cell', path: 'current.thread.uw.fpsimd_state', type: from.type }, state, n)
    return voidV
  }),
  tracehook_report_syscall_entry: stop('tracing stop at entry', true), ptrace_report_syscall_entry: stop('tracing stop at entry', true),
  ptrace_report_syscall_permit_entry: stop('tracing stop at entry', true),
  tracehook_report_syscall_exit: stop('tracing stop at exit', false), ptrace_report_syscall_exit: stop('tracing stop at exit', false),
  secure_computing: stop('seccomp', true), __secure_computing: stop('seccomp', true), seccomp_permit_syscall: stop('seccomp', true), __seccomp_permit_syscall: stop('seccomp', true),
  trace_sys_enter: told('tracepoint sys_enter'), trace_sys_exit: told('tracepoint sys_exit'), audit_syscall_entry: told('audit at entry'), audit_syscall_exit: told('audit at exit'), rseq_syscall: told('rseq'),
  get_signal: intrinsic('a signal to deliver, or none: a choice; registers may be others afterwards', (m, _args, n) => { m.effect('get_signal'); afterStop(m, 'after get_signal', n); return fromBool(m.condition('a signal is delivered')) }),
  sys_ni_syscall: intrinsic('-ENOSYS', () => constant(-38n, types.long)),
  __do_compat_cache_op: free('cache maintenance', types.long),
  compat_restore_altstack: intrinsic('-EFAULT if the three words of uc_stack cannot be read, else 0; the alternate stack is not lifted', (m, args, n) => {
    const p = address(scalar(m, argument(m, args, 0, n)))
    const faults = [0, 4, 8].map((o) => m.readUser(sum(p, o), 4).fault)
    return int(types.int, ite(or(...faults), bv(32, 0xfffffff2n), bv(32, 0)))
  }),
  // other subsystems: none of their state is lifted
  add_random_kstack_offset: ignored('kernel stack offset'), choose_random_kstack_offset: ignored('kernel stack offset'), get_random_u16: ignored('kernel stack offset'), get_random_int: ignored('kernel stack offset'),
  cortex_a76_erratum_1463225_svc_handler: ignored('MDSCR_EL1 is written and restored within the function'),
  fpsimd_flush_task_state: nothing('which CPU holds the FP registers'), fpsimd_thread_switch: nothing('FP registers'), hw_breakpoint_thread_switch: nothing('debug registers'), contextidr_thread_switch: nothing('CONTEXTIDR_EL1'), entry_task_switch: nothing('a per-CPU pointer'),
  ptrauth_thread_init_kernel: nothing('pointer authentication keys'), ptrauth_thread_init_user: nothing('pointer authentication keys'), ptrauth_thread_switch_user: nothing('pointer authentication keys'), permission_overlay_switch: nothing('POR_EL0'), mte_thread_switch: nothing('MTE registers'),
  ptrace_hw_copy_thread: nothing('debug registers'), sme_smstop: nothing('streaming mode'), sve_user_discard: nothing('SVE registers above the FP registers'), fp_user_discard: nothing('SVE registers above the FP registers'), sve_user_disable: nothing('CPACR_EL1'),
  force_compatible_cpus_allowed_ptr: nothing('CPU affinity'), relax_compatible_cpus_allowed_ptr: nothing('CPU affinity'), mte_thread_init_user: nothing('MTE registers'), process_init_compat_mmap: nothing('where 32-bit mappings of the new image begin'),
  spectre_v4_enable_task_mitigation: intrinsic('SSBS of the task\'s image (bit 23 of an AArch32 one, else bit 12) as policy and CPU say: one free bit `ssbs_policy`', (m, args, n) => {
    const task = m.deref(evaluate(m, argument(m, args, 0, n)), n)
    if (task.k !== 'cell') return m.fail('which task this is is not known', n)
    const path = `${task.path}.pt_regs.pstate`
    const before = (m.read({ k: 'cell', path, type: types.ullong }, n) as IntV).term
    const aarch32 = eq(bvand(before, bv(64, 0x1f) as BV), bv(64, 0x10) as BV)
    const mask = ite(aarch32, bv(64, 1n << 23n), bv(64, 1n << 12n))
    set(m, path, types.ullong, ite(m.condition('ssbs_policy'), bvor(before, mask as BV), bvand(before, bvnot(mask) as BV)), n)
    return voidV
  }),
  task_spec_ssb_noexec: intrinsic('a prctl of the task: a free bit', (m) => fromBool(m.condition('task_spec_ssb_noexec'))), arch_prctl_spec_ctrl_set: nothing('the SSBD flags of the task'), update_sctlr_el1: nothing('SCTLR_EL1'),
  fpsimd_signal_preserve_current_state: nothing('the shadow of the FP registers is brought up to date'), fpsimd_preserve_current_state: nothing('the shadow of the FP registers is brought up to date'), fpsimd_save_and_flush_current_state: nothing('the shadow of the FP registers is brought up to date; they are loaded from it before the return to user space'),
  __compat_save_altstack: free('__compat_save_altstack', types.int), __save_altstack: free('__save_altstack', types.int),
  VDSO_SYMBOL: intrinsic('where the vDSO has the symbol: a free address', (m, args, n) => int({ k: 'ptr', to: types.void, user: true }, m.input(`vdso.${argument(m, args, 1, n).text}`, 64))),
  ssbs_thread_switch: nothing('PSTATE.SSBS where all CPUs have it (they do, or none)'),
  cpu_switch_to: intrinsic('the first task, as the second one left it', (m, args, n) => evaluate(m, argument(m, args, 0, n))),
  membuf_store: intrinsic('the value goes to the buffer of the regset', (m, args, n) => { const v = scalar(m, argument(m, args, 1, n)); m.effect('membuf_store', v.k === 'ptr' ? address(v) : v.term); return int(types.int, m.input(m.fresh('membuf_store left'), 32)) }),
  sigmask_to_save: intrinsic('the signal mask that goes into the frame', () => objectPtr({ k: 'cell', path: 'current.sigmask_to_save', type: record('struct __td_sigset_t') })),
  compat_ptrace_request: free('compat_ptrace_request', types.int), copy_regset_to_user: free('copy_regset_to_user', types.int), copy_regset_from_user: free('copy_regset_from_user', types.int), copy_siginfo_to_user32: free('copy_siginfo_to_user32', types.int), copy_siginfo_to_user: free('copy_siginfo_to_user', types.int),

  signal_setup_done: told('signal_setup_done'), rseq_signal_deliver: nothing('restartable sequences'), restore_saved_sigmask: told('restore_saved_sigmask'),
}
const sum = (a: BV<64>, k: number): BV<64> => bvadd(a, bv(64, k))
