/** One symbolic state for both sides: the model's tasks, CPU and config, and the same as the cells that lifted C reads and writes. */
import { configSpec, cpuSpec, restartFn, taskSpec } from '../../trace/state.js'

import { fresh, type SymConfig, type SymCpu, type SymTask } from '../../model/tasks/symbolic.js'
import { and, bitOf, bool, bv, bvVar, concat, eq, extract, ite, zext } from '../../model/terms/build.js'
import type { Bool, BV, Term } from '../../model/terms/term.js'
import type { Base } from './kernels.js'

/** Whose cells they are: `current`, the other task, `current` after the handler; or after another call that is not entered. */
export type Who = 'current' | 'target' | 'after' | 'traced' | 'reported'
/** Numbers of the tree that say which bit is which flag. */
export interface Flags { readonly TIF_32BIT: number, readonly TIF_SINGLESTEP: number, readonly TIF_SYSCALL_TRACE: number, readonly TIF_MTE_ASYNC_FAULT: number, readonly TIF_TSC_SIGSEGV: number, readonly TIF_TAGGED_ADDR: number,
  /** _TIF_SYSCALL_WORK and _TIF_SINGLESTEP */
  readonly work: bigint }
const flagNames = ['TIF_32BIT', 'TIF_SINGLESTEP', 'TIF_SYSCALL_TRACE', 'TIF_MTE_ASYNC_FAULT', 'TIF_TAGGED_ADDR'] as const

export interface World {
  readonly kernel: Base
  readonly flags: Flags
  readonly current: SymTask
  /** another task: the one switched to, the child, the tracee */
  readonly target: SymTask
  /** current once the system call handler has run */
  readonly after: SymTask
  readonly cpu: SymCpu
  readonly config: SymConfig
}

/** The same variables for every question; nobody writes into them (a model's function gets a copy). */
let variables: Omit<World, 'kernel' | 'flags'> | undefined
export function world(kernel: Base, flags: Flags): World {
  variables ??= { current: fresh(taskSpec, 'current.'), target: fresh(taskSpec, 'target.'), after: fresh(taskSpec, 'after.'), cpu: fresh(cpuSpec, 'cpu.'), config: fresh(configSpec, 'config.') }
  return { kernel, flags, ...variables }
}

/** Address of the restart function that sigreturn installs; every other one is free. */
const noRestart = bvVar(64, '&do_no_restart_syscall')
export const plain: Record<string, keyof SymTask> = {
  'pt_regs.sp': 'sp', 'pt_regs.pc': 'pc', 'pt_regs.pstate': 'pstate', 'pt_regs.orig_x0': 'orig_x0', 'pt_regs.syscallno': 'syscallno', 'thread.uw.tp_value': 'tp_value', 'thread.uw.tp2_value': 'tp2_value',
  'thread.uw.fpsimd_state.fpsr': 'fpsr', 'thread.uw.fpsimd_state.fpcr': 'fpcr', 'blocked.sig[0]': 'blocked', 'forced.code': 'si_code', 'forced.addr': 'si_addr',
}
/** The per-call flag of the variants, by its name in their thread_info. */
export const callFlags: Readonly<Record<string, (c: Bool) => Term>> = {
  'thread_info.compat_syscall_flags': (c) => zext(32, bitOf(c)), // RFC v2: an int, 0 or _TIF_COMPAT_32BITSYSCALL
  'thread_info.use_compat_syscall': (c) => bitOf(c), // v4: a bool
}

/** The flags word: the bits the model has, and a free variable's for the rest; those of `clear` are 0. */
export function flagsWord(w: World, t: SymTask, who: Who, clear = 0n): BV<64> {
  const other = bvVar(64, `${who}.thread_info.flags`)
  let out: Term | undefined
  for (let n = 63; n >= 0; n--) {
    const name = flagNames.find((f) => w.flags[f] === n)
    const b: Term = (clear >> BigInt(n)) & 1n ? bv(1, 0) : name === undefined ? extract<1>(n, n, other) : bitOf(t[name])
    out = out === undefined ? b : concat(out, b)
  }
  return out as BV<64>
}

/** What a cell of that task holds, in the model's terms; undefined where the model has nothing like it. */
export function taskCell(w: World, t: SymTask, who: Who, path: string): Term | undefined {
  const reg = /^pt_regs\.regs\[(\d+)\]$/.exec(path)
  if (reg !== null) return t.regs[Number(reg[1])]
  const v = /^thread\.uw\.fpsimd_state\.vregs\[(\d+)\]$/.exec(path)
  if (v !== null) return t.vregs[Number(v[1])]
  if (path === 'thread_info.flags') return flagsWord(w, t, who)
  if (path === 'tagged_addr') return t.TIF_TAGGED_ADDR
  if (path === 'forced.signo') return zext(32, t.signo)
  if (path === 'restart_block.fn') return ite(eq(t.restart_fn, bv(8, restartFn.do_no_restart_syscall)), noRestart, bvVar(64, `${who}.restart_block.fn`))
  const call = callFlags[path]
  if (call !== undefined) return call(t.compat_call)
  const p = plain[path]
  return p === undefined ? undefined : t[p] as Term
}
export function cpuCell(cpu: SymCpu, path: string): Term | undefined {
  switch (path) {
    case 'tpidr_el0': return cpu.TPIDR_EL0
    case 'tpidrro_el0': return cpu.TPIDRRO_EL0
    // ARCH_TIMER_USR_VCT_ACCESS_EN is bit 1
    case 'cntkctl_el1': { const other = bvVar(64, 'cpu.cntkctl_el1'); return concat<64>(extract<62>(63, 2, other), concat<2>(bitOf(cpu.CNTKCTL_EL0VCTEN), extract<1>(0, 0, other))) }
    default: return undefined
  }
}

/** Properties of the machine: the model's config; what it has not (SVE, SME, POE, …) is absent. */
export function property(w: World, name: string): Bool | undefined {
  switch (name) {
    case 'system_supports_mixed_endian_el0': return w.config.mixed_endian_el0
    case 'system_supports_fpsimd': return bool(true)
    case 'system_supports_bti': return w.config.bti
    case 'system_supports_mte': return w.config.mte
    case 'system_supports_32bit_el0': return w.config.aarch32_el0
    case 'arm64_kernel_unmapped_at_el0': return w.config.kpti
    case 'has(ARM64_WORKAROUND_1418040)': return w.config.erratum_1418040
    case 'ssbs_policy': return w.config.ssbs
    default: return /^(system_supports_|key\(|has\(|system_uses_)/.test(name) ? bool(false) : undefined
  }
}

/** The beginning of a lifted function: cells of the tasks and the CPU in the model's terms. */
export function initialCell(w: World, path: string): Term | undefined {
  const m = /^(current|target|cpu)\.(.*)$/.exec(path)
  if (m !== null) return m[1] === 'cpu' ? cpuCell(w.cpu, m[2]!) : taskCell(w, m[1] === 'current' ? w.current : w.target, m[1] as Who, m[2]!)
  const later = /^after the handler(?: \(\d+\))?\.(.*)$/.exec(path)
  if (later !== null) return taskCell(w, w.after, 'after', later[1] === 'flags' ? 'thread_info.flags' : later[1]!)
  return property(w, path)
}

/** The model's flags in a flags word. The other bits belong to nobody here. */
export const flagBits = (w: World, word: Term): { name: string, bit: Term }[] => flagNames.flatMap((f) => w.flags[f] < 0 ? [] : [{ name: f, bit: extract(w.flags[f], w.flags[f], word) }])

/** All cells by which a task of the model is judged. */
export const taskCells: readonly string[] = [
  ...Array.from({ length: 31 }, (_, i) => `pt_regs.regs[${i}]`), ...Object.keys(plain), ...Array.from({ length: 32 }, (_, i) => `thread.uw.fpsimd_state.vregs[${i}]`), 'thread_info.flags', 'forced.signo', 'restart_block.fn',
]
export const cpuCells = ['tpidr_el0', 'tpidrro_el0', 'cntkctl_el1']
/** No tracing, no pending work, no single step: where only the untraced path is compared. */
export function quiet(w: World, t: SymTask, who: Who, mask = w.flags.work): Bool {
  const word = flagsWord(w, t, who)
  const bits: Bool[] = []
  for (let n = 0; n < 64; n++) if ((mask >> BigInt(n)) & 1n) bits.push(eq(extract<1>(n, n, word), bv(1, 0)))
  return and(...bits)
}
