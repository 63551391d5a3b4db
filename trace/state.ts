/**
 * The observable state: what claims speak about, and what model, simulator and guest are compared on.
 * Names are the kernel's (arch/arm64: struct pt_regs, struct thread_struct, struct thread_info) or the architecture's.
 */
import { list, zero, type Concrete, type Domain, type Of } from './spec.js'

/** Bytes of user memory a task can have in view: a signal frame, and the iovec with its buffer for ptrace. */
export const FRAME_WORDS = 288
export const BUF_WORDS = 80

/** A stretch of user memory. `words[i]` is the little-endian 32-bit word at address `base + 4*i`.
 *  The bytes of offsets lo <= o < hi are mapped read-write; every other address of the task is unmapped for the kernel's uaccess. */
const region = (words: number) => ({ base: 'u64', lo: 'u32', hi: 'u32', words: list('u32', words) }) as const

export const taskSpec = {
  /** The EL0 registers: those of the CPU while the task is at EL0, those of its struct pt_regs while it is in the kernel. */
  regs: list('u64', 31), sp: 'u64', pc: 'u64',
  /** SPSR_EL1 format. At EL0: the value that SPSR_EL1 would get if an exception were taken now. */
  pstate: 'u64',
  orig_x0: 'u64', syscallno: 'u32',
  vregs: list('u128', 32), fpsr: 'u32', fpcr: 'u32',
  /** struct thread_struct: uw.tp_value and uw.tp2_value. */
  tp_value: 'u64', tp2_value: 'u64',
  TIF_32BIT: 'bool', TIF_SINGLESTEP: 'bool', TIF_SYSCALL_TRACE: 'bool', TIF_MTE_ASYNC_FAULT: 'bool',
  /** The per-call flag that a variant adds (compat_syscall_flags, tango_syscall, use_compat_syscall); false where there is none. */
  compat_call: 'bool',
  /** current->restart_block.fn, see `restartFn`. */
  restart_fn: 'u8',
  /** current->blocked, signals 1..64 in bits 0..63. */
  blocked: 'u64',
  /** Where the task is, see `place`. */
  at: 'u8',
  /** The table its present system call was dispatched to, see `table`. */
  table: 'u8',
  /** AUDIT_ARCH_* that seccomp and audit see for the present (else the last) system call. */
  audit_arch: 'u32',
  /** A signal the kernel has forced on the task (force_sig_fault) and not yet delivered: 0 for none. */
  signo: 'u8', si_code: 'u32', si_addr: 'u64',
  /** The rest of its siginfo, where it is SIGSYS of a seccomp filter: si_errno, si_syscall, si_arch (si_call_addr is `si_addr`). */
  si_errno: 'u32', si_syscall: 'u32', si_arch: 'u32',
  /** As a tracer: the regset view its last request used, see `view`. */
  view: 'u8',
  /** Stopped for its tracer. */
  stopped: 'bool',
  /** Stopped at a system call (tracehook_report_syscall), see `syscallStop`; the number of the register that tells which, and its value until the task goes on. */
  syscall_stop: 'u8', stop_reg: 'u8', stop_saved: 'u64',
  /** The stop that is due at `entered` (or at `handled`) has been made. */
  traced: 'bool',
  TIF_TAGGED_ADDR: 'bool',
  /** A core was dumped: the regset view of its NT_PRSTATUS note (`view`; 0: none), and the PSTATE (or 32-bit PSR) that stands there. */
  core: 'u8', core_psr: 'u64',
  frame: region(FRAME_WORDS),
  buf: region(BUF_WORDS),
} as const

/** Fields that came later: a trace that does not have them has them zero. */
export const laterFields: ReadonlySet<string> = new Set<keyof typeof taskSpec>(
  ['si_errno', 'si_syscall', 'si_arch', 'syscall_stop', 'stop_reg', 'stop_saved', 'traced', 'TIF_TAGGED_ADDR', 'core', 'core_psr'])

export const cpuSpec = {
  TPIDR_EL0: 'u64', TPIDRRO_EL0: 'u64',
  /** CNTKCTL_EL1.EL0VCTEN: EL0 may read CNTVCT. */
  CNTKCTL_EL0VCTEN: 'bool',
  /** Index of the task that runs here. */
  current: 'u8',
} as const

/** What a kernel is built with and runs on. `forall` is over all of these. */
export const configSpec = {
  /** arm64_kernel_unmapped_at_el0() */
  kpti: 'bool',
  /** system_supports_32bit_el0() */
  aarch32_el0: 'bool',
  mixed_endian_el0: 'bool',
  dit: 'bool', ssbs: 'bool', bti: 'bool', mte: 'bool',
  /** this CPU has erratum 1418040 */
  erratum_1418040: 'bool',
} as const

export type CpuOf<D extends Domain> = Of<typeof cpuSpec, D>
export type TaskOf<D extends Domain> = Of<typeof taskSpec, D>
export type ConfigOf<D extends Domain> = Of<typeof configSpec, D>
export interface StateOf<D extends Domain> { cpus: CpuOf<D>[], tasks: TaskOf<D>[] }
export type Cpu = CpuOf<Concrete>
export type Task = TaskOf<Concrete>
export type Config = ConfigOf<Concrete>
export type State = StateOf<Concrete>
export type Place = keyof typeof place

/** `at`. `entered`: system call dispatched, its handler not yet run. `handled`: handler ran, result stored.
 *  `returning`: in the return-to-user loop (do_notify_resume). Those three are the preemption points.
 *  `dead`: killed by a signal. `panic`: the kernel crashed on an illegal exception return. `el1`: user code runs at EL1. */
export const place = { absent: 0n, el0: 1n, entered: 2n, handled: 3n, returning: 4n, dead: 5n, panic: 6n, el1: 7n } as const
/** `compat`: compat_sys_call_table by do_el0_svc_compat (SVC from AArch32). `fake`: the same table by do_el0_svc (SVC from AArch64). */
export const table = { none: 0n, native: 1n, compat: 2n, fake: 3n } as const
export const view = { none: 0n, aarch64: 1n, aarch32: 2n, aarch32_ptrace: 3n } as const
export const syscallStop = { none: 0n, enter: 1n, exit: 2n } as const
export const restartFn = { do_no_restart_syscall: 0n, native: 1n, compat: 2n } as const

export const defaultConfig: Config = { kpti: false, aarch32_el0: true, mixed_endian_el0: false, dit: false, ssbs: false, bti: false, mte: false, erratum_1418040: false }

export const taskNames = ['A', 'B', 'C', 'D'] as const
export type TaskName = typeof taskNames[number]

/** The spec of a whole state with that many CPUs and tasks; paths read `cpus[0].TPIDR_EL0`, `tasks[1].regs[3]`. */
export function stateSpec(cpus: number, tasks: number) {
  return { cpus: list(cpuSpec, cpus), tasks: list(taskSpec, tasks) } as const
}
export const specOf = (s: { cpus: unknown[], tasks: unknown[] }): ReturnType<typeof stateSpec> => stateSpec(s.cpus.length, s.tasks.length)

/** Where programs and stacks lie right after exec, in model, simulator and guest alike. */
export const layout = {
  pc64: 0x400000n, sp64: 0x7ffffff000n, pc32: 0x10000n, sp32: 0xfff00000n,
} as const

/** A task right after exec of a 64- or 32-bit image, at EL0 (start_thread, compat_start_thread: asm/processor.h;
 *  SSBS: spectre_v4_enable_task_mitigation with the default policy, kernel/proton-pack.c).
 *  `compatCallOf32`: the kernel's flag is set for every 32-bit task (v4-series, patch 6: COMPAT_SET_PERSONALITY). */
export function afterExec(bits: 64 | 32, config: Config, compatCallOf32 = false): Task {
  const t = zero(taskSpec)
  const wide = bits === 64
  t.pc = wide ? layout.pc64 : layout.pc32
  t.syscallno = 0xffffffffn
  t.at = place.el0
  t.TIF_32BIT = !wide
  if (wide) t.sp = layout.sp64
  else {
    t.regs[13] = layout.sp32
    t.pstate = 0x10n
  }
  t.compat_call = !wide && compatCallOf32
  if (config.ssbs) t.pstate |= 1n << (wide ? 12n : 23n)
  return t
}

/** One CPU that runs task A; every task right after exec, A at EL0, the others about to return to EL0. */
export function initialState(bits: readonly (64 | 32 | 0)[], config: Config = defaultConfig, compatCallOf32 = false): State {
  const tasks = bits.map((b, i) => {
    if (b === 0) return zero(taskSpec)
    const t = afterExec(b, config, compatCallOf32)
    if (i > 0) t.at = place.returning
    return t
  })
  return { cpus: [{ TPIDR_EL0: 0n, TPIDRRO_EL0: 0n, CNTKCTL_EL0VCTEN: !(config.erratum_1418040 && bits[0] === 32), current: 0n }], tasks }
}
