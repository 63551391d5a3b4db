/** A trace on the guest: its start is set up, its user events are done, and what user space sees is compared where a task is back. */
import type { Event } from '../../trace/events.js'
import { place, taskNames, type Task, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { PTRACE, Script, stopSignal } from '../protocol.js'
import type { Machine } from '../machine.js'
import { ptraceCallers } from './causable.js'
import { lastReturn, switchedAway } from './events-of.js'
import { compareTask, compareWords, noMasks, type Masks } from './compare.js'
import { prepareMmap } from './address-space.js'
import { action, clone, execve, installFilters } from './calls.js'
import { childAsks, childTracer, cloneTracer, forkTracee, type ChildTracer } from './child-tracer.js'
import { died } from './core.js'
import { storeWithOtherTag, writeTls } from './before.js'
import { tracerEvent } from './ptrace-call.js'
import { architecture, choice, chosenResult } from './result.js'
import { atEnd } from './end.js'
import { compareTpidrro, tpidrroIn } from './tpidrro.js'
import type { Replay, Running } from './running.js'
import { GuestTask, NotReachable, type Seen } from './task.js'
import { Tracer } from './tracer.js'
import { unknownWords } from './unknown-words.js'

const SIGSTOP = 19
/** SPSR_EL1.SS; the compat view has it where DIT is (bit 24 of SPSR). */
const SS = 1n << 21n

export class Walk implements Replay {
  readonly tasks = new Map<TaskName, Running>()
  readonly tracers = new Map<TaskName, Tracer>()
  readonly differences: string[] = []
  private readonly child: ChildTracer | undefined

  /** `forView`: see `childAsks`. */
  constructor(readonly machine: Machine, readonly trace: Trace, private readonly forView = false) { this.child = childTracer(trace) }

  async run(): Promise<void> {
    try {
      await this.start()
      await installFilters(this.trace, this.tasks)
      await prepareMmap(this.trace, this.tasks.values())
      for (const [i, e] of this.trace.events.entries()) {
        await this.event(i, e)
        if (this.differences.length > 0) return
      }
      await atEnd(this)
    } finally {
      for (const t of this.tracers.values()) await t.unmap()
      const all = new Script()
      // children first: a thread's end is seen before its process's
      for (let slot = 3; slot >= 0; slot--) all.kill(slot)
      await this.machine.guest.run([all])
    }
  }

  state(i: number, name: TaskName): Task { return this.trace.states[i]!.tasks[taskNames.indexOf(name)]! }

  private async start(): Promise<void> {
    const callers = ptraceCallers(this.trace.events)
    if (this.child !== undefined) callers.delete(this.child.child)
    const tracee = new GuestTask(this.machine.guest, taskNames.indexOf(this.child?.tracee ?? 'B'), 64)
    for (const [slot, t] of this.trace.states[0]!.tasks.entries()) {
      const name = taskNames[slot]!
      const bits = t.TIF_32BIT ? 32 : 64
      if (callers.has(name)) {
        this.tracers.set(name, new Tracer(this.machine.guest, bits, structuredClone(t)))
        continue
      }
      if (t.at === place.absent) continue
      const task = name === this.child?.tracee ? tracee : new GuestTask(this.machine.guest, slot, bits)
      if (name !== this.child?.tracee) await task.spawn()
      if (name === this.child?.parent) await forkTracee(task, tracee)
      await task.region(t.frame)
      await task.region(t.buf)
      await task.setFp(t)
      const current = this.trace.states[0]!.cpus[0]!
      await task.setTls(bits === 64 && current.current === BigInt(slot) ? current.TPIDR_EL0 : t.tp_value)
      await task.setBlocked(t.blocked)
      await task.setOrigX0(t.orig_x0)
      await task.setRegisters(t)
      if ((t.pstate & SS) !== 0n && t.stopped) await task.stepped(t)
      this.tasks.set(name, { task, stop: undefined, masks: noMasks, call: '', injected: 0 })
    }
  }

  private async event(i: number, e: Event): Promise<void> {
    if (e.kind === 'switch') return
    const tracer = this.tracers.get(e.task)
    if (tracer !== undefined) return tracerEvent(this, i, e)
    const r = this.tasks.get(e.task)
    if (r === undefined) return
    r.task.origX0 = this.state(i, e.task).orig_x0
    switch (e.kind) {
      case 'user': return this.user(i, e, r)
      case 'svc': return this.call(i, e, r)
      case 'irq': {
        const t = this.state(i, e.task)
        // what stops for its tracer is looked at there, and reads TPIDRRO_EL0 when it returns
        const stops = this.trace.events.some((x, j) => j > i && x.kind === 'stop' && x.task === e.task)
        await r.task.putBreakpoint(t.pc, (t.pstate & 0x20n) !== 0n, !stops && lastReturn(this.trace, i, e.task))
        await r.task.comeFrom(t)
        r.stop = await r.task.go()
        return
      }
      case 'trace_enter':
      case 'trace_exit': return this.check(i + 1, e.task, r)
      case 'handler':
      case 'seccomp':
      case 'skip':
        r.call = e.kind === 'handler' ? e.call : e.kind
        if (r.inside === 'entered') {
          r.stop = await r.task.go(r.task.stepping ? PTRACE.SINGLESTEP : PTRACE.SYSCALL)
          r.inside = r.task.stepping ? undefined : 'handled'
          if (r.call === 'other' && stopSignal(r.stop) !== 0) await choice(r, this.state(i + 1, e.task).regs[0]!)
        }
        if (e.kind === 'seccomp' && e.action === 'kill') this.killed(e.task, r)
        if (this.state(i + 1, e.task).at === place.dead) return this.dead(i, e.task, r)
        if (e.kind !== 'handler') return
        if (e.call === 'sigreturn' || e.call === 'rt_sigreturn') r.masks = { ...r.masks, residue: r.masks.residue || r.task.bits === 32 || this.state(i, e.task).table === 3n }
        if (e.call === 'clone' || e.call === 'clone3') r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 0]) }
        return
      case 'leave':
        await this.leave(i, e.task, r)
        if (this.state(i + 1, e.task).signo !== 0n && r.killed !== true) await this.forced(i + 1, e.task, r)
        return
      case 'step': {
        const t = this.state(i, e.task)
        r.stop = await r.task.step(t, (t.pstate & 0x20n) !== 0n)
        return
      }
      case 'restart':
        // what the kernel had prepared it has done by now; the task goes on from its stop, to a breakpoint that is put for it
        if (r.injected === SIGSTOP) r.stop = undefined
        r.injected = 0
        return
      case 'resume':
        if (e.with !== undefined) r.task.stepping = e.with === 'singlestep'
        if (this.state(i, e.task).at === place.returning && lastReturn(this.trace, i, e.task)) r.stop = undefined
        return
      case 'signal': return this.signal(i, e, r)
      case 'eret': return this.back(i + 1, e.task, r)
      case 'die': return this.dead(i, e.task, r)
      default:
    }
  }

  private killed(name: TaskName, r: Running): void {
    r.killed = true
    if (r.stop === undefined || stopSignal(r.stop) !== 0) this.differences.push(`${name}: the trace's filter kills it, the guest's task goes on`)
  }

  private async dead(i: number, name: TaskName, r: Running): Promise<void> {
    await died(this, name, this.state(i, name), this.state(i + 1, name), r)
    this.tasks.delete(name)
  }

  /** From the exit stop on: to a signal that is sent there, or on to the stop that waits for the task. */
  private async leave(i: number, name: TaskName, r: Running): Promise<void> {
    if (r.inside !== 'handled') return
    r.inside = undefined
    const next = this.trace.events.slice(i + 1).find((x) => x.kind !== 'switch' && x.task === name)
    if (next?.kind === 'signal' && this.state(i + 1, name).signo === 0n) {
      r.injected = Number(next.signo)
      return
    }
    if (next?.kind === 'restart') {
      await r.task.sendStop()
      r.injected = SIGSTOP
    }
    r.stop = await r.task.go()
  }

  private async user(i: number, e: Extract<Event, { kind: 'user' }>, r: Running): Promise<void> {
    const paths = Object.keys(e.set)
    if (paths.length === 0) return
    const t = this.state(i + 1, e.task)
    if (paths.some((p) => /^frame/.test(p))) await r.task.region(t.frame)
    if (paths.some((p) => /^buf/.test(p))) await r.task.region(t.buf)
    if (paths.some((p) => /^(vregs|fp)/.test(p))) await r.task.setFp(t)
    const next = this.trace.events.slice(i + 1).find((x) => x.kind !== 'switch' && x.task === e.task)
    if (paths.includes('TPIDR_EL0')) {
      // a tracer's write is one to the saved value as well: the task does it itself, right before it enters the kernel
      if (next?.kind === 'svc' || next?.kind === 'irq') r.task.before = writeTls(r.task.bits, e.set['TPIDR_EL0']!, t)
      else if (r.task.bits === 32) throw new NotReachable('TPIDRURW is not written through a regset')
      else await r.task.setTls(e.set['TPIDR_EL0']!)
    }
    // what the guest has so far has been found equal to the trace, so setting all registers sets those of this event
    if (paths.some((p) => /^(regs|sp|pc|pstate)/.test(p))) await r.task.setRegisters(t)
  }

  /** The SVC and all the kernel does until the task is back, or stands before a signal. */
  private async call(i: number, e: Extract<Event, { kind: 'svc' }>, r: Running): Promise<void> {
    const t = this.state(i, e.task)
    const mine = this.trace.events.slice(i + 1).filter((x) => x.kind !== 'switch' && x.task === e.task)
    const until = mine.slice(0, mine.findIndex((x) => x.kind === 'eret' || x.kind === 'die') + 1 || mine.length)
    const handler = until.find((x) => x.kind === 'handler')
    const delivered = until.find((x) => x.kind === 'signal')
    await r.task.putSvc(t.pc, e.imm, (t.pstate & 0x20n) !== 0n, lastReturn(this.trace, i, e.task))
    await this.landing(i, e.task, r)
    await r.task.comeFrom(t)
    if (e.mte_async_fault) {
      if (delivered?.kind === 'signal') await action(delivered, r)
      await storeWithOtherTag(r.task, t)
      r.stop = await r.task.go()
      return
    }
    if (handler?.kind === 'handler' && handler.call === 'execve') return execve(this, i, e.task, r, handler.bits)
    if (handler?.kind === 'handler' && (handler.call === 'clone' || handler.call === 'clone3')) return handler.child === this.child?.child ? cloneTracer(this, i, r, this.child) : clone(this, i, r, handler.child)
    if (handler?.kind === 'handler' && handler.call === 'ptrace') return childAsks(this, i, r, this.child!, this.forView)
    if (mine.length === 0) return this.entryStop(i + 1, e.task, r)
    if (switchedAway(this.trace, i, e.task) || until.some((x) => x.kind === 'trace_enter' || x.kind === 'trace_exit')) {
      if (delivered !== undefined) throw new NotReachable('a preemption inside a call that a signal follows')
      r.stop = await r.task.go(PTRACE.SYSCALL)
      r.inside = 'entered'
      return
    }
    if (handler?.kind === 'handler' && (handler.call === 'other' || handler.call === 'mmap')) {
      r.call = handler.call
      if (delivered?.kind === 'signal') await action(delivered, r)
      return chosenResult(this, i, r, e.task, until)
    }
    if (delivered?.kind === 'signal') {
      await action(delivered, r)
      const leave = this.trace.events.findIndex((x, j) => j > i && x.kind === 'leave' && x.task === e.task)
      if (leave >= 0 && this.state(leave + 1, e.task).signo === 0n) {
        // stop at the end of the call; the signal is sent from there
        await r.task.go(PTRACE.SYSCALL)
        r.stop = await r.task.go(PTRACE.SYSCALL)
        r.injected = Number(delivered.signo)
        return
      }
    }
    r.stop = await r.task.go()
  }

  /** The trace ends inside the call: its entry stop shows the registers, and the architecture that seccomp and audit see. */
  private async entryStop(i: number, name: TaskName, r: Running): Promise<void> {
    await r.task.go(PTRACE.SYSCALL)
    await architecture(this, i, name, r)
    // the stop itself marks its direction in x7 or r12
    r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 7, 12]) }
    await this.check(i, name, r)
  }

  /** Where the task comes back, a breakpoint waits; where none can be put, the fault there stops the task as well. */
  private async landing(i: number, name: TaskName, r: Running): Promise<void> {
    const at = this.trace.events.findIndex((x, j) => j > i && x.kind === 'eret' && x.task === name)
    const t = this.state(at < 0 ? this.trace.states.length - 1 : at + 1, name)
    const from = this.state(i, name).pc
    if (t.pc >= from && t.pc < from + 8n || inside(t.pc, t.frame) || inside(t.pc, t.buf)) return
    try {
      await r.task.putBreakpoint(t.pc, r.task.bits === 32 && (t.pstate & 0x20n) !== 0n, lastReturn(this.trace, i, name))
    } catch (e) {
      if (!(e instanceof NotReachable)) throw e
    }
  }

  /** The kernel has forced a signal: the tracer sees the task before it is delivered. */
  async forced(i: number, name: TaskName, r: Running): Promise<void> {
    const t = this.state(i, name)
    const got = r.stop === undefined ? 0 : stopSignal(r.stop)
    if (got !== Number(t.signo)) this.differences.push(`${name}: the trace forces signal ${t.signo}, the guest stopped with ${got}`)
    else if (r.stop!.addr !== t.si_addr) this.differences.push(`${name}.si_addr: the trace has 0x${t.si_addr.toString(16)}, the guest 0x${r.stop!.addr.toString(16)}`)
    await this.check(i, name, r)
  }

  private async signal(i: number, e: Extract<Event, { kind: 'signal' }>, r: Running): Promise<void> {
    await action(e, r)
    const t = this.state(i, e.task)
    // the traces have the beginning of a native frame in view; its reserved rest and the frame record are taken to be there
    const end = t.frame.base + t.frame.hi
    if (r.task.bits === 64 && t.frame.hi > t.frame.lo && t.sp > end && t.sp - end < 0x2000n) await r.task.map(end, t.sp - end)
    await r.task.putBreakpoint(e.handler & ~1n, (e.handler & 1n) !== 0n && r.task.bits === 32)
    if ((e.flags & 0x04000000n) === 0n) r.masks = { ...r.masks, regs: new Set([...r.masks.regs, r.task.bits === 64 ? 30 : 14]) }
    r.stop = await r.task.go(PTRACE.CONT, r.injected !== 0 ? r.injected : Number(e.signo))
    // one that is sent from the end of a call comes to its tracer first
    if (r.injected !== 0 && stopSignal(r.stop) === r.injected) r.stop = await r.task.go(PTRACE.CONT, r.injected)
  }

  /** After the exception return. */
  private async back(i: number, name: TaskName, r: Running): Promise<void> {
    const t = this.state(i, name)
    if (r.stop === undefined) {
      await r.task.putBreakpoint(t.pc, (t.pstate & 0x20n) !== 0n && r.task.bits === 32, lastReturn(this.trace, i - 2, name))
      r.stop = await r.task.go()
    }
    const got = stopSignal(r.stop)
    if (got === 0) {
      this.differences.push(`${name}: the guest's task ended with status 0x${r.stop.status.toString(16)}`)
      return
    }
    await this.check(i, name, r)
    r.stop = undefined
  }

  async check(i: number, name: TaskName, r: Running): Promise<void> {
    r.seen = i
    const t = this.state(i, name)
    const cpu = this.trace.states[i]!.cpus[0]!
    let seen: Seen = await r.task.look()
    // without SSBS every context switch may set the bit (ssbs_thread_switch); E is kept where EL0 may be of either endianness, as on every CPU model here
    const ssbs = this.trace.config.ssbs ? 0n : r.task.bits === 64 ? 1n << 12n : 1n << 23n
    const endian = r.task.bits === 32 && !this.trace.config.mixed_endian_el0 ? 1n << 9n : 0n
    // PTRACE_SINGLESTEP sets SS when the task is let go
    const step = r.task.stepping || (t.pstate & SS) !== 0n ? SS | (r.task.bits === 32 ? 1n << 24n : 0n) : 0n
    let masks: Masks = { ...r.masks, pstate: ssbs | endian | step }
    const length = BigInt(r.task.bits === 32 && (t.pstate & 0x20n) !== 0n ? 2 : 4)
    if (seen.pc === t.pc + length && r.stop !== undefined && length === 4n && (t.at === place.el0 ? lastReturn(this.trace, i - 2, name) : i === this.trace.states.length - 1)) {
      // the breakpoint stands behind the instruction that read TPIDRRO_EL0
      if (cpu.current === BigInt(r.task.slot)) compareTpidrro(this, cpu, name, r.task.bits, seen)
      masks = { ...masks, regs: new Set([...masks.regs, tpidrroIn[r.task.bits]]) }
      seen = { ...seen, pc: t.pc }
    }
    this.differences.push(...compareTask(name, t, seen, r.task.bits, cpu.current === BigInt(r.task.slot) ? cpu : undefined, masks))
    this.differences.push(...compareWords(`${name}.frame`, t.frame.words, await r.task.words(t.frame), unknownWords(this.trace.config, t, r.task.bits, r.injected)))
  }
}

const inside = (a: bigint, r: Task['frame']): boolean => a >= r.base + r.lo && a < r.base + r.hi
