/**
 * The start state of a run: well-formed. Named clauses, each about the observable state; for each kernel those hold that every event keeps
 * (test/proofs/well-formed.test.ts proves it event by event; proofs/well-formed.recorded.ts says which).
 */
import { and, bit, bv, bvadd, bvand, eq, False, extract, iff, implies, is, isZero, iteBool, not, or, ule, ult } from '../model/terms/build.js'
import type { Bool, BV } from '../model/terms/term.js'
import type { Kernel, SymConfig, SymState, SymTask } from '../model/index.js'
import { place, restartFn, table, type Place } from '../trace/state.js'

export interface Clause { readonly name: string, readonly words: string, readonly holds: (k: Kernel, c: SymConfig, s: SymState) => Bool }

const HIGH = 0xffffffff00000000n
const fits32 = (v: BV<64>): Bool => isZero(bvand(v, bv(64, HIGH)))
const at = (t: SymTask, ...places: Place[]): Bool => or(...places.map((p) => is(t.at, place[p])))
const alive = (t: SymTask): Bool => at(t, 'el0', 'entered', 'handled', 'returning')
const none = (p: BV<64>, bits: bigint): Bool => isZero(bvand(p, bv(64, bits)))
const each = (f: (t: SymTask, c: SymConfig, k: Kernel) => Bool) => (k: Kernel, c: SymConfig, s: SymState): Bool => and(...s.tasks.map((t) => implies(alive(t), f(t, c, k))))
/** The task that runs, seen through `f`. */
const running = (f: (t: SymTask, s: SymState, c: SymConfig) => Bool) => (_k: Kernel, c: SymConfig, s: SymState): Bool =>
  and(...s.tasks.map((t, i) => implies(is(s.cpus[0]!.current, i), f(t, s, c))))

/** Bits of PSTATE that no EL0 task of that width has: M, D, A, I, F beyond the mode, IL, and what is RES0 (SPSR format). */
const NATIVE_NEVER = HIGH | 0x0cdfe3ffn & ~(1n << 21n)
const COMPAT_NEVER = HIGH | 0x005001cfn

export const clauses: readonly Clause[] = [
  { name: 'pstate-of-its-width', words: 'PSTATE of a 64-bit task is EL0t with D, A, I, F, IL and RES0 bits clear; of a 32-bit task USR with A, I, F, IL and RES0 bits clear',
    holds: each((t) => iteBool(t.TIF_32BIT, and(none(t.pstate, COMPAT_NEVER), bit(4, t.pstate)), none(t.pstate, NATIVE_NEVER))) },
  { name: 'pstate-implemented', words: 'at EL0 PSTATE has no bit of a feature that the CPU lacks',
    holds: each((t, c) => implies(at(t, 'el0'), and(
      or(c.dit, none(t.pstate, 1n << 24n)),
      iteBool(t.TIF_32BIT, and(or(c.ssbs, none(t.pstate, 1n << 23n)), or(c.mixed_endian_el0, none(t.pstate, 1n << 9n))),
        and(or(c.ssbs, none(t.pstate, 1n << 12n)), or(c.bti, none(t.pstate, 0xc00n)), or(c.mte, none(t.pstate, 1n << 25n))))))) },
  { name: 'no-single-step-bit', words: 'at EL0 without TIF_SINGLESTEP, PSTATE.SS is 0',
    holds: each((t) => implies(and(at(t, 'el0'), not(t.TIF_SINGLESTEP)), none(t.pstate, 1n << 21n))) },
  { name: 'it-only-in-thumb', words: 'at EL0 a 32-bit task has IT bits only in Thumb state',
    holds: each((t) => implies(and(at(t, 'el0'), t.TIF_32BIT), or(bit(5, t.pstate), none(t.pstate, 0x0600fc00n)))) },
  { name: 'it-block-runs', words: 'at EL0 a 32-bit task that is in an IT block has a mask left: IT[7:4] without IT[3:0] does not occur',
    holds: each((t) => implies(and(at(t, 'el0'), t.TIF_32BIT), or(none(t.pstate, 0xf000n), not(none(t.pstate, 0x06000c00n))))) },
  { name: 'narrow-registers', words: 'r1 to r14 of a 32-bit task have zero upper halves',
    holds: each((t) => implies(t.TIF_32BIT, and(...t.regs.slice(1, 15).map(fits32)))) },
  { name: 'narrow-r0', words: 'r0 of a 32-bit task at EL0 has a zero upper half',
    holds: each((t) => implies(and(t.TIF_32BIT, at(t, 'el0')), fits32(t.regs[0]!))) },
  { name: 'narrow-argument', words: 'r0 of a 32-bit task has a zero upper half when its call is handled',
    holds: each((t) => implies(and(t.TIF_32BIT, at(t, 'entered')), fits32(t.regs[0]!))) },
  { name: 'narrow-pc', words: 'pc of a 32-bit task at EL0 has a zero upper half',
    holds: each((t) => implies(and(t.TIF_32BIT, at(t, 'el0')), fits32(t.pc))) },
  { name: 'aligned-pc', words: 'pc of a 32-bit task at EL0 is aligned to 2 bytes in Thumb state, else to 4',
    holds: each((t) => implies(and(at(t, 'el0'), t.TIF_32BIT), and(isZero(extract<1>(0, 0, t.pc)), or(bit(5, t.pstate), isZero(extract<1>(1, 1, t.pc)))))) },
  { name: 'aarch32-implemented', words: 'there is a 32-bit task only where EL0 has AArch32', holds: each((t, c) => or(not(t.TIF_32BIT), c.aarch32_el0)) },
  { name: 'call-flag-clear-outside-calls', words: 'outside a call the per-call flag is what exec made it',
    holds: each((t, _c, k) => implies(is(t.table, table.none), iff(t.compat_call, k.flag.setFor32 ? t.TIF_32BIT : False))) },
  { name: 'call-flag-in-calls', words: 'in a call the per-call flag is set for a fake call, clear for a native one',
    holds: each((t, _c, k) => and(
      implies(is(t.table, table.fake), or(t.compat_call, t.TIF_32BIT, at(t, 'handled'))),
      implies(is(t.table, table.native), or(not(t.compat_call), k.flag.setFor32 ? t.TIF_32BIT : False)))) },
  { name: 'no-call-flag', words: 'no task ever has a per-call flag', holds: each((t) => not(t.compat_call)) },
  { name: 'no-fake-calls', words: 'no task is ever in a fake call', holds: each((t) => not(is(t.table, table.fake))) },
  { name: 'table-in-calls', words: 'a call has a table exactly from `entered` to `handled`',
    holds: each((t) => iff(at(t, 'entered', 'handled'), not(is(t.table, table.none)))) },
  { name: 'call-of-its-width', words: 'before its handler runs, a call came from AArch32 (table `compat`) exactly if the task is 32-bit',
    holds: each((t) => implies(at(t, 'entered'), iff(is(t.table, table.compat), t.TIF_32BIT))) },
  { name: 'table-known', words: 'the table is one of the four', holds: each((t) => ule(t.table, bv(8, table.fake))) },
  { name: 'quiet-at-el0', words: 'at EL0 no signal is forced, no tag fault pending, the task not stopped',
    holds: each((t) => implies(at(t, 'el0'), and(isZero(t.signo), not(t.TIF_MTE_ASYNC_FAULT), not(t.stopped)))) },
  { name: 'stopped-at-return', words: 'a task is stopped only on its way back to user space', holds: each((t) => implies(t.stopped, at(t, 'returning'))) },
  { name: 'unblockable', words: 'SIGKILL and SIGSTOP are not blocked', holds: each((t) => none(t.blocked, (1n << 8n) | (1n << 18n))) },
  { name: 'restart-fn-known', words: 'restart_block.fn is one of the three', holds: each((t) => ule(t.restart_fn, bv(8, restartFn.compat))) },
  { name: 'one-at-el0', words: 'only the task that a CPU runs is at EL0',
    holds: (_k, _c, s) => and(ult(s.cpus[0]!.current, bv(8, s.tasks.length)), ...s.tasks.map((t, i) => implies(at(t, 'el0'), is(s.cpus[0]!.current, i)))) },
  { name: 'tpidrro-zero-without-kpti', words: 'without KPTI, TPIDRRO_EL0 is 0 while a 64-bit task runs', holds: running((t, s, c) => implies(and(alive(t), not(t.TIF_32BIT), not(c.kpti)), isZero(s.cpus[0]!.TPIDRRO_EL0))) },
  { name: 'tpidrro-zero', words: 'TPIDRRO_EL0 is 0 while a 64-bit task runs', holds: running((t, s) => implies(and(alive(t), not(t.TIF_32BIT)), isZero(s.cpus[0]!.TPIDRRO_EL0))) },
  { name: 'tpidrro-is-shadow', words: 'TPIDRRO_EL0 is uw.tp_value while a 32-bit task runs', holds: running((t, s) => implies(and(alive(t), t.TIF_32BIT), eq(s.cpus[0]!.TPIDRRO_EL0, t.tp_value))) },
  { name: 'narrow-tls', words: 'uw.tp_value of a 32-bit task fits 32 bits', holds: each((t) => implies(t.TIF_32BIT, fits32(t.tp_value))) },
  { name: 'counter-access', words: 'with erratum 1418040 EL0 may read CNTVCT exactly while a 64-bit task runs; without it always',
    holds: running((t, s, c) => and(or(c.erratum_1418040, s.cpus[0]!.CNTKCTL_EL0VCTEN), implies(and(alive(t), c.erratum_1418040), iff(s.cpus[0]!.CNTKCTL_EL0VCTEN, not(t.TIF_32BIT))))) },
  { name: 'memory-by-pages', words: 'the memory in view is mapped by whole pages, below TASK_SIZE_MAX', holds: (_k, _c, s) => and(...s.tasks.flatMap((t) => [t.frame, t.buf].map(pages))) },
]

/** trace/state.ts, docs/events.md: whole 4 KiB pages cut to the ends of the stretch. */
function pages(r: SymTask['frame']): Bool {
  const size = bv(32, 4 * r.words.length)
  const boundary = (offset: BV<32>): Bool => isZero(addLow(r.base, offset))
  return and(ule(r.base, bv(64, (1n << 48n) - BigInt(4 * r.words.length))), isZero(extract<2>(1, 0, r.base)), ule(r.lo, r.hi), ule(r.hi, size),
    or(isZero(r.lo), boundary(r.lo)), or(eq(r.hi, size), isZero(r.hi), boundary(r.hi)))
}
const addLow = (base: BV<64>, offset: BV<32>): BV<12> => extract<12>(11, 0, bvadd(extract<32>(31, 0, base), offset))
