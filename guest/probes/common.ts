/** What several probes need: states of the traces with a tracer and its tracee, and the fixed addresses. */
import type { Event } from '../../trace/events.js'
import { initialState, place, type Config, type State, type Task, type TaskName } from '../../trace/state.js'
import type { Script } from '../protocol.js'

export const page64 = 0x400000n
export const page32 = 0x10000n
/** where probes put a signal frame or a stack */
export const frameBase = 0x500000n
const frameBytes = 0x2000n
/** the tracer's buffer in the traces: an iovec, then the registers */
export const bufBase = 0x58000000n

/** mmap of the frame's pages in a task: anonymous, private, fixed, read-write. */
export function mapFrame(script: Script, slot: number, bits: 64 | 32): Script {
  return bits === 64 ? script.remote(slot, 222, [frameBase, frameBytes, 3, 0x32, -1n, 0]) : script.remote(slot, 192, [frameBase, frameBytes, 3, 0x32, -1n, 0])
}

const templates = new Map<string, State>()
const copyTask = (t: Task): Task => ({ ...t, regs: t.regs.slice(), vregs: t.vregs.slice(), frame: { ...t.frame, words: t.frame.words.slice() }, buf: { ...t.buf, words: t.buf.words.slice() } })

/** `initialState` of the traces, made once for each kind: a comparison begins millions of runs. */
export function freshState(bits: readonly (64 | 32 | 0)[], config: Config): State {
  const key = `${bits.join()} ${JSON.stringify(config)}`
  const found = templates.get(key) ?? initialState(bits, config)
  templates.set(key, found)
  return { cpus: found.cpus.map((c) => ({ ...c })), tasks: found.tasks.map(copyTask) }
}

/** A runs, B is its stopped tracee. */
export function tracerAndTracee(bits: readonly [64 | 32, 64 | 32], config: Config): State {
  const s = freshState(bits, config)
  s.tasks[1]!.stopped = true
  return s
}

/** 32-bit words of bytes, for `frame.words` and `buf.words`. */
export function halves(bytes: Uint8Array): bigint[] {
  const b = Buffer.concat([bytes], Math.ceil(bytes.length / 4) * 4)
  const out: bigint[] = []
  for (let at = 0; at < b.length; at += 4) {
    const w = b.readUInt32LE(at)
    out.push(w === 0 ? 0n : BigInt(w))
  }
  return out
}

/** Puts `iov` and the buffer into the tracer's `buf`, and the registers of a SETREGSET or GETREGSET. */
export function regsetCall(s: State, request: 0x4204 | 0x4205, type: number, bytes: Uint8Array, abi: 'native' | 'compat' | { imm: number, x7: bigint, x8: bigint }, tracer: 0 | 1 = 0): void {
  const t = s.tasks[tracer]!
  const wide = abi === 'native'
  const iov = Buffer.alloc(16)
  if (wide) {
    iov.writeBigUInt64LE(bufBase + 16n, 0)
    iov.writeBigUInt64LE(BigInt(bytes.length), 8)
  } else {
    iov.writeUInt32LE(Number(bufBase + 16n), 0)
    iov.writeUInt32LE(bytes.length, 4)
  }
  t.buf.base = bufBase
  t.buf.hi = BigInt(t.buf.words.length * 4)
  halves(Buffer.concat([iov, bytes])).forEach((w, i) => { t.buf.words[i] = w })
  t.regs[0] = BigInt(request)
  t.regs[1] = tracer === 0 ? 2n : 1n
  t.regs[2] = BigInt(type)
  t.regs[3] = bufBase
  if (wide) t.regs[8] = 117n
  else if (abi === 'compat') t.regs[7] = 26n
  else {
    t.regs[7] = abi.x7
    t.regs[8] = abi.x8
  }
}

export const svc = (task: TaskName, imm = 0n): Event => ({ kind: 'svc', task, imm, upper: 0n, mte_async_fault: false })
export const leave = (task: TaskName): Event => ({ kind: 'leave', task })
export const eret = (task: TaskName): Event => ({ kind: 'eret', task })
export const ptraceB: Event = { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }
/** B goes on while A is in the kernel. */
export const goOnWithB: readonly Event[] = [{ kind: 'resume', task: 'B' }, { kind: 'switch', from: 'A', to: 'B' }]
export const sigreturn = (call: 'sigreturn' | 'rt_sigreturn'): Event => ({ kind: 'handler', task: 'A', call, si_code: 1n, residue: new Array<bigint>(32).fill(0n) })

/** A call of task A from the registers given, to its return to user space. */
export const callOfA = (handler: Event, imm = 0n): Event[] => [svc('A', imm), handler, leave('A'), eret('A')]

const resume = (how: 'cont' | 'syscall'): Event => ({ kind: 'resume', task: 'A', with: how })

/** A call of task A between its two stops. `byTracer`: what B, a 64-bit task, does to A at the first; `runs`: what becomes of the call. */
export function stoppedCall(imm: bigint, runs: Event, byTracer: boolean): Event[] {
  const away: readonly Event[] = [{ kind: 'switch', from: 'A', to: 'B' }, eret('B'), svc('B'), { kind: 'handler', task: 'B', call: 'ptrace', target: 'A' }, leave('B')]
  return [
    svc('A', imm), { kind: 'trace_enter', task: 'A' }, ...byTracer ? away : [], resume('syscall'), ...byTracer ? [{ kind: 'switch', from: 'B', to: 'A' }] as const : [],
    runs, { kind: 'trace_exit', task: 'A' }, resume('cont'), leave('A'), eret('A'),
  ]
}

/** The first state at which A stands at the entry (1) or the exit (2) stop of its call, as the run goes by. */
export class Stops {
  private readonly seen: (State | undefined)[] = []
  at(s: State, which: 1n | 2n): State {
    const i = Number(s.tasks[0]!.syscall_stop)
    if (i !== 0) this.seen[i] ??= s
    return this.seen[Number(which)] ?? s
  }
}

export function atEl0(s: State): void { s.tasks[0]!.at = place.el0 }

/** What a forced signal looks like to the tracer: its number, else that of the breakpoint that was reached. */
export const signalOf = (s: State, task = 0): bigint => s.tasks[task]!.signo === 0n ? 5n : s.tasks[task]!.signo
