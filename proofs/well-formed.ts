/**
 * Well-formedness: named clauses about the observable state, candidates for invariants. For each kernel those are one that hold after exec and
 * that every event keeps (proofs/system/, proofs/invariants.ts); proofs/well-formed.recorded.json says which.
 */
import { and, bit, bv, bvadd, bvand, eq, False, extract, iff, implies, is, isZero, iteBool, not, or, True, ule } from '../model/terms/build.js'
import type { Bool, BV } from '../model/terms/term.js'
import { asks, type SymTask } from '../model/index.js'
import { IOCTL } from '../model/syscalls/numbers.table.js'
import { restartFn, syscallStop, table } from '../trace/state.js'
import { alive, at, everyTask, livingTask, runningTask, type Clause } from './system/clause.js'

export type { Clause } from './system/clause.js'

const HIGH = 0xffffffff00000000n
const fits32 = (v: BV<64>): Bool => isZero(bvand(v, bv(64, HIGH)))
const none = (p: BV<64>, bits: bigint): Bool => isZero(bvand(p, bv(64, bits)))

/** Bits of PSTATE that no EL0 task of that width has: M, D, A, I, F beyond the mode, IL, and what is RES0 (SPSR format). */
const NATIVE_NEVER = HIGH | 0x0cdfe3ffn & ~(1n << 21n)
const COMPAT_NEVER = HIGH | 0x005001cfn

const ptrace = 'arch/arm64/kernel/ptrace.c'
const process = 'arch/arm64/kernel/process.c'
const entry = 'arch/arm64/kernel/entry.S'
const syscall = 'arch/arm64/kernel/syscall.c'
const architecture = 'the architecture'

export const clauses: readonly Clause[] = [
  livingTask({ name: 'pstate-of-its-width', words: 'PSTATE of a 64-bit task is EL0t with D, A, I, F, IL and RES0 bits clear; of a 32-bit task USR with A, I, F, IL and RES0 bits clear',
    formula: 'TIF_32BIT ? pstate & 0xffffffff005001cf = 0 and M[4] = 1 : pstate & 0xffffffff0cdfe3ff (without SS) = 0',
    keeper: { what: 'valid_user_regs(), asked by both sigreturns, by ptrace and by handle_signal()', file: ptrace },
    of: ({ t }) => iteBool(t.TIF_32BIT, and(none(t.pstate, COMPAT_NEVER), bit(4, t.pstate)), none(t.pstate, NATIVE_NEVER)) }),
  livingTask({ name: 'pstate-of-some-width', words: 'PSTATE of a task is one that EL0 may have in AArch64 state or in AArch32 state',
    formula: 'M[4] ? pstate & 0xffffffff005001cf = 0 : pstate & 0xffffffff0cdfe3ff (without SS) = 0',
    keeper: { what: 'valid_user_regs(), whichever of its two halves is chosen', file: ptrace },
    of: ({ t }) => iteBool(bit(4, t.pstate), none(t.pstate, COMPAT_NEVER), none(t.pstate, NATIVE_NEVER)) }),
  livingTask({ name: 'aarch32-pstate', words: 'PSTATE of a 32-bit task is one that EL0 may have in AArch32 state, whatever is with the others',
    formula: 'TIF_32BIT: pstate & 0xffffffff005001cf = 0 and M[4] = 1',
    keeper: { what: 'valid_user_regs() of a 32-bit task; start_thread of a 32-bit image', file: ptrace },
    of: ({ t }) => implies(t.TIF_32BIT, and(none(t.pstate, COMPAT_NEVER), bit(4, t.pstate))) }),
  livingTask({ name: 'pstate-implemented', words: 'at EL0 PSTATE has no bit of a feature that the CPU lacks',
    formula: 'at EL0: a set DIT, SSBS, BTYPE, TCO or E bit implies the feature',
    keeper: { what: 'ERET: SetPSTATEFromPSR drops what is not implemented', file: architecture },
    of: ({ t, config: c }) => implies(at(t, 'el0'), and(
      or(c.dit, none(t.pstate, 1n << 24n)),
      iteBool(bit(4, t.pstate), and(or(c.ssbs, none(t.pstate, 1n << 23n)), or(c.mixed_endian_el0, none(t.pstate, 1n << 9n))),
        and(or(c.ssbs, none(t.pstate, 1n << 12n)), or(c.bti, none(t.pstate, 0xc00n)), or(c.mte, none(t.pstate, 1n << 25n)))))) }),
  livingTask({ name: 'no-single-step-bit', words: 'at EL0 without TIF_SINGLESTEP, PSTATE.SS is 0',
    formula: 'at EL0 and not TIF_SINGLESTEP: pstate[21] = 0',
    keeper: { what: 'ERET: PSTATE.SS is taken from SPSR only where software step is on (MDSCR_EL1.SS follows TIF_SINGLESTEP)', file: architecture },
    of: ({ t }) => implies(and(at(t, 'el0'), not(t.TIF_SINGLESTEP)), none(t.pstate, 1n << 21n)) }),
  livingTask({ name: 'it-only-in-thumb', words: 'at EL0 in AArch32 state there are IT bits only in Thumb state',
    formula: 'at EL0 and pstate.M[4] and pstate.T = 0: pstate.IT = 0',
    keeper: { what: 'ERET: RestoredITBits', file: architecture },
    of: ({ t }) => implies(and(at(t, 'el0'), bit(4, t.pstate)), or(bit(5, t.pstate), none(t.pstate, 0x0600fc00n))) }),
  livingTask({ name: 'it-block-runs', words: 'at EL0 in AArch32 state an IT block has a mask left: IT[7:4] without IT[3:0] does not occur',
    formula: 'at EL0 and pstate.M[4] and IT[3:0] = 0: IT[7:4] = 0',
    keeper: { what: 'ERET: RestoredITBits', file: architecture },
    of: ({ t }) => implies(and(at(t, 'el0'), bit(4, t.pstate)), or(none(t.pstate, 0xf000n), not(none(t.pstate, 0x06000c00n)))) }),
  livingTask({ name: 'narrow-registers', words: 'r1 to r14 of a 32-bit task have zero upper halves',
    formula: 'TIF_32BIT: regs[1..14] < 2^32',
    keeper: { what: 'task_user_regset_view(): a 32-bit task is written through the AArch32 view', file: ptrace },
    of: ({ t }) => implies(t.TIF_32BIT, and(...t.regs.slice(1, 15).map(fits32))) }),
  livingTask({ name: 'narrow-r0', words: 'r0 of a 32-bit task has a zero upper half, in the kernel, too',
    formula: 'TIF_32BIT: regs[0] < 2^32',
    keeper: { what: 'syscall_set_return_value(), which from v6.1 on cuts every result; before, invoke_syscall() cut those of handlers, but not the early return of el0_svc_common() (-ERESTARTNOINTR) and -EINTR of do_signal()', file: 'arch/arm64/include/asm/syscall.h' },
    of: ({ t }) => implies(t.TIF_32BIT, fits32(t.regs[0]!)) }),
  livingTask({ name: 'narrow-orig-x0', words: 'orig_x0 of a 32-bit task has a zero upper half',
    formula: 'TIF_32BIT: orig_x0 < 2^32',
    keeper: { what: 'kernel_entry: mov w0, w0, before el0_svc_common() takes it', file: entry },
    of: ({ t }) => implies(t.TIF_32BIT, fits32(t.orig_x0)) }),
  livingTask({ name: 'narrow-argument', words: 'r0 of a 32-bit task has a zero upper half when its call is handled, unless the entry was reported (then -ENOSYS may stand there)',
    formula: 'TIF_32BIT and at entered and not traced: regs[0] < 2^32',
    keeper: { what: 'kernel_entry: mov w0, w0', file: entry },
    of: ({ t }) => implies(and(t.TIF_32BIT, at(t, 'entered'), not(t.traced)), fits32(t.regs[0]!)) }),
  livingTask({ name: 'narrow-pc', words: 'pc of a task at EL0 in AArch32 state has a zero upper half',
    formula: 'at EL0 and pstate.M[4]: pc < 2^32',
    keeper: { what: 'ERET to AArch32: the PC is 32 bits wide', file: architecture },
    of: ({ t }) => implies(and(bit(4, t.pstate), at(t, 'el0')), fits32(t.pc)) }),
  livingTask({ name: 'aligned-pc', words: 'pc of a task at EL0 in AArch32 state is aligned to 2 bytes in Thumb state, else to 4',
    formula: 'at EL0 and pstate.M[4]: pc[0] = 0, and pc[1] = 0 unless pstate.T',
    keeper: { what: 'ERET to AArch32 aligns the PC', file: architecture },
    of: ({ t }) => implies(and(at(t, 'el0'), bit(4, t.pstate)), and(isZero(extract<1>(0, 0, t.pc)), or(bit(5, t.pstate), isZero(extract<1>(1, 1, t.pc))))) }),
  livingTask({ name: 'aarch32-implemented', words: 'there is a 32-bit task only where EL0 has AArch32',
    formula: 'TIF_32BIT implies config.aarch32_el0',
    keeper: { what: 'compat_elf_check_arch(): execve refuses a 32-bit image without system_supports_32bit_el0()', file: 'arch/arm64/include/asm/elf.h' },
    of: ({ t, config: c }) => or(not(t.TIF_32BIT), c.aarch32_el0) }),
  livingTask({ name: 'call-flag-clear-outside-calls', words: 'outside a call the per-call flag is what exec made it',
    formula: 'table = none: compat_call = (flag of the kernel is set for 32-bit images and TIF_32BIT)',
    keeper: { what: 'the clearing of the flag after a call; on mainline there is none', file: syscall },
    of: ({ t, k }) => implies(is(t.table, table.none), iff(t.compat_call, k.flag.setFor32 ? t.TIF_32BIT : False)) }),
  livingTask({ name: 'call-flag-in-calls', words: 'in a call the per-call flag is set for a fake call, clear for a native one but an ioctl of the module',
    formula: 'table = fake: compat_call or TIF_32BIT or at handled; table = native: not compat_call, or TIF_32BIT where exec sets it, or at entered of a native task\'s ioctl (syscallno = 29), not stopped, a due report made, where a module sets it (then table = compat: not compat_call)',
    keeper: { what: 'do_el0_svc() sets the flag for a fake call, and finds it clear before a native one', file: syscall },
    of: ({ t, k }) => and(
      implies(is(t.table, table.fake), or(t.compat_call, t.TIF_32BIT, at(t, 'handled'))),
      implies(is(t.table, table.native), or(not(t.compat_call), k.flag.setFor32 ? t.TIF_32BIT : False,
        k.flag.ofModule ? and(at(t, 'entered'), is(t.syscallno, IOCTL), not(t.TIF_32BIT), not(t.stopped), or(not(t.TIF_SYSCALL_TRACE), t.traced)) : False)),
      k.flag.ofModule ? implies(is(t.table, table.compat), not(t.compat_call)) : True) }),
  livingTask({ name: 'no-call-flag', words: 'no task ever has a per-call flag',
    formula: 'compat_call = 0', keeper: { what: 'do_el0_svc(): nothing sets one', file: syscall }, of: ({ t }) => not(t.compat_call) }),
  livingTask({ name: 'no-fake-calls', words: 'no task is ever in a fake call',
    formula: 'table /= fake', keeper: { what: 'do_el0_svc(): the native table alone', file: syscall }, of: ({ t }) => not(is(t.table, table.fake)) }),
  livingTask({ name: 'table-in-calls', words: 'a call has a table exactly from `entered` to `handled`',
    formula: 'at in {entered, handled} iff table /= none', keeper: { what: 'el0_svc_common() returns to its dispatcher, and the call is over', file: syscall },
    of: ({ t }) => iff(at(t, 'entered', 'handled'), not(is(t.table, table.none))) }),
  livingTask({ name: 'call-of-its-width', words: 'before its handler runs, a call came from AArch32 (table `compat`) exactly if the task is 32-bit',
    formula: 'at entered: table = compat iff TIF_32BIT',
    keeper: { what: 'the vector chooses by PSTATE.M[4], which valid_user_regs() keeps that of the task', file: entry },
    of: ({ t }) => implies(at(t, 'entered'), iff(is(t.table, table.compat), t.TIF_32BIT)) }),
  livingTask({ name: 'call-of-aarch32', words: 'before its handler runs, the call of a 32-bit task came from AArch32 (table `compat`), whatever is with the others',
    formula: 'at entered and TIF_32BIT: table = compat',
    keeper: { what: 'the vector chooses by PSTATE.M[4], which valid_user_regs() keeps set in a 32-bit task', file: entry },
    of: ({ t }) => implies(and(at(t, 'entered'), t.TIF_32BIT), is(t.table, table.compat)) }),
  livingTask({ name: 'table-known', words: 'the table is one of the four', formula: 'table <= fake', keeper: { what: 'do_el0_svc(), do_el0_svc_compat(): there is no other', file: syscall },
    of: ({ t }) => ule(t.table, bv(8, table.fake)) }),
  livingTask({ name: 'quiet-at-el0', words: 'at EL0 no signal is forced, no tag fault pending, the task not stopped',
    formula: 'at EL0: signo = 0, not TIF_MTE_ASYNC_FAULT, not stopped',
    keeper: { what: 'ret_to_user: do_notify_resume() until no work is left', file: entry },
    of: ({ t }) => implies(at(t, 'el0'), and(isZero(t.signo), not(t.TIF_MTE_ASYNC_FAULT), not(t.stopped))) }),
  livingTask({ name: 'stopped-at-a-stop', words: 'a task is stopped only on its way back to user space, or where its system call was reported',
    formula: 'stopped: at returning and syscall_stop = 0, or at entered and 1, or at handled and 2; syscall_stop /= 0 implies stopped and traced',
    keeper: { what: 'ptrace_stop(), called from get_signal() and from tracehook_report_syscall()', file: 'kernel/signal.c' },
    of: ({ t }) => and(
      implies(t.stopped, or(...([['returning', 'none'], ['entered', 'enter'], ['handled', 'exit']] as const).map(([place, stop]) => and(at(t, place), is(t.syscall_stop, syscallStop[stop]))))),
      or(is(t.syscall_stop, syscallStop.none), and(t.stopped, t.traced))) }),
  livingTask({ name: 'traced-in-calls', words: 'a report has been made only in a call',
    formula: 'traced implies at in {entered, handled}', keeper: { what: 'el0_svc_common(): one report before the handler, one after it', file: syscall },
    of: ({ t }) => implies(t.traced, at(t, 'entered', 'handled')) }),
  livingTask({ name: 'stop-register', words: 'at a reported call the register that tells which is the one that the predicate names; what goes back to it in a 32-bit task is narrow',
    formula: 'syscall_stop /= 0: stop_reg = (tracehook_report_syscall says compat ? 12 : 7), and TIF_32BIT implies stop_saved < 2^32',
    keeper: { what: 'tracehook_report_syscall()', file: ptrace },
    of: ({ t, k }) => implies(not(is(t.syscall_stop, syscallStop.none)),
      and(iteBool(asks(k, 'tracehook_report_syscall', t), is(t.stop_reg, 12), is(t.stop_reg, 7)), implies(t.TIF_32BIT, fits32(t.stop_saved)))) }),
  livingTask({ name: 'tagged-native', words: 'only 64-bit tasks have the tagged address ABI',
    formula: 'TIF_32BIT implies not TIF_TAGGED_ADDR', keeper: { what: 'set_tagged_addr_ctrl() refuses a compat task, flush_tagged_addr_state() clears it in exec', file: process },
    of: ({ t }) => implies(t.TIF_32BIT, not(t.TIF_TAGGED_ADDR)) }),
  livingTask({ name: 'no-core-alive', words: 'a task that has dumped core is dead',
    formula: 'core = 0 and core_psr = 0', keeper: { what: 'do_coredump() is followed by do_group_exit()', file: 'kernel/signal.c' },
    of: ({ t }) => and(is(t.core, 0), isZero(t.core_psr)) }),
  livingTask({ name: 'unblockable', words: 'SIGKILL and SIGSTOP are not blocked',
    formula: 'blocked[8] = blocked[18] = 0', keeper: { what: 'set_current_blocked(): sigdelsetmask()', file: 'kernel/signal.c' },
    of: ({ t }) => none(t.blocked, (1n << 8n) | (1n << 18n)) }),
  livingTask({ name: 'restart-fn-known', words: 'restart_block.fn is one of the three',
    formula: 'restart_fn <= compat', keeper: { what: 'the handlers that return -ERESTART_RESTARTBLOCK', file: 'include/linux/restart_block.h' },
    of: ({ t }) => ule(t.restart_fn, bv(8, restartFn.compat)) }),
  livingTask({ name: 'one-at-el0', words: 'only the task that a CPU runs is at EL0',
    formula: 'at EL0 implies current', keeper: { what: 'a switch happens in the kernel only: schedule() at a preemption point', file: 'kernel/sched/core.c' },
    of: ({ t, runs }) => implies(at(t, 'el0'), runs) }),
  runningTask({ name: 'tpidrro-zero-without-kpti', words: 'without KPTI, TPIDRRO_EL0 is 0 while a 64-bit task runs',
    formula: 'current and not TIF_32BIT and not config.kpti: TPIDRRO_EL0 = 0',
    keeper: { what: 'tls_thread_switch() writes 0 for a native next', file: process },
    of: ({ t, cpu, config: c }) => implies(and(alive(t), not(t.TIF_32BIT), not(c.kpti)), isZero(cpu.TPIDRRO_EL0)) }),
  runningTask({ name: 'tpidrro-zero', words: 'TPIDRRO_EL0 is 0 while a 64-bit task runs',
    formula: 'current and not TIF_32BIT: TPIDRRO_EL0 = 0',
    keeper: { what: 'tls_thread_switch(), which from v4.16 to v6.12 leaves the 0 to the KPTI trampoline', file: process },
    of: ({ t, cpu }) => implies(and(alive(t), not(t.TIF_32BIT)), isZero(cpu.TPIDRRO_EL0)) }),
  runningTask({ name: 'tpidrro-is-shadow', words: 'TPIDRRO_EL0 is uw.tp_value while a 32-bit task runs',
    formula: 'current and TIF_32BIT: TPIDRRO_EL0 = tp_value',
    keeper: { what: 'tls_thread_switch(); tls_thread_flush() flushes tp_value of a task that was 32-bit before exec only', file: process },
    of: ({ t, cpu }) => implies(and(alive(t), t.TIF_32BIT), eq(cpu.TPIDRRO_EL0, t.tp_value)) }),
  livingTask({ name: 'narrow-tls', words: 'uw.tp_value of a 32-bit task fits 32 bits',
    formula: 'TIF_32BIT: tp_value < 2^32',
    keeper: { what: 'tls_thread_flush() flushes tp_value of a task that was 32-bit before exec only', file: process },
    of: ({ t }) => implies(t.TIF_32BIT, fits32(t.tp_value)) }),
  runningTask({ name: 'counter-access', words: 'with erratum 1418040 EL0 may read CNTVCT exactly while a 64-bit task runs; without it always',
    formula: 'current: not erratum implies EL0VCTEN; erratum implies (EL0VCTEN iff not TIF_32BIT)',
    keeper: { what: 'erratum_1418040_thread_switch(); exec to the other width does not call it', file: process },
    of: ({ t, cpu, config: c }) => and(or(c.erratum_1418040, cpu.CNTKCTL_EL0VCTEN), implies(and(alive(t), c.erratum_1418040), iff(cpu.CNTKCTL_EL0VCTEN, not(t.TIF_32BIT)))) }),
  everyTask({ name: 'memory-by-pages', words: 'the memory in view is mapped by whole pages, below TASK_SIZE_MAX',
    formula: 'frame, buf: base <= 2^48 - size, base[1:0] = 0, lo <= hi <= size, base + lo and base + hi page boundaries or ends',
    keeper: { what: 'mmap works on pages (docs/events.md: what a program may do to its memory)', file: 'mm/mmap.c' },
    of: ({ t }) => and(pages(t.frame), pages(t.buf)) }),
]

/** trace/state.ts, docs/events.md: whole 4 KiB pages cut to the ends of the stretch. */
function pages(r: SymTask['frame']): Bool {
  const size = bv(32, 4 * r.words.length)
  const boundary = (offset: BV<32>): Bool => isZero(addLow(r.base, offset))
  return and(ule(r.base, bv(64, (1n << 48n) - BigInt(4 * r.words.length))), isZero(extract<2>(1, 0, r.base)), ule(r.lo, r.hi), ule(r.hi, size),
    or(isZero(r.lo), boundary(r.lo)), or(eq(r.hi, size), isZero(r.hi), boundary(r.hi)))
}
const addLow = (base: BV<64>, offset: BV<32>): BV<12> => extract<12>(11, 0, bvadd(extract<32>(31, 0, base), offset))
