/**
 * A tracer that is a new child and has made no call of its own, so that it is still in its parent's compat call when it asks. It cannot attach; but
 * what its parent has forked becomes its child where both are threads of one process and the parent exits (forget_original_parent, find_alive_thread),
 * and the tracee asks to be traced by its parent then (ptrace_traceme).
 */
import type { Event } from '../../trace/events.js'
import { table, taskNames, view, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { code } from '../images.js'
import { NT, pidOf, PTRACE, scratch, Script, stopSignal } from '../protocol.js'
import { clone } from './calls.js'
import { compareWords } from './compare.js'
import type { Replay, Running } from './running.js'
import { NotReachable, type GuestTask } from './task.js'

const CLONE_THREAD = 0x10000n | 0x800n | 0x100n // with CLONE_SIGHAND and CLONE_VM, which it needs
const SIGCHLD = 17n
const SA_NOCLDSTOP = 1n
const SIGSTOP = 19
const SIGCONT = 18n
const call = { exit: 93n, nanosleep: 101n, ptrace: 117n, kill: 129n, rt_sigaction: 134n, getpid: 172n, clone: 220n } as const
/** Code and data of the replay itself, on the first page of the tracer's process. */
const own = 0x400e00n
const iov = own + 0x20n

export interface ChildTracer { readonly parent: TaskName, readonly child: TaskName, readonly tracee: TaskName }

/** The tracer of a trace, if it is one that a replay does: 64-bit tasks; the parent does nothing after clone; the child makes one native ptrace call, and nothing after it; the tracee is stopped by then. */
export function childTracer(trace: Trace): ChildTracer | undefined {
  const asked = trace.events.filter((e) => e.kind === 'handler' && e.call === 'ptrace')
  const [ptrace] = asked
  if (asked.length !== 1 || ptrace?.kind !== 'handler' || ptrace.call !== 'ptrace') return undefined
  const { task: child, target: tracee } = ptrace
  const cloned = trace.events.findIndex((e) => e.kind === 'handler' && e.call === 'clone' && e.child === child)
  const made = trace.events[cloned]
  if (made?.kind !== 'handler' || trace.events.at(-1) !== ptrace) return undefined
  const parent = made.task
  const of = (from: number, name: TaskName): Event[] => trace.events.slice(from).filter((e) => e.kind !== 'switch' && e.task === name)
  const late = [...of(cloned + 1, parent), ...of(cloned, tracee)].length
  const calls = of(0, child).filter((e) => e.kind === 'svc')
  const narrow = [parent, tracee].some((name) => trace.states[0]!.tasks[taskNames.indexOf(name)]!.TIF_32BIT)
  const native = calls.length === 1 && trace.states.at(-2)!.tasks[taskNames.indexOf(child)]!.table === table.native
  const stops = of(0, tracee).map((e) => e.kind).join() === 'stop'
  return late > 0 || narrow || !native || !stops || taskNames.indexOf(tracee) <= taskNames.indexOf(parent) ? undefined : { parent, child, tracee }
}

const words = (...values: bigint[]): Buffer => {
  const b = Buffer.alloc(values.length * 8)
  values.forEach((v, i) => b.writeBigUInt64LE(v, i * 8))
  return b
}

/** The parent, right after exec, forks the task that will be traced. */
export async function forkTracee(parent: GuestTask, task: GuestTask): Promise<void> {
  const at = 0x400000n
  // no SIGCHLD when the tracee stops: under a tracer it would stop the parent as well
  await parent.poke(own, words(0n, SA_NOCLDSTOP, 0n, 0n))
  const [quiet] = await parent.run(new Script().remote(parent.slot, Number(call.rt_sigaction), [SIGCHLD, own, 0, 8]))
  if (quiet![0] !== 0n) throw new NotReachable('a handler for SIGCHLD is refused')
  const { regs, ...rest } = await parent.look()
  await parent.poke(at, Buffer.concat([code.svc64(0), code.brk64()]))
  await parent.run(new Script().request(parent.slot, PTRACE.SETOPTIONS, 0, 1 << 20 | 2)) // PTRACE_O_EXITKILL, TRACEFORK
  await parent.setRegisters({ ...rest, pc: at, regs: regs.map((v, i) => i === 0 ? SIGCHLD : i === 8 ? call.clone : i < 6 ? 0n : v) })
  await parent.go()
  const [message] = await parent.run(new Script().request(parent.slot, PTRACE.GETEVENTMSG, 0))
  await task.adopted(message![1]!)
  if (stopSignal(await parent.go()) === 0) throw new NotReachable('the parent of tracer and tracee is gone')
  const first = Buffer.concat([code.brk64(), Buffer.alloc(4)])
  for (const t of [parent, task]) await t.poke(at, first)
  task.mapped.add(at)
}

/** The clone that makes the tracer: of a thread. The trace says nothing of threads; to registers, PSTATE and TLS it is all the same. */
export async function cloneTracer(w: Replay, i: number, r: Running, who: ChildTracer): Promise<void> {
  const t = w.state(i, who.parent)
  await r.task.setRegisters({ ...t, regs: t.regs.map((v, n) => n === 0 ? v | CLONE_THREAD : v) })
  await clone(w, i, r, who.child)
  if (w.tasks.has(who.child)) await becomesTracer(w, i, who)
  // its thread is gone: the one thing that the trace does not have
  r.seen = w.trace.states.length - 1
}

const pause = (s: Script): Script => s.write(scratch + 0xf000n, words(0n, 30_000_000n)).syscall({ x8: call.nanosleep }, [scratch + 0xf000n, 0])

/** The parent's thread ends, and the tracee goes through PTRACE_TRACEME to where the trace has it stopped, with the trace's registers. */
async function becomesTracer(w: Replay, i: number, { parent, tracee }: ChildTracer): Promise<void> {
  const a = w.tasks.get(parent)!.task
  const b = w.tasks.get(tracee)!.task
  const t = w.state(i, tracee)
  const before = Buffer.concat([code.svc64(0), ...code.moveWide(8, call.getpid), ...code.moveWide(0, t.orig_x0), code.svc64(0), ...code.moveWide(0, t.regs[0]!), ...code.moveWide(8, t.regs[8]!)])
  const from = t.pc - BigInt(before.length)
  await b.map(from, BigInt(before.length) + 4n)
  await b.poke(from, Buffer.concat([before, code.brk64()]))
  await b.setRegisters({ ...t, pc: from, regs: t.regs.map((v, n) => n === 0 ? 0n : n === 8 ? call.ptrace : v) })
  await b.run(new Script().cont(b.slot, PTRACE.DETACH, SIGSTOP))
  await a.poke(own, code.svc64(0))
  const seen = await a.look()
  await a.setRegisters({ ...seen, pc: own, regs: seen.regs.map((v, n) => n === 0 ? 0n : n === 8 ? call.exit : v) })
  await a.run(pause(new Script().cont(a.slot)))
  await a.run(pause(new Script().syscall({ x8: call.kill }, [pidOf(b.slot), SIGCONT])))
}

/** A call of the tracer's own at the pc where it stands, in place of the one before. */
async function ask(c: GuestTask, args: readonly bigint[]): Promise<bigint> {
  await c.poke(own, Buffer.concat([code.svc64(0), code.brk64()]))
  const seen = await c.look()
  await c.setRegisters({ ...seen, pc: own, regs: seen.regs.map((v, n) => n === 8 ? call.ptrace : args[n] ?? v) })
  await c.go()
  return (await c.look()).regs[0]!
}

/**
 * The ptrace call of the trace: what it returns and what it leaves in memory. Which view it used is seen only where it asks for NT_PRSTATUS, by the
 * length it gets, and its next call may be another's view: `forView` asks that in place of the trace's call, in a run of its own.
 * The tracee comes back to the guest program in the end, and is compared.
 */
export async function childAsks(w: Replay, i: number, r: Running, { child, tracee }: ChildTracer, forView: boolean): Promise<void> {
  const c = r.task
  const b = w.tasks.get(tracee)!
  const before = w.state(i, child)
  const last = w.trace.states.length - 1
  const after = w.state(last, child)
  const args = forView ? [BigInt(PTRACE.GETREGSET), b.task.pid, BigInt(NT.PRSTATUS), iov] : [before.regs[0]!, b.task.pid]
  if (forView) await c.poke(iov, words(iov + 0x10n, 272n))
  await c.setRegisters({ ...before, regs: before.regs.map((v, n) => args[n] ?? v) })
  r.stop = await c.go()
  const result = (await c.look()).regs[0]!
  if (forView) {
    const [length] = await c.run(new Script().peek(c.slot, iov + 8n, 8))
    const got = result !== 0n ? view.none : length![1] === 272n ? view.aarch64 : length![1] === 72n ? view.aarch32 : view.none
    if (got !== (after.view === view.aarch32_ptrace ? view.aarch32 : after.view)) w.differences.push(`${child}.view: the trace has ${viewName(after.view)}, the guest ${viewName(got)}`)
  } else {
    if (result !== after.regs[0]) w.differences.push(`${child}.regs[0]: the trace has 0x${after.regs[0]!.toString(16)}, the guest 0x${result.toString(16)}`)
    w.differences.push(...compareWords(`${child}.buf`, after.buf.words, await c.words(after.buf)))
  }
  if (await ask(c, [BigInt(PTRACE.DETACH), b.task.pid, 0n, BigInt(SIGSTOP)]) !== 0n) {
    w.differences.push(`${child}: it is not the tracer of ${tracee}`)
    return
  }
  await c.run(pause(new Script()))
  await c.run(new Script().syscall({ x8: call.ptrace }, [BigInt(PTRACE.ATTACH), pidOf(b.task.slot)]).wait(b.task.slot))
  await w.check(last, tracee, b)
  r.seen = last
}

const viewName = (v: bigint): string => Object.entries(view).find(([, n]) => n === v)?.[0] ?? String(v)
