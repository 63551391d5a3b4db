/** What a task of a trace is made to do before or at a call: exec, a handler for a signal, a seccomp filter. */
import type { Event } from '../../trace/events.js'
import { taskNames, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { PTRACE, Script } from '../protocol.js'
import { noMasks } from './compare.js'
import type { Replay, Running } from './running.js'
import { GuestTask, NotReachable } from './task.js'

const EVENT_STOP = 0xffff00n
const pathOffset = 0xe00n
const firstPage = (bits: 64 | 32): bigint => bits === 64 ? 0x400000n : 0x10000n

/** A system call in the task's own name; what stands at the place is on its first page. Throws NotReachable where it is refused. */
async function prepared(r: Running, bytes: Buffer, numbers: readonly [number, number], args: (at: bigint) => readonly (bigint | number)[], what: string): Promise<void> {
  const page = firstPage(r.task.bits)
  await r.task.map(page, 4096n)
  await r.task.poke(page + pathOffset, bytes)
  const [result] = await r.task.run(new Script().remote(r.task.slot, numbers[r.task.bits === 64 ? 0 : 1], args(page + pathOffset)))
  if (BigInt.asIntN(32, result![0]!) !== 0n) throw new NotReachable(`${what} is refused`)
}

/** SIGTRAP, which exec sends to a traced task. */
const SIGTRAP = 5n
/** Where tls.S reads TPIDR_EL0 and TPIDRRO_EL0 to before anything else. */
const readTo = { 64: [20, 21], 32: [4, 5] } as const

/**
 * The image, stopped before its first instruction by exec's own SIGTRAP. That is a context switch: where the trace has none after exec, and nothing
 * else of the task, the image reads its TLS registers first, with SIGTRAP blocked until its breakpoint forces one.
 */
export async function execve(w: Replay, i: number, name: TaskName, r: Running, bits: 64 | 32): Promise<void> {
  const page = firstPage(r.task.bits)
  const handled = w.trace.events.findIndex((e, j) => j > i && e.kind === 'handler' && e.task === name)
  const reads = w.trace.events.every((e, j) => j <= handled || (e.kind === 'switch' ? e.from !== name && e.to !== name : e.task !== name || e.kind === 'leave' || e.kind === 'eret'))
  await r.task.map(page, 4096n)
  await r.task.poke(page + pathOffset, Buffer.from(`/${reads ? 'tls' : 'child'}${bits}\0`))
  const seen = await r.task.look()
  if (reads) await r.task.setBlocked(seen.blocked | 1n << SIGTRAP - 1n)
  await r.task.setRegisters({ ...seen, regs: [page + pathOffset, 0n, 0n, ...(r.task.bits === 64 ? seen.regs : [...seen.regs, ...w.state(i, name).regs.slice(15)]).slice(3)] })
  r.stop = await r.task.go()
  r.task.bits = bits
  r.task.mapped.clear()
  r.task.mapped.add(firstPage(bits))
  r.masks = { ...r.masks, sp: true }
  if (!reads) return
  const [cpu] = w.trace.states[handled + 1]!.cpus
  const { regs } = await r.task.look()
  for (const [n, register] of (['TPIDR_EL0', 'TPIDRRO_EL0'] as const).entries()) {
    const [want, got] = [BigInt.asUintN(bits, cpu![register]), regs[readTo[bits][n]!]!]
    if (want !== got) w.differences.push(`${name} reads ${register}: the trace has 0x${want.toString(16)}, the guest 0x${got.toString(16)}`)
  }
  r.masks = { ...r.masks, pc: true, regs: new Set([...r.masks.regs, ...readTo[bits]]) }
}

/** rt_sigaction for a signal that the trace delivers. */
export async function action(e: Extract<Event, { kind: 'signal' }>, r: Running): Promise<void> {
  if (r.handles === e.signo) return
  r.handles = e.signo
  const b = Buffer.alloc(32)
  if (r.task.bits === 64) {
    b.writeBigUInt64LE(e.handler, 0)
    b.writeBigUInt64LE(e.flags, 8)
    b.writeBigUInt64LE(e.restorer, 16)
  } else [e.handler, e.flags, e.restorer].forEach((v, i) => b.writeUInt32LE(Number(BigInt.asUintN(32, v)), i * 4))
  await prepared(r, b.subarray(0, r.task.bits === 64 ? 32 : 20), [134, 174], (at) => [e.signo, at, 0, 8], `a handler for signal ${e.signo}`)
}

const SECCOMP_RET = { errno: 0x00050000, trap: 0x00030000, kill: 0x80000000 } as const

/** A filter that answers this one number of this architecture, and lets every other pass. The task is as before. */
async function installFilter(e: Extract<Event, { kind: 'seccomp' }>, number: bigint, arch: bigint, r: Running): Promise<void> {
  const filter = [[0x20, 0, 0, 0], [0x15, 0, 3, Number(number)], [0x20, 0, 0, 4], [0x15, 0, 1, Number(arch)], [0x06, 0, 0, SECCOMP_RET[e.action] | Number(e.data)], [0x06, 0, 0, 0x7fff0000]] as const
  const b = Buffer.alloc(16 + filter.length * 8)
  b.writeUInt16LE(filter.length, 0)
  b.writeUInt32LE(Number(firstPage(r.task.bits) + pathOffset) + 16, r.task.bits === 64 ? 8 : 4)
  filter.forEach(([code, jt, jf, k], i) => {
    b.writeUInt16LE(code, 16 + i * 8)
    b.writeUInt8(jt, 18 + i * 8)
    b.writeUInt8(jf, 19 + i * 8)
    b.writeUInt32LE(k >>> 0, 20 + i * 8)
  })
  await prepared(r, b, [167, 172], (at) => [22, 2, at, 0, 0], 'the filter')
}

/** Filters are there from the start, for a child inherits them. */
export async function installFilters(trace: Trace, tasks: ReadonlyMap<TaskName, Running>): Promise<void> {
  for (const [i, e] of trace.events.entries()) {
    if (e.kind !== 'seccomp') continue
    const { syscallno, audit_arch } = trace.states[i]!.tasks[taskNames.indexOf(e.task)]!
    const own = tasks.get(e.task)
    for (const r of own === undefined ? tasks.values() : [own]) {
      await installFilter(e, syscallno, audit_arch, r)
      await r.task.setOrigX0(trace.states[0]!.tasks[r.task.slot]!.orig_x0)
    }
  }
}

/** The new child is stopped before its first instruction, and becomes a task of the replay. */
export async function clone(w: Replay, i: number, r: Running, child: TaskName): Promise<void> {
  const options = 1 << 20 | 2 | 4 | 8 // PTRACE_O_EXITKILL, TRACEFORK, TRACEVFORK, TRACECLONE
  await r.task.run(new Script().request(r.task.slot, PTRACE.SETOPTIONS, 0, options))
  const stop = await r.task.go()
  if ((stop.status & EVENT_STOP) >> 16n === 0n) {
    r.stop = stop
    return
  }
  const [message] = await r.task.run(new Script().request(r.task.slot, PTRACE.GETEVENTMSG, 0))
  const slot = taskNames.indexOf(child)
  const task = new GuestTask(w.machine.guest, slot, w.state(i, taskNames[r.task.slot]!).TIF_32BIT ? 32 : 64)
  r.task.mapped.forEach((page) => task.mapped.add(page))
  await task.adopted(message![1]!)
  w.tasks.set(child, { task, stop: undefined, masks: noMasks, call: 'clone', injected: 0 })
  r.stop = await r.task.go()
}
