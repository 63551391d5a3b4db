/**
 * Random runs: configurations, start states and events that are likely to be possible and to reach the corners.
 */
import { copyTask, isRunning } from './machine.js'
import { startState } from './start.js'
import type { Event } from '../trace/events.js'
import { place, table, taskNames, type Config, type State, type Task, type TaskName } from '../trace/state.js'
import type { Choices } from './choices.js'
import type { Kernel } from './kernel.js'
import { clone3Args } from './clone3.js'
import { selected } from './handler.js'
import { NotEnabled } from './not-enabled.js'
import { reportDue, takenAway } from './stops.js'
import { cloneArguments, fillFrame32, fillFrame64, setBuffer, signalStack, type Writes } from './random-memory.js'

export const flip = (c: Choices): boolean => c.next(2) === 1
export const pick = <T>(c: Choices, from: readonly T[]): T => from[c.next(from.length)]!
const bits = (c: Choices, n: number): bigint => {
  let v = 0n
  for (let i = 0; i < n; i += 16) v = (v << 16n) | BigInt(c.next(65536))
  return BigInt.asUintN(n, v)
}
/** A word that is often a corner. */
export const value = (c: Choices, n: number): bigint => {
  switch (c.next(6)) {
    case 0: return 0n
    case 1: return (1n << BigInt(n)) - 1n
    case 2: return 1n << BigInt(c.next(n))
    case 3: return BigInt.asUintN(n, BigInt(c.next(512)))
    case 4: return bits(c, Math.min(n, 32))
    default: return bits(c, n)
  }
}

export function randomConfig(c: Choices): Config {
  return { kpti: flip(c), aarch32_el0: c.next(8) !== 7, mixed_endian_el0: flip(c), dit: flip(c), ssbs: flip(c), bti: flip(c), mte: flip(c), erratum_1418040: flip(c) }
}

const prepared = new Map<string, State>()
/** startState, built once for each shape. */
function freshState(bits: (32 | 64 | 0)[], config: Config, cpus: number): State {
  const key = `${bits.join()} ${cpus} ${config.ssbs} ${config.erratum_1418040}`
  let s = prepared.get(key)
  if (s === undefined) prepared.set(key, s = startState(bits, config, cpus))
  return { cpus: s.cpus.map((c) => ({ ...c })), tasks: s.tasks.map(copyTask) }
}

/** Up to three tasks after exec on one CPU or several, and what a run from exec can have: single-stepping, blocked signals. */
export function randomStart(c: Choices, config: Config, kernel: Pick<Kernel, 'setPersonality'>): State {
  const width = (): 32 | 64 => config.aarch32_el0 && flip(c) ? 32 : 64
  // always four, the last of them not there: the model is compiled for each number of tasks
  const live = 1 + c.next(3)
  const cpus = c.next(4) === 3 ? 1 + c.next(live) : 1
  const s = freshState(Array.from({ length: 4 }, (_, i): 32 | 64 | 0 => i < live ? width() : 0), config, cpus)
  for (const [i, t] of s.tasks.entries()) {
    if (t.at === place.absent) continue
    kernel.setPersonality(t, t.TIF_32BIT ? 32 : 64)
    t.TIF_SINGLESTEP = c.next(4) === 3
    if (t.TIF_SINGLESTEP && flip(c)) t.pstate |= 1n << 21n
    t.stopped = i >= cpus && flip(c)
    t.TIF_SYSCALL_TRACE = c.next(5) === 4
    t.TIF_TAGGED_ADDR = !t.TIF_32BIT && c.next(5) === 4
    // a state that no sanitiser lets through, for the architecture's part
    if (i >= cpus && c.next(12) === 11) t.pstate = c.next(4) === 3 ? value(c, 32) & 0xf020fc00n | BigInt(pick(c, [4, 5, 0x11, 0x13, 0x1f, 8, 1])) : value(c, 32)
    if (c.next(4) === 3) t.blocked = value(c, 64) & ~0x40100n
    // a fatal signal of any number on its way to a task that waits
    if (i >= cpus && c.next(8) === 7) t.signo = BigInt(pick(c, [1, 2, 3, 5, 6, 7, 8, 15, 24, 25, 31, 33, 64, 4, 11]))
  }
  return s
}

const wide = (t: Task): boolean => (t.pstate & 0x10n) === 0n

/** A likely event; it can still be refused. Undefined where the run has ended. */
export function randomEvent(c: Choices, s: State, config: Config, kernel: Kernel): Event | undefined {
  const stopped = s.tasks.findIndex((t) => t.stopped)
  if (stopped >= 0 && c.next(32) === 31) return resumeEvent(c, taskNames[stopped]!)
  const current = Number(s.cpus[s.cpus.length === 1 ? 0 : c.next(s.cpus.length)]!.current)
  const t = s.tasks[current]!, task = taskNames[current]!
  switch (t.at) {
    case place.el0: return atEl0(c, t, task, config, stopped >= 0, kernel.tango32)
    case place.entered:
      if (t.stopped) return atStop(c, s, task)
      return (c.next(8) === 7 ? switchAway(c, s, task) : undefined) ?? atEntered(c, s, t, task, kernel)
    case place.handled:
      if (t.stopped) return atStop(c, s, task)
      return (c.next(8) === 7 ? switchAway(c, s, task) : undefined) ?? { kind: reportDue(kernel, t) !== (c.next(16) === 15) ? 'trace_exit' : 'leave', task }
    case place.returning: return atReturning(c, s, t, task)
    default: return undefined
  }
}

const resumeEvent = (c: Choices, task: TaskName): Event => {
  const how = pick(c, [undefined, 'cont', 'syscall', 'syscall', 'singlestep'] as const)
  return { kind: 'resume', task, ...(how === undefined ? {} : { with: how }) }
}

const atStop = (c: Choices, s: State, task: TaskName): Event => (c.next(8) === 7 ? undefined : switchAway(c, s, task)) ?? resumeEvent(c, task)

/** Before the handler: the report, the filter, and what is not possible there. */
function atEntered(c: Choices, s: State, t: Task, task: TaskName, kernel: Kernel): Event {
  if (reportDue(kernel, t) !== (c.next(16) === 15)) return { kind: 'trace_enter', task }
  if (kernel.tango32 && t.table === table.native && t.syscallno === 29n && c.next(4) !== 3) return t.compat_call && c.next(2) === 1 ? switchAway(c, s, task) ?? { kind: 'module', task } : { kind: 'module', task }
  if (c.next(14) === 13) return { kind: 'seccomp', task, action: pick(c, ['errno', 'trap', 'trap', 'errno', 'kill'] as const), data: value(c, 16) }
  if (takenAway(t) !== (c.next(32) === 31)) return { kind: 'skip', task }
  return handlerEvent(c, s, t, task, kernel)
}

/** A switch to a task that can run; rarely to one that cannot. */
function switchAway(c: Choices, s: State, from: TaskName): Event | undefined {
  const ready = s.tasks.flatMap((t, i) => !isRunning(s, i) && !t.stopped && t.at >= place.entered && t.at <= place.returning ? [taskNames[i]!] : [])
  if (ready.length > 0 && c.next(32) !== 31) return { kind: 'switch', from, to: pick(c, ready) }
  return c.next(32) === 31 ? { kind: 'switch', from, to: taskNames[c.next(s.tasks.length)]! } : undefined
}

function atReturning(c: Choices, s: State, t: Task, task: TaskName): Event {
  if (t.stopped) return atStop(c, s, task)
  if (t.signo !== 0n || t.TIF_MTE_ASYNC_FAULT) {
    // refused: the loop goes round again
    if (c.next(48) === 47) return { kind: 'eret', task }
    if (t.signo === 0n && c.next(3) === 2) return { kind: 'restart', task }
    if (t.signo !== 0n && c.next(t.si_code === 0x80n ? 2 : 6) === 0) return { kind: 'die', task }
    return signalEvent(c, t, task, t.signo === 0n ? 11n : t.signo)
  }
  switch (c.next(10)) {
    case 0:
    case 1: return switchAway(c, s, task) ?? { kind: 'stop', task }
    case 2: return { kind: 'restart', task }
    case 3: return signalEvent(c, t, task, BigInt(pick(c, [1, 4, 10, 11, 31, 34, 64])))
    default: return { kind: 'eret', task }
  }
}

function signalEvent(c: Choices, t: Task, task: TaskName, signo: bigint): Event {
  const flag = [0x1n, 0x4n, 0x800n, 0x04000000n, 0x08000000n, 0x10000000n, 0x40000000n]
  const flags = flag.reduce((all, f) => flip(c) ? all | f : all, 0n)
  const handler = 4n + (value(c, wide(t) ? 48 : 32) & ~(c.next(8) === 7 ? 0n : wide(t) ? 3n : 2n))
  return { kind: 'signal', task, signo, handler, flags, restorer: value(c, 64), sigtramp: value(c, 64) }
}

function handlerEvent(c: Choices, s: State, t: Task, task: TaskName, kernel: Kernel): Event {
  const residue = (): bigint[] => Array.from({ length: 32 }, (_, i) => i < 16 ? 0n : value(c, 128))
  const call = selected(kernel, t)
  switch (call) {
    case 'sigreturn':
    case 'rt_sigreturn': return { kind: 'handler', task, call, si_code: BigInt(1 + c.next(2)), residue: residue() }
    case 'ptrace': {
      const stopped = s.tasks.findIndex((x) => x.stopped)
      return { kind: 'handler', task, call, target: stopped >= 0 && c.next(16) !== 15 ? taskNames[stopped]! : taskNames[c.next(s.tasks.length)]! }
    }
    case 'clone': return { kind: 'handler', task, call, child: taskNames[Math.max(0, s.tasks.findIndex((x) => x.at === place.absent))]! }
    case 'clone3': {
      const child = s.tasks.findIndex((x) => x.at === place.absent)
      const error = clone3Error(kernel, t), bad = error !== undefined && c.next(8) !== 7 ? error : BigInt.asUintN(64, pick(c, [-22n, -14n, -7n, -11n, 0n, 2n]))
      return (error !== undefined) !== (c.next(8) === 7) || child < 0 ? { kind: 'handler', task, call: 'other', result: bad, restart: 0n } : { kind: 'handler', task, call, child: taskNames[child]! }
    }
    case 'execve': return { kind: 'handler', task, call, bits: flip(c) ? 32 : 64 }
    case 'mmap': return { kind: 'handler', task, call, result: mmapResult(c, t) }
    case 'ni': case 'tagged_addr': return { kind: 'handler', task, call }
    case 'other': {
      const restarts = [-512n, -513n, -514n, -516n, -4n, 0n].map((r) => BigInt.asUintN(64, r))
      return { kind: 'handler', task, call, result: c.next(4) === 3 ? value(c, 64) : pick(c, restarts), restart: BigInt(c.next(3)) }
    }
  }
}

/** The error that the arguments of clone3 have, if they have one. */
function clone3Error(kernel: Kernel, t: Task): bigint | undefined {
  try {
    const args = clone3Args(kernel, t, kernel.firstArgumentIsOrigX0 ? t.orig_x0 : t.regs[0]!)
    return 'error' in args ? args.error : undefined
  } catch (e) {
    if (e instanceof NotEnabled) return undefined
    throw e
  }
}

/** An error, what was asked for, or a page near a limit of some allocator. */
function mmapResult(c: Choices, t: Task): bigint {
  const len = t.regs[1]!, page = 4096n
  if ((len === 0n || (t.regs[3]! & 0xfn) === 0n) && c.next(4) !== 3) return BigInt.asUintN(64, -22n)
  if ((t.regs[3]! & 0x100010n) !== 0n && c.next(4) !== 3) return t.regs[0]!
  switch (c.next(8)) {
    case 0: return BigInt.asUintN(64, pick(c, [-12n, -22n, -1n, -133n, -134n]))
    case 1:
    case 2: return t.regs[0]!
    case 3: return BigInt.asUintN(64, t.regs[0]! & 0x00ffffff_fffff000n)
    case 4:
    case 5: return BigInt.asUintN(64, ((pick(c, [1n << 32n, (1n << 32n) - page, 1n << 48n]) - len) & ~0xfffn) + pick(c, [0n, page, -page]))
    case 6: return page * BigInt(c.next(10))
    default: return value(c, 48) & ~(c.next(8) === 7 ? 0n : 0xfffn)
  }
}

function atEl0(c: Choices, t: Task, task: TaskName, config: Config, tracee: boolean, module: boolean): Event {
  const upper = wide(t) ? 0n : value(c, 15)
  const mte = config.mte && c.next(12) === 11
  const fresh = t.regs[0]! >= 3n && t.regs[0]! <= 0x4205n
  const prepared = tracee ? fresh && [26n, 117n].includes(t.regs[wide(t) ? 8 : 7]!) || (fresh && wide(t) && t.regs[7] === 26n && t.regs[8] !== 117n) : [119n, 173n].includes(t.regs[7]!) || t.regs[8] === 139n
  if (prepared && c.next(8) < 5) return { kind: 'svc', task, imm: BigInt(c.next(3)), upper, mte_async_fault: false }
  switch (c.next(8)) {
    case 0: return { kind: 'irq', task, upper, mte_async_fault: mte }
    case 1:
    case 2:
    case 3:
    case 4: return { kind: 'svc', task, imm: BigInt(c.next(3)), upper, mte_async_fault: mte }
    default: return t.TIF_SINGLESTEP && c.next(4) === 3 ? { kind: 'step', task, upper } : { kind: 'user', task, set: module && wide(t) && flip(c) ? { 'regs[8]': 29n } : preparation(c, t, config, tracee) }
  }
}

const nativeNumbers = [139, 117, 220, 435, 221, 222, 167, 29, 435, 436, 442, 0xffffffff, 0xffffffff]
/** __NR_syscalls of the kernels, and the number before. */
const kernelEnds = [436, 442, 451, 463, 473].flatMap((n) => [n - 1, n])
const compatNumbers = [435, 119, 173, 26, 120, 11, 192, 172, 3, 441, 442, 0xffffffff, 0xffffffff, 0x0f0002, 0x0f0005, 0x0f07ff, 0x0f0800, 0x7fffffff, 0x80000000]

/** What a program does before a call: number and arguments, a frame, a buffer, flags. */
function preparation(c: Choices, t: Task, config: Config, tracee: boolean): Writes {
  const set: Writes = {}
  const a64 = wide(t), width = a64 ? 64 : 32
  const registers = a64 ? 31 : 15
  for (let i = c.next(5); i > 0; i--) set[`regs[${c.next(registers)}]`] = value(c, width)
  if (c.next(3) === 0) set['TPIDR_EL0'] = value(c, width)
  if (c.next(3) === 0) set['pstate'] = t.pstate ^ (value(c, 32) & flagBits(a64, config))
  if (c.next(4) === 0) set[`vregs[${c.next(a64 ? 32 : 16)}]`] = value(c, 128)
  if (c.next(6) === 0) set['fpsr'] = value(c, 32)
  if (c.next(6) === 0) set['fpcr'] = value(c, 32)
  // the ends of the tables, now and then
  const number = c.next(8) === 7 ? kernelEnds[c.next(kernelEnds.length)]! : pick(c, compatNumbers)
  set['regs[7]'] = BigInt(number)
  if (a64) set['regs[8]'] = pick(c, [BigInt(c.next(8) === 7 ? pick(c, kernelEnds) : pick(c, nativeNumbers)), BigInt(pick(c, nativeNumbers)), 0x80000000n, 0x80000000n | BigInt(number)])
  // an unaligned pc keeps it from ever making a call
  const unaligned = (t.pc & (a64 || (t.pstate & 0x20n) === 0n ? 3n : 1n)) !== 0n
  if (c.next(unaligned ? 2 : 6) === 0) set['pc'] = value(c, width) & ~(c.next(8) === 7 ? 0n : 3n)
  if (tracee && c.next(4) !== 3) {
    setBuffer(c, set, a64, t)
    return set
  }
  const called = (a64 ? [set['regs[8]']! & 0x7fffffffn, set['regs[8]']! >> 31n === 0n ? 0n : set['regs[7]']] : [set['regs[7]']]).find((n) => [222n, 192n, 167n, 172n].includes(n!))
  if ((a64 ? set['regs[8]'] === 435n || (set['regs[8]']! >> 31n === 1n && number === 435) : number === 435) && c.next(8) !== 7) {
    cloneArguments(c, set, a64, t)
    return set
  }
  // cacheflush: a range that ends at TASK_SIZE_MAX, beyond it, or before it starts
  if (number === 0x0f0002 && c.next(4) !== 3) {
    const start = BigInt.asUintN(width, value(c, 48)), length = pick(c, [0n, 64n, (1n << 48n) - start, (1n << 48n) - start + 1n, 1n << 60n])
    return { ...set, 'regs[0]': start, 'regs[1]': BigInt.asUintN(width, start + length), 'regs[2]': c.next(8) === 7 ? value(c, width) : 0n }
  }
  if (called !== undefined && c.next(8) !== 7) return { ...set, ...callArguments(c, called, width) }
  switch (c.next(6)) {
    case 0: fillFrame32(c, t, set, a64); break
    case 1: if (a64) fillFrame64(c, t, set); else signalStack(c, set, a64, t); break
    case 2: if (c.next(4) === 0) setBuffer(c, set, a64, t); else signalStack(c, set, a64, t); break
    case 3: if (a64) fillFrame64(c, t, set); else fillFrame32(c, t, set, a64); break
    case 4: signalStack(c, set, a64, t); break
    default:
      if (flip(c)) set['regs[0]'] = pick(c, [0x80000n, 0x11n, 0x80111n])
      if (flip(c)) set['regs[3]'] = value(c, width)
  }
  return set
}

/** Arguments of mmap, or of prctl(PR_SET_TAGGED_ADDR_CTRL). */
function callArguments(c: Choices, number: bigint, width: number): Writes {
  if (number === 167n || number === 172n) {
    const odd = c.next(4) === 3 ? value(c, width) : 0n
    return { 'regs[0]': c.next(8) === 7 ? value(c, width) : BigInt.asUintN(width, 55n | (c.next(4) === 3 ? 1n << 32n : 0n)), 'regs[1]': pick(c, [0n, 1n, 1n, 3n, 5n, 7n, 6n, 0x7fff9n, 0x7ffffn, 0x80001n, value(c, 20)]), 'regs[2]': odd, 'regs[3]': 0n, 'regs[4]': 0n }
  }
  const page = c.next(8) === 7 ? 0n : 0xfffn
  const addr = c.next(3) === 2 ? pick(c, [(1n << 32n) - 4096n, 1n << 32n, (1n << 48n) - 8192n]) : value(c, 48) & ~page
  const tag = c.next(6) === 5 ? 0x5an << 56n : 0n
  return { 'regs[0]': BigInt.asUintN(width, addr | tag), 'regs[1]': BigInt.asUintN(width, pick(c, [0n, 1n, 4096n, 4097n, 8192n, 1n << 32n, 1n << 47n, value(c, 48)])), 'regs[3]': pick(c, [0x1n, 0x22n, 0x32n, 0x100022n, 0x12n, 0x13n, 0x23n, 0x28n, 0n]) }
}

function flagBits(a64: boolean, config: Config): bigint {
  const dit = config.dit ? 0x01000000n : 0n
  if (a64) return 0xf0000000n | dit | (config.ssbs ? 0x1000n : 0n) | (config.mte ? 0x02000000n : 0n) | (config.bti ? 0xc00n : 0n)
  return 0xf80f0020n | 0x0600fc00n | dit | (config.ssbs ? 0x00800000n : 0n) | (config.mixed_endian_el0 ? 0x200n : 0n)
}
