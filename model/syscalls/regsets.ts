/** The regset views and the regsets NT_PRSTATUS, NT_ARM_TLS, NT_ARM_SYSTEM_CALL. arch/arm64/kernel/ptrace.c, kernel/ptrace.c (v5.4 to v6.12). */
import { and, bv, eq, extract, False, ite, lower32, not, or, True, ult, ule, zext, is, concat } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { syscallStop, view as views } from '../../trace/state.js'
import { lifted } from '../tasks/lifted.js'
import { asks, type Kernel, type SymConfig, type SymTask } from '../tasks/kernel.js'
import { compatPsrToPstate, pstateToCompatPsr, validUserRegs } from '../tasks/sanitise.js'
import { copyTask, mergeTask } from '../tasks/symbolic.js'
import { NO_SYSCALL } from '../tasks/entry.js'
import { negative } from './dispatch.js'
import { errno, note } from './numbers.table.js'

/** task_user_regset_view(target), asked by `current`: the trace's `view` codes. */
export function taskUserRegsetView(k: Kernel, current: SymTask, target: SymTask): BV<8> {
  const address = (v: bigint): BV<64> => bv(64, v)
  const own = lifted(k, 'task_user_regset_view', { current, target, values: { '&user_aarch32_view': address(views.aarch32), '&user_aarch32_ptrace_view': address(views.aarch32_ptrace), '&user_aarch64_view': address(views.aarch64) } })
  if (own?.result !== undefined) return extract<8>(7, 0, own.result)
  return ite(asks(k, 'task_user_regset_view: current', current), bv(8, views.aarch32),
    ite(asks(k, 'task_user_regset_view: target', target), bv(8, views.aarch32_ptrace), bv(8, views.aarch64)))
}

/** The words a tracer hands over: `word(i)` and whether reading it faults. */
export interface Source { word: (i: number) => BV<32>, fault: (i: number) => Bool }
/** Is byte range [4i, 4i+4) part of a transfer of `len` bytes? */
const covered = (i: number, len: BV<32>): Bool => ult(bv(32, 4 * i), len)

/** A setter as it was lifted: position 0, `len` bytes, user memory by words and their faults. */
function liftedSetter(k: Kernel, name: string, config: SymConfig, target: SymTask, from: Source, words: number, len: BV<32>): BV<64> | undefined {
  if (k.lifted?.has(name) !== true) return undefined
  const values: Record<string, BV | Bool> = { count: len }
  for (let i = 0; i < words; i++) {
    values[`word[${i}]`] = from.word(i)
    values[`fault[${4 * i}:4]`] = from.fault(i)
    values[`fault[${4 * i}:8]`] = or(from.fault(i), from.fault(i + 1))
  }
  return lifted(k, name, { config, target, values })?.result as BV<64> | undefined
}

/** One register set: size and number of its elements, its words as they are read, its setter. Setters return the result. */
export interface Regset {
  readonly n: number
  readonly size: number
  get(target: SymTask): BV<32>[]
  set(k: Kernel, config: SymConfig, target: SymTask, from: Source, len: BV<32>): BV<64>
}

const low = (x: BV<64>): BV<32> => lower32(x)
const high = (x: BV<64>): BV<32> => extract<32>(63, 32, x)
const anyFault = (from: Source, words: number, len: BV<32>): Bool => or(...Array.from({ length: words }, (_, i) => and(covered(i, len), from.fault(i))))

/** gpr_get, gpr_set: struct user_pt_regs; nothing changes unless all could be read and PSTATE is valid. */
export const gpr: Regset = {
  n: 34, size: 8,
  get: (t) => [...t.regs, t.sp, t.pc, t.pstate].flatMap((r) => [low(r), high(r)]),
  set(k, config, t, from, len) {
    const own = liftedSetter(k, 'gpr_set', config, t, from, 68, len)
    if (own !== undefined) return own
    const now = [...t.regs, t.sp, t.pc, t.pstate]
    const value = (i: number): BV<64> => ite(covered(2 * i, len), concat<64>(from.word(2 * i + 1), from.word(2 * i)), now[i]!)
    const checked = validUserRegs(k, config, value(33), t)
    const fault = anyFault(from, 68, len)
    const commit = and(not(fault), checked.ok)
    t.regs = t.regs.map((r, i) => ite(commit, value(i), r))
    t.sp = ite(commit, value(31), t.sp)
    t.pc = ite(commit, value(32), t.pc)
    t.pstate = ite(commit, checked.pstate, t.pstate)
    updateSyscallOrigX0AfterPtrace(k, t, commit)
    return ite(fault, negative(errno.EFAULT), ite(checked.ok, bv(64, 0), negative(errno.EINVAL)))
  },
}

/** update_syscall_orig_x0_after_ptrace(): the first argument that seccomp, audit and the restart see is the one that the tracer left; of a stop at a call's end it is not asked. */
export function updateSyscallOrigX0AfterPtrace(k: Kernel, t: SymTask, when: Bool): void {
  if (!k.origX0FollowsTracer) return
  const follows = and(when, not(eq(t.syscallno, NO_SYSCALL)), not(is(t.syscall_stop, syscallStop.exit)), not(asks(k, 'update_syscall_orig_x0_after_ptrace', t)))
  t.orig_x0 = ite(follows, t.regs[0]!, t.orig_x0)
}

/** compat_get_user_reg(): r0..r14, pc, the PSR, orig_r0, cut to 32 bits. */
export const compatGetUserReg = (t: SymTask, idx: number): BV<32> =>
  idx === 15 ? low(t.pc) : idx === 16 ? low(pstateToCompatPsr(t.pstate)) : idx === 17 ? low(t.orig_x0) : low(t.regs[idx]!)

/** Writes register `idx` of the compat layout where `when` holds; PSTATE unchecked. */
function compatPut(t: SymTask, idx: number, value: BV<32>, when: Bool): void {
  const v = zext(64, value) as BV<64>
  if (idx === 15) t.pc = ite(when, v, t.pc)
  else if (idx === 16) t.pstate = ite(when, compatPsrToPstate(v), t.pstate)
  else if (idx === 17) t.orig_x0 = ite(when, v, t.orig_x0)
  else t.regs[idx] = ite(when, v, t.regs[idx]!)
}

/** compat_gpr_get, compat_gpr_set: word by word; after a fault the words before it are still checked and committed. */
export const compatGpr: Regset = {
  n: 18, size: 4,
  get: (t) => Array.from({ length: 18 }, (_, i) => compatGetUserReg(t, i)),
  set(k, config, t, from, len) {
    const own = liftedSetter(k, 'compat_gpr_set', config, t, from, 18, len)
    if (own !== undefined) return own
    const fresh = copyTask(t)
    let broken: Bool = False
    for (let i = 0; i < 18; i++) {
      const here = covered(i, len)
      broken = or(broken, and(here, from.fault(i)))
      compatPut(fresh, i, from.word(i), and(here, not(broken)))
    }
    const checked = validUserRegs(k, config, fresh.pstate, t)
    fresh.pstate = checked.pstate
    Object.assign(t, mergeTask(checked.ok, fresh, t))
    return ite(checked.ok, ite(broken, negative(errno.EFAULT), bv(64, 0)), negative(errno.EINVAL))
  },
}

/** compat_ptrace_write_user() for one register. */
export function compatWriteUser(k: Kernel, config: SymConfig, t: SymTask, idx: number, value: BV<32>): BV<64> {
  const own = lifted(k, 'compat_ptrace_write_user', { config, target: t, values: { off: bv(32, 4 * idx), val: value } })?.result
  if (own !== undefined) return own as BV<64>
  const fresh = copyTask(t)
  compatPut(fresh, idx, value, True)
  const checked = validUserRegs(k, config, fresh.pstate, t)
  fresh.pstate = checked.pstate
  Object.assign(t, mergeTask(checked.ok, fresh, t))
  return ite(checked.ok, bv(64, 0), negative(errno.EINVAL))
}

/** tls_get, tls_set: uw.tp_value, 64 bits. The register follows at the next switch. */
export const tls: Regset = {
  n: 1, size: 8,
  get: (t) => [low(t.tp_value), high(t.tp_value)],
  set(k, config, t, from, len) {
    const own = liftedSetter(k, 'tls_set', config, t, from, 2, len)
    if (own !== undefined) return own
    const fault = anyFault(from, 2, len)
    const given = and(covered(0, len), not(fault))
    t.tp_value = ite(given, concat<64>(from.word(1), from.word(0)), t.tp_value)
    return ite(fault, negative(errno.EFAULT), bv(64, 0))
  },
}

/** The same from v6.1 on: a second word, TPIDR2_EL0, which is 0 and stays so without SME. */
export const tlsPair: Regset = {
  n: 2, size: 8,
  get: (t) => [...tls.get(t), bv(32, 0), bv(32, 0)],
  set(_k, _config, t, from, len) {
    const fault = anyFault(from, 4, len)
    const given = and(covered(0, len), not(fault))
    t.tp_value = ite(given, concat<64>(from.word(1), from.word(0)), t.tp_value)
    return ite(fault, negative(errno.EFAULT), bv(64, 0))
  },
}

/** NT_ARM_TLS of the native view. */
export const nativeTls = (k: Kernel): Regset => k.tlsRegsetWords === 2 ? tlsPair : tls

/** compat_tls_get, compat_tls_set: the lower 32 bits of uw.tp_value; even an empty write stores them back. */
export const compatTls: Regset = {
  n: 1, size: 4,
  get: (t) => [low(t.tp_value)],
  set(k, config, t, from, len) {
    const own = liftedSetter(k, 'compat_tls_set', config, t, from, 1, len)
    if (own !== undefined) return own
    const fault = anyFault(from, 1, len)
    const value = ite(covered(0, len), from.word(0), low(t.tp_value))
    t.tp_value = ite(fault, t.tp_value, zext(64, value))
    return ite(fault, negative(errno.EFAULT), bv(64, 0))
  },
}

/** system_call_get, system_call_set: syscallno as it is. */
export const systemCall: Regset = {
  n: 1, size: 4,
  get: (t) => [t.syscallno],
  set(k, config, t, from, len) {
    const own = liftedSetter(k, 'system_call_set', config, t, from, 1, len)
    if (own !== undefined) return own
    const fault = anyFault(from, 1, len)
    t.syscallno = ite(and(covered(0, len), not(fault)), from.word(0), t.syscallno)
    updateSyscallOrigX0AfterPtrace(k, t, not(fault))
    return ite(fault, negative(errno.EFAULT), bv(64, 0))
  },
}

/** The views: which set answers to which note. */
export const regsetViews = (k: Kernel): readonly { view: bigint, sets: readonly { note: number, regset: Regset }[] }[] => [
  { view: views.aarch64, sets: [{ note: note.NT_PRSTATUS, regset: gpr }, { note: note.NT_ARM_TLS, regset: nativeTls(k) }, { note: note.NT_ARM_SYSTEM_CALL, regset: systemCall }] },
  { view: views.aarch32, sets: [{ note: note.NT_PRSTATUS, regset: compatGpr }] },
  { view: views.aarch32_ptrace, sets: [{ note: note.NT_PRSTATUS, regset: compatGpr }, { note: note.NT_ARM_TLS, regset: compatTls }, { note: note.NT_ARM_SYSTEM_CALL, regset: systemCall }] },
]

/** ptrace_regset(): the length is a multiple of the element, cut to the set. */
export function regsetLength(r: Regset, len: BV<32>): { ok: Bool, clipped: BV<32> } {
  const size = r.size === 8 ? 3 : 2
  return { ok: is(extract<number>(size - 1, 0, len), 0), clipped: ite(ule(len, bv(32, r.n * r.size)), len, bv(32, r.n * r.size)) }
}
