/** The names that scenarios use: registers, fields of frames and buffers, constants. */
import { place, restartFn, syscallStop, table, taskNames, taskSpec, view, type Cpu, type State, type Task } from '../trace/state.js'
import * as arm from './frame32-layout.js'
import * as rt64 from './frame64-layout.js'

const signals = { SIGHUP: 1n, SIGILL: 4n, SIGQUIT: 3n, SIGTRAP: 5n, SIGABRT: 6n, SIGBUS: 7n, SIGTERM: 15n, SIGCHLD: 17n, SIGSYS: 31n, SIGUSR1: 10n, SIGSEGV: 11n, SIGUSR2: 12n }
const errors = { EPERM: 1n, ENOENT: 2n, ESRCH: 3n, EINTR: 4n, EIO: 5n, E2BIG: 7n, EAGAIN: 11n, ENOMEM: 12n, EACCES: 13n, EFAULT: 14n, EINVAL: 22n, ENOSYS: 38n, ERESTARTSYS: 512n, ERESTARTNOINTR: 513n, ERESTARTNOHAND: 514n, ERESTART_RESTARTBLOCK: 516n }
const flags = { SA_SIGINFO: 4n, SA_EXPOSE_TAGBITS: 0x800n, SA_RESTORER: 0x04000000n, SA_RESTART: 0x10000000n, SA_NODEFER: 0x40000000n, CLONE_VM: 0x100n, CLONE_SIGHAND: 0x800n, CLONE_PARENT: 0x8000n, CLONE_THREAD: 0x10000n, CLONE_SETTLS: 0x80000n, CLONE_CLEAR_SIGHAND: 0x100000000n }
const ptrace = { PTRACE_PEEKUSR: 3n, PTRACE_POKEUSR: 6n, COMPAT_PTRACE_GETREGS: 12n, COMPAT_PTRACE_SETREGS: 13n, COMPAT_PTRACE_GET_THREAD_AREA: 22n, COMPAT_PTRACE_SET_SYSCALL: 23n, PTRACE_GETREGSET: 0x4204n, PTRACE_SETREGSET: 0x4205n, NT_PRSTATUS: 1n, NT_ARM_TLS: 0x401n, NT_ARM_SYSTEM_CALL: 0x404n }
const calls = { PR_SET_TAGGED_ADDR_CTRL: 55n, MAP_FIXED: 0x10n, MAP_FIXED_NOREPLACE: 0x100000n }
const other = { SEGV_MAPERR: 1n, SEGV_ACCERR: 2n, SI_KERNEL: 0x80n, AUDIT_ARCH_ARM: 0x40000028n, AUDIT_ARCH_AARCH64: 0xc00000b7n, NO_SYSCALL: 0xffffffffn }
const constants: Record<string, bigint> = { ...signals, ...errors, ...flags, ...ptrace, ...calls, ...other }
const tasks = Object.fromEntries(taskNames.map((n, i) => [n, BigInt(i)]))
const byField: Record<string, Record<string, bigint>> = { at: place, table, view, restart_fn: restartFn, current: tasks, core: view, syscall_stop: syscallStop }

/** The value of a number or name at a place of `width` bits (negative numbers in two's complement); undefined if there is no such name. `a|b` joins. */
export function constant(given: bigint | string | boolean, width: number, field = ''): bigint | boolean | undefined {
  if (typeof given === 'boolean') return given
  if (typeof given === 'bigint') return BigInt.asUintN(width, given)
  if (given.includes('|')) {
    const parts = given.split('|').map((p) => constant(p.trim(), width, field))
    return parts.every((p) => typeof p === 'bigint') ? parts.reduce((a, b) => a | b, 0n) : undefined
  }
  const negative = given.startsWith('-')
  const name = negative ? given.slice(1) : given
  const number = /^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(name) ? BigInt(name) : byField[field]?.[name] ?? constants[name]
  return number === undefined ? undefined : BigInt.asUintN(width, negative ? -number : number)
}

/** Where a name lies. */
export type Where =
  | { kind: 'reg' | 'vreg', index: number, bits: number, path: string }
  | { kind: 'field', name: keyof Task, bits: number, path: string }
  | { kind: 'cpu', name: keyof Cpu, bits: number, path: string }
  /** the number of the CPU the task runs on, or 255 */
  | { kind: 'cpu number', bits: number, path: string }
  | { kind: 'memory', region: 'frame' | 'buf', offset: number, size: 4 | 8 | 16 }
  | { kind: 'region', region: 'frame' | 'buf', name: 'base' | 'lo' | 'hi', bits: number, path: string }

const leafWidth: Record<string, number> = { bool: 1, u8: 8, u32: 32, u64: 64 }
const cpuBits: Record<string, number> = { TPIDR_EL0: 64, TPIDRRO_EL0: 64, CNTKCTL_EL0VCTEN: 1, current: 8 }

/** Whose a name is: `A.x0` of a task, `cpu1.TPIDR_EL0` of a CPU. */
export type Owner = { kind: 'task' | 'cpu', index: number }

export function within(name: string): { owner: Owner | undefined, rest: string } {
  const [, task, cpu, rest] = /^(?:([A-D])|cpu([0-3]))\.(.*)$/.exec(name) ?? []
  if (task !== undefined) return { owner: { kind: 'task', index: taskNames.indexOf(task as 'A') }, rest: rest! }
  return { owner: cpu === undefined ? undefined : { kind: 'cpu', index: Number(cpu) }, rest: rest ?? '' }
}

/** The CPU of a name: that one, or the one on which the task runs; with a single CPU that one for every task. */
function cpuIndex(owner: Owner, s: State): number {
  if (owner.kind === 'cpu') return owner.index
  return s.cpus.length === 1 ? 0 : s.cpus.findIndex((c) => c.current === BigInt(owner.index))
}

/** A name within a task: `x3`, `r13` (its low 32 bits, as AArch32 sees it), `v2`, `pstate`, `TPIDR_EL0`, `rt64.pstate`, `arm.cpsr`, `arm_rt.r0`, `frame+592` (the word at that byte), `image64.pstate`. */
export function whereIs(name: string): Where | undefined {
  const reg = /^([xr])(\d{1,2})$/.exec(name)
  const [index, a32] = [Number(reg?.[2]), reg?.[1] === 'r']
  if (reg && index <= (a32 ? 14 : 30)) return { kind: 'reg', index, bits: a32 ? 32 : 64, path: `regs[${index}]` }
  const v = /^v(\d{1,2})$/.exec(name)
  if (v && Number(v[1]) <= 31) return { kind: 'vreg', index: Number(v[1]), bits: 128, path: `vregs[${Number(v[1])}]` }
  if (name === 'cpu') return { kind: 'cpu number', bits: 8, path: name }
  if (name in cpuBits) return { kind: 'cpu', name: name as keyof Cpu, bits: cpuBits[name]!, path: name }
  const raw = /^(frame|buf)\+(\d+|0x[0-9a-f]+)$/.exec(name)
  if (raw) return { kind: 'memory', region: raw[1] as 'frame' | 'buf', offset: Number(raw[2]), size: 4 }
  const part = /^(frame|buf)\.(base|lo|hi)$/.exec(name)
  if (part) return { kind: 'region', region: part[1] as 'frame' | 'buf', name: part[2] as 'base', bits: part[2] === 'base' ? 64 : 32, path: name }
  const spec = (taskSpec as Record<string, unknown>)[name]
  if (typeof spec === 'string') return { kind: 'field', name: name as keyof Task, bits: leafWidth[spec]!, path: name }
  return frameField(name)
}

function frameField(name: string): Where | undefined {
  const [layout, field, index] = /^(\w+)\.([a-z_.]+?)(\d+)?$/.exec(name)?.slice(1) ?? []
  const i = Number(index ?? 0)
  const at = (offset: bigint, size: 4 | 8 | 16, region: 'frame' | 'buf' = 'frame'): Where => ({ kind: 'memory', region, offset: Number(offset), size })
  if (layout === 'rt64') {
    if (field === 'x' && i <= 30) return at(rt64.REGS + BigInt(8 * i), 8)
    if (field === 'v' && i <= 31) return at(rt64.RESERVED + rt64.VREGS + BigInt(16 * i), 16)
    const named: Record<string, Where> = {
      si_signo: at(0n, 4), si_code: at(8n, 4), si_addr: at(16n, 8), sigmask: at(rt64.UC_SIGMASK, 8), sp: at(rt64.SP, 8), pc: at(rt64.PC, 8), pstate: at(rt64.PSTATE, 8),
      'fpsimd.magic': at(rt64.RESERVED, 4), 'fpsimd.size': at(rt64.RESERVED + 4n, 4), fpsr: at(rt64.RESERVED + rt64.FPSR, 4), fpcr: at(rt64.RESERVED + rt64.FPCR, 4),
      'end.magic': at(rt64.END, 4), 'end.size': at(rt64.END + 4n, 4),
    }
    return index === undefined ? named[field ?? ''] : undefined
  }
  if (layout === 'arm' || layout === 'arm_rt') {
    const sf = layout === 'arm_rt' ? arm.SIGINFO_SIZE : 0n
    if (field === 'r' && i <= 14) return at(sf + arm.ARM_R0 + BigInt(4 * i), 4)
    if (field === 'd' && i <= 31) return at(sf + arm.UC_REGSPACE + arm.FPREGS + BigInt(8 * i), 8)
    const named: Record<string, Where> = {
      pc: at(sf + arm.ARM_PC, 4), cpsr: at(sf + arm.ARM_CPSR, 4), sigmask: at(sf + arm.UC_SIGMASK, 8),
      'vfp.magic': at(sf + arm.UC_REGSPACE, 4), 'vfp.size': at(sf + arm.UC_REGSPACE + 4n, 4), fpscr: at(sf + arm.UC_REGSPACE + arm.FPSCR, 4),
    }
    return index === undefined ? named[field ?? ''] : undefined
  }
  if (layout === 'clone_args' && index === undefined) {
    const offset = ['flags', 'pidfd', 'child_tid', 'parent_tid', 'exit_signal', 'stack', 'stack_size', 'tls', 'set_tid', 'set_tid_size', 'cgroup'].indexOf(field ?? '')
    return offset < 0 ? undefined : at(BigInt(8 * offset), 8, 'buf')
  }
  // a register image for ptrace, 16 bytes behind the iovec
  if (layout === 'image64' && (field === 'x' && i <= 30)) return at(BigInt(16 + 8 * i), 8, 'buf')
  if (layout === 'image64' && index === undefined) return { sp: at(264n, 8, 'buf'), pc: at(272n, 8, 'buf'), pstate: at(280n, 8, 'buf') }[field ?? '']
  if (layout === 'image32' && (field === 'r' && i <= 14)) return at(BigInt(16 + 4 * i), 4, 'buf')
  if (layout === 'image32' && index === undefined) return { pc: at(76n, 4, 'buf'), psr: at(80n, 4, 'buf'), orig_r0: at(84n, 4, 'buf') }[field ?? '']
  return undefined
}

export const memoryWords = (w: Extract<Where, { kind: 'memory' }>): number[] => Array.from({ length: w.size / 4 }, (_, i) => w.offset / 4 + i)

/** The value at a place; undefined where there is none: no such task or CPU, a register of a task that runs nowhere. */
export function read(w: Where, owner: Owner, s: State): bigint | boolean | undefined {
  const t = s.tasks[owner.index]
  if (w.kind === 'cpu') return s.cpus[cpuIndex(owner, s)]?.[w.name]
  if (owner.kind === 'cpu' || t === undefined) return undefined
  switch (w.kind) {
    case 'reg': return BigInt.asUintN(w.bits, t.regs[w.index]!)
    case 'vreg': return t.vregs[w.index]
    case 'field': return t[w.name] as bigint | boolean
    case 'cpu number': {
      const cpu = s.cpus.findIndex((c) => c.current === BigInt(owner.index))
      return cpu < 0 ? 255n : BigInt(cpu)
    }
    case 'region': return t[w.region][w.name]
    case 'memory': return memoryWords(w).reduceRight((all, i) => (all << 32n) | (t[w.region].words[i] ?? 0n), 0n)
  }
}

/** Writes a place of a start state; false where that means nothing. */
export function assign(w: Where, owner: Owner, s: State, value: bigint | boolean): boolean {
  const t = s.tasks[owner.index], truth = value === true || value === 1n, number = BigInt(value)
  if (w.kind === 'cpu') {
    const cpu = s.cpus[cpuIndex(owner, s)]
    if (cpu === undefined || (w.name === 'current' && s.tasks[Number(number)] === undefined)) return false
    Object.assign(cpu, { [w.name]: w.name === 'CNTKCTL_EL0VCTEN' ? truth : number })
    return true
  }
  if (owner.kind === 'cpu' || t === undefined) return false
  switch (w.kind) {
    case 'reg': t.regs[w.index] = number; return true
    case 'vreg': t.vregs[w.index] = number; return true
    case 'field': Object.assign(t, { [w.name]: w.bits === 1 ? truth : number }); return true
    case 'region': t[w.region][w.name] = number; return true
    case 'memory': memoryWords(w).forEach((word, i) => { t[w.region].words[word] = BigInt.asUintN(32, number >> BigInt(32 * i)) }); return true
    case 'cpu number': return false
  }
}
