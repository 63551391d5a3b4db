/** One step's surroundings, and who runs where. */
import { place, taskNames, type Config, type Cpu, type State, type Task, type TaskName } from '../trace/state.js'
import type { Event } from '../trace/events.js'
import type { Kernel } from './kernel.js'
import { NotEnabled } from './not-enabled.js'

export interface Machine { readonly kernel: Kernel, readonly config: Config, readonly state: State }

/** A copy that can be changed in place; leaves are immutable and shared. */
export function copyTask(t: Task): Task {
  return { ...t, regs: t.regs.slice(), vregs: t.vregs.slice(), frame: { ...t.frame, words: t.frame.words.slice() }, buf: { ...t.buf, words: t.buf.words.slice() } }
}

export const indexOf = (name: TaskName): number => name === 'A' ? 0 : taskNames.indexOf(name)

/** A copy in which the event may change what it can touch in place; the rest is shared with `s`, memory and V registers of its tasks included. */
export function copyFor(s: State, e: Event): State {
  const tasks = s.tasks.slice()
  const touch = (name: TaskName, deep: boolean): void => {
    const t = tasks[indexOf(name)]
    if (t !== undefined) tasks[indexOf(name)] = deep ? copyTask(t) : { ...t, regs: t.regs.slice() }
  }
  if (e.kind === 'switch') {
    touch(e.from, false)
    touch(e.to, false)
  } else {
    touch(e.task, e.kind === 'user' || e.kind === 'signal' || (e.kind === 'handler' && e.call === 'ptrace'))
    if (e.kind === 'handler' && e.call === 'ptrace' && e.target !== e.task) touch(e.target, false)
  }
  return { cpus: s.cpus.map((c) => ({ ...c })), tasks }
}

export function taskOf(m: Machine, name: TaskName): Task {
  const t = m.state.tasks[indexOf(name)]
  if (t === undefined) throw new NotEnabled(`there is no task ${name}`)
  return t
}

/** The CPU that the task runs on. */
export function cpuOf(m: Machine, name: TaskName): Cpu {
  const index = indexOf(name)
  for (const cpu of m.state.cpus) if (Number(cpu.current) === index) return cpu
  throw new NotEnabled(`task ${name} is not running`)
}

/** Whether the task is on some CPU. */
export const isRunning = (s: State, index: number): boolean => s.cpus.some((c) => c.current === BigInt(index))

export const placeName = (t: Task): string => Object.entries(place).find(([, v]) => v === t.at)?.[0] ?? `place ${t.at}`

export function needAt(t: Task, at: bigint, name: TaskName): void {
  if (t.at !== at) throw new NotEnabled(`task ${name} is at ${placeName(t)}`)
}

/** force_sig_fault() of current: the pending signal, and a blocked one is unblocked (force_sig_info_to_task, kernel/signal.c). */
export function forceSignal(t: Task, signo: number, code: bigint, addr: bigint): void {
  t.blocked &= ~(1n << BigInt(signo - 1))
  t.signo = BigInt(signo)
  t.si_code = code
  t.si_addr = addr
  forgetSigsys(t)
}

/** What only SIGSYS of a seccomp filter has. */
export function forgetSigsys(t: Task): void {
  t.si_errno = 0n
  t.si_syscall = 0n
  t.si_arch = 0n
}

export const SIGILL = 4, SIGKILL = 9, SIGSEGV = 11, SIGSTOP = 19, SIGSYS = 31

/** set_current_blocked(): SIGKILL and SIGSTOP cannot be blocked. */
export function setCurrentBlocked(t: Task, set: bigint): void {
  t.blocked = set & ~((1n << BigInt(SIGKILL - 1)) | (1n << BigInt(SIGSTOP - 1)))
}
