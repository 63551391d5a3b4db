/** One step's surroundings, and who runs where. */
import { place, taskNames, type Config, type Cpu, type State, type Task, type TaskName } from '../trace/state.js'
import type { Kernel } from './kernel.js'
import { need } from './not-enabled.js'

export interface Machine { readonly kernel: Kernel, readonly config: Config, readonly state: State }

/** A copy that can be changed in place; leaves are immutable and shared. */
export function copyTask(t: Task): Task {
  return { ...t, regs: t.regs.slice(), vregs: t.vregs.slice(), frame: { ...t.frame, words: t.frame.words.slice() }, buf: { ...t.buf, words: t.buf.words.slice() } }
}

export const copyState = (s: State): State => ({ cpus: s.cpus.map((c) => ({ ...c })), tasks: s.tasks.map(copyTask) })

export const indexOf = (name: TaskName): number => taskNames.indexOf(name)

export function taskOf(m: Machine, name: TaskName): Task {
  const t = m.state.tasks[indexOf(name)]
  need(t !== undefined, `there is no task ${name}`)
  return t
}

/** The CPU that the task runs on. */
export function cpuOf(m: Machine, name: TaskName): Cpu {
  const i = BigInt(indexOf(name))
  const cpu = m.state.cpus.find((c) => c.current === i)
  need(cpu !== undefined, `task ${name} is not running`)
  return cpu
}

export const placeName = (t: Task): string => Object.entries(place).find(([, v]) => v === t.at)?.[0] ?? `place ${t.at}`

export function needAt(t: Task, at: bigint, name: TaskName): void {
  need(t.at === at, `task ${name} is at ${placeName(t)}`)
}

/** force_sig_fault() of current: the pending signal, and a blocked one is unblocked (force_sig_info_to_task, kernel/signal.c). */
export function forceSignal(t: Task, signo: number, code: bigint, addr: bigint): void {
  t.blocked &= ~(1n << BigInt(signo - 1))
  t.signo = BigInt(signo)
  t.si_code = code
  t.si_addr = addr
}

export const SIGILL = 4, SIGKILL = 9, SIGSEGV = 11, SIGSTOP = 19

/** set_current_blocked(): SIGKILL and SIGSTOP cannot be blocked. */
export function setCurrentBlocked(t: Task, set: bigint): void {
  t.blocked = set & ~((1n << BigInt(SIGKILL - 1)) | (1n << BigInt(SIGSTOP - 1)))
}
