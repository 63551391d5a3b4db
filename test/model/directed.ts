/**
 * States and events built for one event each, so that every handler and every branch is reached often: the random runs of the
 * simulator get to a ptrace or a sigreturn rarely. Deterministic in the choices.
 */
import type { Choices } from '../../sim/choices.js'
import { clone3Args } from '../../sim/clone3.js'
import { kernelOf, NotEnabled } from '../../sim/index.js'
import { flip, pick, randomConfig, value } from '../../sim/random.js'
import { cloneArguments, fillFrame32, fillFrame64, setBuffer, setRegion, signalStack, type Writes } from '../../sim/random-memory.js'
import { initialState, place, syscallStop, table, type Config, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'

export interface Case { readonly kernel: string, readonly config: Config, readonly state: State, readonly event: Event }

/** What a case is about; the handlers by table. */
export const directions = ['svc', 'irq', 'user', 'leave', 'signal', 'restart', 'die', 'stop', 'resume', 'eret', 'switch',
  'sigreturn', 'rt_sigreturn', 'native rt_sigreturn', 'ptrace', 'native ptrace', 'ni', 'clone', 'execve', 'other',
  'mmap', 'tagged_addr', 'seccomp', 'trace_enter', 'trace_exit', 'skip', 'module', 'step', 'clone3'] as const
export type Direction = typeof directions[number]

const NUMBERS = { native: { ptrace: 117, rt_sigreturn: 139, clone: 220, execve: 221 }, compat: { execve: 11, ptrace: 26, sigreturn: 119, clone: 120, rt_sigreturn: 173 } } as const
const restarts = [512, 513, 514, 516, 515, 517, 511, 4, 0].map((n) => BigInt.asUintN(64, BigInt(-n)))
const STUCK = 1n << 8n | 1n << 18n

function scramble(c: Choices, t: Task, kernel: string, config: Config): void {
  const wide = !t.TIF_32BIT
  t.regs = t.regs.map(() => value(c, wide || c.next(4) === 0 ? 64 : 32))
  t.vregs = t.vregs.map(() => c.next(3) === 0 ? value(c, 128) : 0n)
  t.sp = value(c, 48) & ~15n
  t.pc = value(c, wide ? 48 : 32) & ~3n
  Object.assign(t, { fpsr: value(c, 32), fpcr: value(c, 32), tp_value: value(c, 64), tp2_value: value(c, 64), orig_x0: value(c, 64), restart_fn: BigInt(c.next(3)), audit_arch: 0x40000028n })
  t.TIF_SINGLESTEP = c.next(3) === 0
  t.TIF_SYSCALL_TRACE = c.next(4) === 0
  t.TIF_TAGGED_ADDR = wide && c.next(4) === 0
  t.TIF_MTE_ASYNC_FAULT = config.mte && kernelOf(kernel).knowsMte && c.next(6) === 0
  t.blocked = (c.next(3) === 0 ? value(c, 64) : 0n) & ~STUCK
  t.pstate = pstateOf(c, wide, config)
  t.compat_call = wide ? kernel !== 'v5.11' && c.next(3) === 0 : kernel === 'v4-series'
  t.syscallno = flip(c) ? 0xffffffffn : BigInt(c.next(450))
}

/** One that a task of that width can have at EL0, single-stepping included. */
function pstateOf(c: Choices, wide: boolean, config: Config): bigint {
  const flags = value(c, 32)
  const dit = config.dit ? 0x01000000n : 0n
  if (wide) return flags & (0xf0200000n | dit | (config.ssbs ? 0x1000n : 0n) | (config.mte ? 0x02000000n : 0n) | (config.bti ? 0xc00n : 0n))
  const thumb = flip(c) ? 0x20n : 0n
  const it = thumb !== 0n && c.next(3) === 0 ? pick(c, [0x0400_0000n, 0x0c00n, 0xfc00n, 0x0600_1400n]) : 0n
  return 0x10n | thumb | it | (flags & (0xf82f0000n | dit | (config.ssbs ? 0x00800000n : 0n) | (config.mixed_endian_el0 ? 0x200n : 0n)))
}

/** Writes of the random-memory helpers, taken as the task's state. */
function apply(t: Task, set: Writes): void {
  for (const [path, v] of Object.entries(set)) {
    const [, name, field, index] = /^(\w+)(?:\.(\w+))?(?:\[(\d+)\])?$/.exec(path)!
    const holder = (field === undefined ? t : t[name as 'frame']) as unknown as Record<string, unknown>
    const key = field ?? name!
    if (index === undefined) holder[key] = v
    else (holder[key] as bigint[])[Number(index)] = v
  }
}

export function directedCase(c: Choices, kernel: string, what: Direction): Case {
  const config: Config = { ...randomConfig(c), aarch32_el0: c.next(12) !== 0 }
  const width = (): 32 | 64 => config.aarch32_el0 && flip(c) ? 32 : 64
  const nativeOnly = what.startsWith('native')
  const state = initialState([nativeOnly ? 64 : width(), width(), 0], config)
  const [a, b] = [state.tasks[0]!, state.tasks[1]!]
  for (const t of [a, b]) scramble(c, t, kernel, config)
  const cpu = state.cpus[0]!
  Object.assign(cpu, { TPIDR_EL0: value(c, 64), TPIDRRO_EL0: value(c, 64), CNTKCTL_EL0VCTEN: flip(c) })
  b.at = pick(c, [place.returning, place.returning, place.entered, place.handled])
  b.stopped = b.at === place.returning && (what.includes('ptrace') ? c.next(6) !== 0 : flip(c))
  if (b.at !== place.returning && what !== 'switch') reportedStop(c, b)
  const call = (n: Partial<Record<'native' | 'compat', number>>): void => {
    a.at = place.entered
    const wide = !a.TIF_32BIT
    const fake = wide && n.compat !== undefined && (n.native === undefined || flip(c)) && kernel !== 'v5.11'
    a.table = wide ? fake ? table.fake : table.native : table.compat
    if (wide) a.compat_call = fake && c.next(16) !== 0
    a.syscallno = BigInt((a.table === table.native ? n.native : n.compat) ?? 63)
    if (c.next(24) === 0) a.syscallno = BigInt(c.next(450))
    reported(c, a)
  }
  // now and then at a place where the event cannot be, or of a task that does not run
  const done = (event: Event): Case => {
    // where native handlers take it from there, orig_x0 is what it is without a tracer, mostly
    if (event.kind === 'handler' && kernelOf(kernel).firstArgumentIsOrigX0 && c.next(6) !== 0) a.orig_x0 = a.regs[0]!
    if (c.next(16) === 0) a.at = BigInt(c.next(8))
    if (c.next(32) === 0) cpu.current = 1n
    if (what === 'switch' && c.next(4) === 0) b.at = BigInt(c.next(8))
    return { kernel, config, state, event }
  }
  const task = 'A'
  const upper = (): bigint => a.TIF_32BIT ? value(c, 15) : 0n
  const mte = config.mte && kernelOf(kernel).knowsMte && c.next(5) === 0
  const memory = (fill: (set: Writes) => void): void => {
    const set: Writes = {}
    fill(set)
    const keep = [a.regs[7]!, a.regs[8]!]
    apply(a, set)
    ;[a.regs[7], a.regs[8]] = keep as [bigint, bigint]
  }
  switch (what) {
    case 'svc': {
      a.regs[7] = value(c, 64)
      a.regs[8] = pick(c, [value(c, 64), 0x80000000n, 0x80000000n, 0x80000000n | value(c, 31), value(c, 32)])
      return done({ kind: 'svc', task, imm: BigInt(c.next(4) === 3 ? c.next(65536) : c.next(3)), upper: upper(), mte_async_fault: mte })
    }
    case 'step':
      a.TIF_SINGLESTEP = c.next(8) !== 0
      return done({ kind: 'step', task, upper: upper() })
    case 'irq': return done({ kind: 'irq', task, upper: upper(), mte_async_fault: mte })
    case 'user': return done({ kind: 'user', task, set: userWrites(c, a, config) })
    case 'leave':
      call({ native: 63, compat: 3 })
      a.at = place.handled
      return done({ kind: 'leave', task })
    case 'trace_exit':
      call({ native: 63, compat: 3 })
      Object.assign(a, { at: place.handled, TIF_SYSCALL_TRACE: c.next(8) !== 0, TIF_SINGLESTEP: c.next(4) === 0, traced: c.next(8) === 0 })
      return done({ kind: what, task })
    case 'trace_enter':
      call({ native: 63, compat: 3 })
      Object.assign(a, { TIF_SYSCALL_TRACE: c.next(8) !== 0, traced: c.next(8) === 0 })
      if (c.next(4) === 0) a.syscallno = 0xffffffffn
      return done({ kind: what, task })
    case 'skip':
      call({ native: 63, compat: 3 })
      Object.assign(a, { TIF_SYSCALL_TRACE: c.next(4) !== 0, traced: c.next(8) !== 0 })
      if (c.next(8) !== 0) a.syscallno = 0xffffffffn
      return done({ kind: what, task })
    case 'module':
      call({ native: 29 })
      a.compat_call = c.next(6) === 0
      return done({ kind: what, task })
    case 'seccomp':
      call({ native: 63, compat: 3 })
      if (c.next(6) === 0) a.syscallno = 0xffffffffn
      if (flip(c)) a.blocked |= 1n << 30n
      return done({ kind: what, task, action: pick(c, ['errno', 'trap', 'kill'] as const), data: value(c, 16) })
    case 'mmap': {
      call({ native: 222, compat: 192 })
      const fixed = flip(c)
      const address = pick(c, [value(c, 48) & ~0xfffn, value(c, 32) & ~0xfffn, 0xffffe000n, 0xfffff000n, 0x100000000n, (1n << 48n) - 0x1000n, 0n, 0x1000n])
      a.regs.splice(0, 4, c.next(4) === 0 ? value(c, 64) : address, pick(c, [0x1000n, 0x1001n, 1n, 0n, value(c, 64), value(c, 20)]), 3n, pick(c, [0x10n, 0x100000n, 0x100010n]) * (fixed ? 1n : 0n) | (c.next(3) === 0 ? value(c, 64) & ~0x100010n : pick(c, [0x22n, 0x21n, 2n])))
      if (fixed && c.next(4) === 0) a.regs[0]! |= 0xab00_0000_0000_0000n
      return done({ kind: 'handler', task, call: what, result: c.next(4) === 0 ? BigInt.asUintN(64, -BigInt(c.next(140))) : fixed && c.next(4) !== 0 ? a.regs[0]! & (flip(c) ? (1n << 56n) - 1n : (1n << 64n) - 1n) : address })
    }
    case 'tagged_addr': {
      call({ native: 167, compat: 172 })
      a.regs.splice(0, 5, c.next(8) === 0 ? value(c, 64) : 55n | (value(c, 32) << 32n), pick(c, [1n, 0n, 3n, 5n, 7n, 0x7fff9n, value(c, 20), value(c, 64)]), 0n, 0n, 0n)
      if (c.next(6) === 0) a.regs[2 + c.next(3)] = value(c, 64)
      return done({ kind: 'handler', task, call: what })
    }
    case 'die': case 'stop': case 'resume': case 'restart': case 'eret': {
      a.at = place.returning
      if (what === 'die' || c.next(8) === 0) Object.assign(a, { signo: what === 'die' && flip(c) ? BigInt(c.next(65)) : 11n, si_code: 1n, si_addr: value(c, 64) })
      if (c.next(6) === 0) a.stopped = true
      a.regs[0] = c.next(8) === 0 ? value(c, 64) : pick(c, restarts) & (flip(c) ? (1n << 64n) - 1n : 0xffffffffn)
      if (what === 'eret') exitPstate(c, a)
      if (what === 'resume') {
        if (flip(c)) {
          Object.assign(a, { at: pick(c, [place.entered, place.handled]), stopped: false })
          reportedStop(c, a)
        }
        const how = pick(c, [undefined, 'cont', 'syscall', 'singlestep'] as const)
        return done({ kind: what, task: flip(c) ? 'B' : task, ...how === undefined ? {} : { with: how } })
      }
      return done({ kind: what, task })
    }
    case 'signal': return done(signal(c, a, memory))
    case 'switch': {
      a.at = pick(c, [place.returning, place.entered, place.handled])
      return done({ kind: 'switch', from: task, to: 'B' })
    }
    case 'sigreturn': case 'rt_sigreturn': case 'native rt_sigreturn': {
      const rt = what !== 'sigreturn'
      call(nativeOnly ? { native: 139 } : rt ? { compat: 173 } : { compat: 119 })
      memory((set) => {
        if (nativeOnly) fillFrame64(c, a, set)
        else {
          do fillFrame32(c, a, set, true); while ((set['regs[7]'] === 173n) !== rt)
        }
      })
      if (c.next(12) === 0) a.frame.words = a.frame.words.map((w) => c.next(40) === 0 ? w ^ (1n << BigInt(c.next(32))) : w)
      if (c.next(10) === 0) beyond(c, a, nativeOnly)
      // a frame that the region holds in part
      else if (c.next(10) === 0) a.frame.base += BigInt(16 * pick(c, [-1, 1, -40, 40, 54, -60]))
      return done({ kind: 'handler', task, call: rt ? 'rt_sigreturn' : 'sigreturn', si_code: BigInt(1 + c.next(2)), residue: Array.from({ length: 32 }, () => value(c, 128)) })
    }
    case 'ptrace': case 'native ptrace': {
      call(nativeOnly ? { native: NUMBERS.native.ptrace } : { compat: NUMBERS.compat.ptrace })
      buffer(c, a, memory)
      return done({ kind: 'handler', task, call: 'ptrace', target: 'B' })
    }
    case 'ni': {
      call({ native: 442, compat: 442 })
      a.syscallno = BigInt(pick(c, [436, 441, 442, 0xf0002, 0xf0005, 0xf0005, 0xf0000, 0xf07ff, 0xf0800, 0x7fffffff, 0x80000000, 0xffffffff, 0xf0002]))
      if (flip(c)) a.regs.splice(0, 3, value(c, 32), pick(c, [value(c, 48), 1n << 48n, (1n << 48n) + 1n]), pick(c, [0n, 0n, 1n << 32n, value(c, 64)]))
      return done({ kind: 'handler', task, call: 'ni' })
    }
    case 'clone':
      call({ native: 220, compat: 120 })
      a.regs[0] = pick(c, [0x11n, 0x80000n, 0x80100n, value(c, 64)])
      if (flip(c)) a.regs[1] = 0n
      return done({ kind: 'handler', task, call: 'clone', child: 'C' })
    case 'clone3': {
      call({ native: 435, compat: 435 })
      // there it is the module's, in an ioctl alone
      if (kernelOf(kernel).tango32) a.compat_call = false
      memory((set) => cloneArguments(c, set, true, a))
      // just above a page; stacks up to the end of user space, with a tag as well
      if (c.next(6) === 0) a.regs[1] = 4096n + (1n << BigInt(c.next(12)))
      if (c.next(4) === 0) stackAtTheEnd(c, a)
      if (kernelOf(kernel).firstArgumentIsOrigX0) a.orig_x0 = a.regs[0]!
      return done(clone3(kernel, a))
    }
    case 'execve':
      call({ native: 221, compat: 11 })
      memory((set) => setRegion(c, set, 'frame', true, 288))
      return done({ kind: 'handler', task, call: 'execve', bits: flip(c) ? 32 : 64 })
    case 'other':
      call({ native: pick(c, [63, 0, 128, 435, 441, 119, 26]), compat: pick(c, [3, 0, 435, 441, 139, 220]) })
      return done({ kind: 'handler', task, call: 'other', result: c.next(3) === 0 ? value(c, 64) : pick(c, restarts), restart: BigInt(c.next(3)) })
  }
}

/** A stack that ends at TASK_SIZE_MAX or next to it; with TIF_TAGGED_ADDR the top byte does not count. */
function stackAtTheEnd(c: Choices, t: Task): void {
  const size = pick(c, [0x1000n, 1n << 48n, (1n << 48n) - 1n, 16n])
  const stack = (1n << 48n) - size + BigInt(c.next(3) - 1) | (flip(c) ? 0x5a00_0000_0000_0000n : 0n)
  for (const [offset, v] of [[40, stack], [48, size]] as const) {
    t.buf.words[offset / 4] = BigInt.asUintN(32, v)
    t.buf.words[offset / 4 + 1] = BigInt.asUintN(32, v >> 32n)
  }
}

/** clone3 with what stands there: the task it makes, or its error. */
function clone3(kernel: string, t: Task): Event {
  const k = kernelOf(kernel)
  let args: ReturnType<typeof clone3Args>
  try { args = clone3Args(k, t, t.table === table.native && k.firstArgumentIsOrigX0 ? t.orig_x0 : t.regs[0]!) } catch (e) {
    if (!(e instanceof NotEnabled)) throw e
    args = { error: 0n }
  }
  return 'error' in args && args.error !== 0n ? { kind: 'handler', task: 'A', call: 'other', result: args.error, restart: 0n } : { kind: 'handler', task: 'A', call: 'clone3', child: 'C' }
}

/** A task in a call: its report made as it has to be, mostly; now and then it waits there. */
function reported(c: Choices, t: Task): void {
  t.traced = c.next(12) === 0 ? flip(c) : t.TIF_SYSCALL_TRACE
  if (t.traced && c.next(12) === 0) reportedStop(c, t)
}

/** Stopped where its call was reported. */
function reportedStop(c: Choices, t: Task): void {
  if (flip(c)) return
  const which = pick(c, [7, 12])
  Object.assign(t, { stopped: true, traced: true, syscall_stop: t.at === place.entered ? syscallStop.enter : syscallStop.exit, stop_reg: BigInt(which), stop_saved: value(c, t.TIF_32BIT ? 32 : 64) })
}

/** Images that a return can meet: every mode, IT states, reserved bits. */
function exitPstate(c: Choices, t: Task): void {
  switch (c.next(4)) {
    case 0: t.pstate = value(c, 32) & ~0x1fn | BigInt(pick(c, [0, 0x10, 4, 5, 9, 0x13, 0x1f, 1, 0xc, c.next(32)])); break
    case 1: t.pstate |= pick(c, [0xf000n, 0x1000n, 0x0400_0000n, 0x0c00n, 0xfc00n, 0x0600fc00n]); break
    case 2: t.pstate = value(c, 32) & ~0xfn & ~0x10n | (t.TIF_32BIT ? 0x10n : 0n); break
    default:
  }
  if (flip(c)) t.pc |= BigInt(c.next(4))
}

/** sp at the end of the address space, or where a frame would just reach it. */
function beyond(c: Choices, t: Task, native: boolean): void {
  const sp = (1n << 48n) - BigInt(16 * c.next(400)) + BigInt(8 * c.next(3))
  if (native) t.sp = sp
  else t.regs[13] = sp
}

function signal(c: Choices, t: Task, memory: (fill: (set: Writes) => void) => void): Event {
  t.at = place.returning
  t.regs[0] = c.next(4) === 0 ? value(c, 64) : pick(c, restarts) & (flip(c) ? (1n << 64n) - 1n : 0xffffffffn)
  const side = !t.TIF_32BIT
  memory((set) => signalStack(c, set, side || c.next(3) !== 0 ? side : true))
  if (!side) t.regs[13]! &= 0xffffffffn
  // a fake task on a kernel that gives it an AArch32 frame needs regs[13]; one with a native frame needs sp
  if (side && t.compat_call && flip(c)) t.regs[13] = BigInt.asUintN(32, t.frame.base + (flip(c) ? 752n : 880n))
  if (side && c.next(10) === 0) {
    t.sp = (1n << 48n) + BigInt(c.next(64)) - 16n
    t.frame.base = ((t.sp - 16n) & ~15n) - 4688n
    Object.assign(t.frame, { lo: 0n, hi: 1152n })
  }
  const forced = c.next(3) === 0
  // ILL_ILLTRP; SEGV_MAPERR, SEGV_ACCERR; SI_KERNEL, without an address
  if (forced) Object.assign(t, pick(c, [{ signo: 4n, si_code: 4n, si_addr: value(c, 64) }, { signo: 11n, si_code: BigInt(1 + c.next(2)), si_addr: value(c, 64) }, { signo: 11n, si_code: 0x80n, si_addr: 0n },
    { signo: 31n, si_code: 1n, si_addr: value(c, 64), si_errno: value(c, 16), si_syscall: value(c, 32), si_arch: 0x40000028n }]))
  const signo = t.TIF_MTE_ASYNC_FAULT ? 11n : t.signo !== 0n ? t.signo : pick(c, [1n, 4n, 10n, 11n, 34n, 64n])
  if (t.TIF_MTE_ASYNC_FAULT && t.signo !== 0n) t.signo = 11n
  if (t.signo === 0n && !t.TIF_MTE_ASYNC_FAULT && c.next(8) !== 0) t.blocked &= ~(1n << (signo - 1n))
  const flags = [0x4n, 0x800n, 0x04000000n, 0x08000000n, 0x10000000n, 0x40000000n].reduce((all, f) => flip(c) ? all | f : all, 0n)
  return { kind: 'signal', task: 'A', signo, handler: c.next(20) === 0 ? BigInt(c.next(3)) : 2n + value(c, t.TIF_32BIT ? 31 : 47), flags, restorer: value(c, 64), sigtramp: value(c, 64) }
}

/** A ptrace request with its buffer: the layouts of random-memory, and now and then another place for the payload. */
function buffer(c: Choices, t: Task, memory: (fill: (set: Writes) => void) => void): void {
  const native = t.table === table.native
  let request = 0n
  memory((set) => {
    do setBuffer(c, set, true); while ((set['regs[8]'] === 117n) !== native)
    request = set['regs[0]']!
  })
  if (native && c.next(8) === 0) t.regs[0] = pick(c, [3n, 6n, 12n, 22n, 0x4204n | 1n << 32n])
  if (!native && c.next(8) === 0) t.regs[0] = request | 1n << 40n
  if (c.next(10) === 0) t.regs[2]! |= 1n << 40n
  if (c.next(16) === 0) t.regs[3] = pick(c, [0n, t.buf.base + 4n, t.buf.base + 0x1000n, 1n << 47n])
  if (request >= 0x4204n && c.next(10) === 0) t.buf.words[0]! ^= pick(c, [0x4n, 0x1000n, 0x10n, 0x80000000n])
  if (request >= 0x4204n && native && c.next(12) === 0) t.buf.words[3] = pick(c, [1n, 0x80000000n])
  if (request >= 0x4204n && flip(c)) Object.assign(t.buf, { lo: 0n, hi: 320n })
}

function userWrites(c: Choices, t: Task, config: Config): Writes {
  const set: Writes = {}
  const wide = (t.pstate & 0x10n) === 0n, width = wide ? 64 : 32
  for (let i = c.next(4); i > 0; i--) set[`regs[${c.next(c.next(8) === 0 ? 31 : wide ? 31 : 15)}]`] = value(c, c.next(12) === 0 ? 64 : width)
  if (flip(c)) set['pstate'] = t.pstate ^ (c.next(3) === 0 ? 1n << BigInt(c.next(64)) : pstateOf(c, wide, config) ^ pstateOf(c, wide, config))
  if (c.next(3) === 0) set['TPIDR_EL0'] = value(c, c.next(12) === 0 ? 64 : width)
  if (c.next(4) === 0) set['pc'] = value(c, c.next(12) === 0 ? 64 : width) & (flip(c) ? ~3n : ~0n)
  if (c.next(6) === 0) set['sp'] = value(c, 64)
  if (c.next(4) === 0) set[`vregs[${c.next(32)}]`] = value(c, 128)
  if (c.next(5) === 0) set['fpsr'] = value(c, 32)
  if (c.next(5) === 0) set['fpcr'] = value(c, 32)
  if (c.next(3) === 0) setRegion(c, set, flip(c) ? 'frame' : 'buf', true, flip(c) ? 288 : 80)
  if (c.next(6) === 0) set[`frame.${pick(c, ['lo', 'hi'])}`] = BigInt(c.next(1200))
  if (c.next(12) === 0) set['frame.base'] = pick(c, [value(c, 64), (1n << 48n) - 1152n, (1n << 48n) - 1148n, 0x1002n])
  if (c.next(6) === 0) set[`buf.words[${c.next(80)}]`] = value(c, 32)
  return set
}
