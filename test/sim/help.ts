/** States for the simulator's tests. */
import { afterExec, defaultConfig, initialState, place, table, type Config, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { simulate } from '../../sim/index.js'

export const config = (over: Partial<Config> = {}): Config => ({ ...defaultConfig, ...over })

/** A state with task A of `bits` at EL0 and B (if given) stopped at its way back to user space. */
export function machine(a: 32 | 64, b: 32 | 64 | 0 = 0, c: Config = config()): State {
  const s = initialState(b === 0 ? [a] : [a, b], c)
  if (b !== 0) s.tasks[1]!.stopped = true
  return s
}

export const A = (s: State): Task => s.tasks[0]!
export const B = (s: State): Task => s.tasks[1]!

export const run = (kernel: string, c: Config, s: State, ...events: Event[]): State => events.reduce((state, e) => simulate(kernel, c, state, e), s)

export const svc = (imm = 0n): Event => ({ kind: 'svc', task: 'A', imm, upper: 0n, mte_async_fault: false })
export const leave: Event = { kind: 'leave', task: 'A' }
export const eret: Event = { kind: 'eret', task: 'A' }
export const sigreturn = (call: 'sigreturn' | 'rt_sigreturn', residue = 0n): Event =>
  ({ kind: 'handler', task: 'A', call, si_code: 2n, residue: Array.from({ length: 32 }, () => residue) })
export const ptrace: Event = { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }
export const switchTo = (from: 'A' | 'B', to: 'A' | 'B'): Event => ({ kind: 'switch', from, to })

export const errno = (n: number): bigint => BigInt.asUintN(64, BigInt(-n))
export const hex = (x: bigint): string => '0x' + x.toString(16)

/** A tracer in the middle of ptrace(SETREGSET) with `words` (32-bit) as the register image; native or by a 32-bit tracer. */
export function setregset(tracer: 32 | 64, tracee: 32 | 64, type: number, length: number, words: bigint[], c = config()): State {
  const s = machine(tracer, tracee, c)
  const t = A(s), base = 0x20000n
  t.at = place.entered
  t.table = tracer === 64 ? table.native : table.compat
  t.syscallno = tracer === 64 ? 117n : 26n
  t.regs.splice(0, 4, 0x4205n, 2n, BigInt(type), base)
  t.buf = { base, lo: 0n, hi: 320n, words: t.buf.words }
  t.buf.words[0] = base + 16n
  if (tracer === 64) t.buf.words[2] = BigInt(length)
  else t.buf.words[1] = BigInt(length)
  words.forEach((w, i) => { t.buf.words[4 + i] = w })
  return s
}

/** The image of struct user_pt_regs with a pstate. */
export function nativeImage(pstate: bigint): bigint[] {
  const words = Array.from({ length: 68 }, () => 0n)
  words[66] = pstate & 0xffffffffn
  words[67] = pstate >> 32n
  return words
}

export function compatImage(psr: bigint): bigint[] {
  const words = Array.from({ length: 18 }, () => 0n)
  words[16] = psr
  return words
}

/** A 32-bit frame in A's memory at r13, with that psr and register values 100 + i. */
export function frame32(t: Task, psr: bigint, rt = false, base = 0x30000n): void {
  t.frame = { base, lo: 0n, hi: 1152n, words: t.frame.words.map(() => 0n) }
  t.regs[13] = base
  const sf = rt ? 32 : 0
  for (let i = 0; i < 15; i++) t.frame.words[sf + 8 + i] = BigInt(100 + i)
  t.frame.words[sf + 23] = 0x8000n
  t.frame.words[sf + 24] = psr
  t.frame.words[sf + 58] = 0x56465001n
  t.frame.words[sf + 59] = 288n
}

/** A 64-bit frame at sp with an FPSIMD record. */
export function frame64(t: Task, pstate: bigint, base = 0x30000n): void {
  t.frame = { base, lo: 0n, hi: 1152n, words: t.frame.words.map(() => 0n) }
  t.sp = base
  const put = (offset: number, v: bigint): void => { t.frame.words[offset / 4] = v }
  for (let i = 0; i < 31; i++) put(312 + 8 * i, BigInt(100 + i))
  put(568, 0x8000n)
  put(576, pstate & 0xffffffffn)
  put(580, pstate >> 32n)
  put(592, 0x46508001n)
  put(596, 528n)
}

export { afterExec, place, table }
