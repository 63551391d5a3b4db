/** A trace on the guest: its start is set up, its user events are done, and what user space sees is compared where a task is back. */
import type { Event } from '../../trace/events.js'
import { place, table, taskNames, view, type Task, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { PTRACE, Script, stopSignal } from '../protocol.js'
import type { Machine } from '../machine.js'
import { insideCall, ptraceCallers } from './causable.js'
import { compareTask, compareWords, noMasks, type Masks } from './compare.js'
import { action, execve, installFilters, type Running } from './calls.js'
import { GuestTask, NotReachable, type Seen } from './task.js'
import { Tracer } from './tracer.js'

const EVENT_STOP = 0xffff00n

export class Walk {
  private readonly tasks = new Map<TaskName, Running>()
  private readonly tracers = new Map<TaskName, Tracer>()
  readonly differences: string[] = []

  constructor(private readonly machine: Machine, private readonly trace: Trace) {}

  async run(): Promise<void> {
    try {
      await this.start()
      await installFilters(this.trace, this.tasks)
      for (const [i, e] of this.trace.events.entries()) {
        await this.event(i, e)
        if (this.differences.length > 0) return
      }
      await this.end()
    } finally {
      for (const t of this.tracers.values()) await t.unmap()
      const all = new Script()
      for (let slot = 0; slot < 4; slot++) all.kill(slot)
      await this.machine.guest.run([all])
    }
  }

  private state(i: number, name: TaskName) { return this.trace.states[i]!.tasks[taskNames.indexOf(name)]! }

  private async start(): Promise<void> {
    const callers = ptraceCallers(this.trace.events)
    for (const [slot, t] of this.trace.states[0]!.tasks.entries()) {
      const name = taskNames[slot]!
      const bits = t.TIF_32BIT ? 32 : 64
      if (callers.has(name)) {
        this.tracers.set(name, new Tracer(this.machine.guest, bits, structuredClone(t)))
        continue
      }
      if (t.at === place.absent) continue
      const task = new GuestTask(this.machine.guest, slot, bits)
      await task.spawn()
      await task.region(t.frame)
      await task.region(t.buf)
      await task.setFp(t)
      const current = this.trace.states[0]!.cpus[0]!
      await task.setTls(bits === 64 && current.current === BigInt(slot) ? current.TPIDR_EL0 : t.tp_value)
      await task.setBlocked(t.blocked)
      await task.setOrigX0(t.orig_x0)
      await task.setRegisters(t)
      this.tasks.set(name, { task, stop: undefined, masks: noMasks, call: '', injected: 0 })
    }
  }

  private async event(i: number, e: Event): Promise<void> {
    if (e.kind === 'switch') return
    const tracer = this.tracers.get(e.task)
    if (tracer !== undefined) return this.tracerEvent(i, e, tracer)
    const r = this.tasks.get(e.task)
    if (r === undefined) return
    switch (e.kind) {
      case 'user': return this.user(i, e, r)
      case 'svc': return this.call(i, e, r)
      case 'irq': {
        const t = this.state(i, e.task)
        await r.task.putBreakpoint(t.pc, (t.pstate & 0x20n) !== 0n, this.lastReturn(i, e.task))
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
          r.stop = await r.task.go(PTRACE.SYSCALL)
          r.inside = 'handled'
          if (r.call === 'other') await this.choice(r, this.state(i + 1, e.task).regs[0]!)
        }
        if (e.kind !== 'handler') return
        if (e.call === 'sigreturn' || e.call === 'rt_sigreturn') r.masks = { ...r.masks, residue: r.masks.residue || r.task.bits === 32 || this.state(i, e.task).table === 3n }
        if (e.call === 'clone') r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 0]) }
        return
      case 'leave':
        if (r.inside === 'handled') {
          r.stop = await r.task.go()
          r.inside = undefined
        }
        if (this.state(i + 1, e.task).signo !== 0n) await this.forced(i + 1, e.task, r)
        return
      case 'signal': return this.signal(i, e, r)
      case 'eret': return this.back(i + 1, e.task, r)
      case 'die':
        this.tasks.delete(e.task)
        return
      default:
    }
  }

  private async user(i: number, e: Extract<Event, { kind: 'user' }>, r: Running): Promise<void> {
    const paths = Object.keys(e.set)
    if (paths.length === 0) return
    const t = this.state(i + 1, e.task)
    if (paths.some((p) => /^frame/.test(p))) await r.task.region(t.frame)
    if (paths.some((p) => /^buf/.test(p))) await r.task.region(t.buf)
    if (paths.some((p) => /^(vregs|fp)/.test(p))) await r.task.setFp(t)
    if (paths.includes('TPIDR_EL0')) {
      if (r.task.bits === 32) throw new NotReachable('TPIDRURW is not written through a regset')
      await r.task.setTls(e.set['TPIDR_EL0']!)
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
    await r.task.putSvc(t.pc, e.imm, (t.pstate & 0x20n) !== 0n, this.lastReturn(i, e.task))
    await this.landing(i, e.task, r)
    if (handler?.kind === 'handler' && handler.call === 'execve') return execve(t.regs, r, handler.bits)
    if (handler?.kind === 'handler' && handler.call === 'clone') return this.clone(i, r, handler.child)
    if (mine.length === 0) return this.entryStop(i + 1, e.task, r)
    if (this.switchedAway(i, e.task) || until.some((x) => x.kind === 'trace_enter' || x.kind === 'trace_exit')) {
      if (delivered !== undefined) throw new NotReachable('a preemption inside a call that a signal follows')
      r.stop = await r.task.go(PTRACE.SYSCALL)
      r.inside = 'entered'
      return
    }
    if (handler?.kind === 'handler' && handler.call === 'other') return this.other(i, r, e.task, until)
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

  private switchedAway(i: number, name: TaskName): boolean {
    const end = this.trace.events.findIndex((x, j) => j > i && x.kind === 'leave' && x.task === name)
    return this.trace.events.slice(0, end < 0 ? undefined : end).some((x, j) => j > i && x.kind === 'switch' && x.from === name && insideCall(this.trace, j, x))
  }

  /** A call that is not modelled: its result is a choice of the trace, and the kernel's own stands for it. Where both are errors, or neither is, what became of its upper half is compared. */
  private async other(i: number, r: Running, name: TaskName, until: readonly Event[]): Promise<void> {
    if (until.some((x) => x.kind === 'signal' || x.kind === 'restart')) throw new NotReachable('what comes after depends on the result of a call that is not modelled')
    await r.task.go(PTRACE.SYSCALL)
    await this.architecture(i + 1, name, r)
    r.stop = await r.task.go(PTRACE.SYSCALL)
    const handled = this.trace.events.findIndex((x, j) => j > i && x.kind === 'handler' && x.task === name)
    if (stopSignal(r.stop) === 0) throw new NotReachable('the call does not come back')
    await this.choice(r, this.state(handled + 1, name).regs[0]!)
    if (until.some((x) => x.kind === 'leave')) r.stop = await r.task.go()
    else r.inside = 'handled'
  }

  /** At the exit stop: how much of the result can be compared with the trace's. */
  private async choice(r: Running, want: bigint): Promise<void> {
    const { regs } = await r.task.look()
    const isError = (v: bigint): boolean => BigInt.asIntN(32, v) < 0n && BigInt.asIntN(32, v) >= -4095n
    const low = 0xffffffffn
    r.masks = { ...r.masks, x0: isError(regs[0]!) === isError(want) ? low : low << 32n | low }
  }

  /** The architecture that seccomp and audit see of the call at whose entry stop the task is. */
  private async architecture(i: number, name: TaskName, r: Running): Promise<void> {
    const [info] = await r.task.run(new Script().request(r.task.slot, PTRACE.GET_SYSCALL_INFO, 88))
    const arch = info![1]! >> 32n
    const want = this.state(i, name).audit_arch
    if (arch !== want) this.differences.push(`${name}.audit_arch: the trace has 0x${want.toString(16)}, the guest 0x${arch.toString(16)}`)
  }

  /** The trace ends inside the call: its entry stop shows the registers, and the architecture that seccomp and audit see. */
  private async entryStop(i: number, name: TaskName, r: Running): Promise<void> {
    await r.task.go(PTRACE.SYSCALL)
    await this.architecture(i, name, r)
    // the stop itself marks its direction in x7 or r12
    r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 7, 12]) }
    await this.check(i, name, r)
  }

  /** Does the task, after event i, come back to EL0 for the last time in this trace, and nothing more happens to it? */
  private lastReturn(i: number, name: TaskName): boolean {
    const later = this.trace.events.slice(i + 1).filter((e) => e.kind !== 'switch' && e.task === name).map((e) => e.kind)
    return later.indexOf('eret') === later.length - 1 && later.length > 0 && !later.includes('signal')
  }

  /** Where the task comes back, a breakpoint waits; where none can be put, the fault there stops the task as well. */
  private async landing(i: number, name: TaskName, r: Running): Promise<void> {
    const at = this.trace.events.findIndex((x, j) => j > i && x.kind === 'eret' && x.task === name)
    const t = this.state(at < 0 ? this.trace.states.length - 1 : at + 1, name)
    const from = this.state(i, name).pc
    if (t.pc >= from && t.pc < from + 8n || inside(t.pc, t.frame) || inside(t.pc, t.buf)) return
    try {
      await r.task.putBreakpoint(t.pc, r.task.bits === 32 && (t.pstate & 0x20n) !== 0n, this.lastReturn(i, name))
    } catch (e) {
      if (!(e instanceof NotReachable)) throw e
    }
  }

  private async clone(i: number, r: Running, child: TaskName): Promise<void> {
    const options = 1 << 20 | 2 | 4 | 8 // PTRACE_O_EXITKILL, TRACEFORK, TRACEVFORK, TRACECLONE
    await r.task.run(new Script().request(r.task.slot, PTRACE.SETOPTIONS, 0, options))
    const stop = await r.task.go()
    if ((stop.status & EVENT_STOP) >> 16n === 0n) {
      r.stop = stop
      return
    }
    const [message] = await r.task.run(new Script().request(r.task.slot, PTRACE.GETEVENTMSG, 0))
    const slot = taskNames.indexOf(child)
    const task = new GuestTask(this.machine.guest, slot, this.state(i, taskNames[r.task.slot]!).TIF_32BIT ? 32 : 64)
    r.task.mapped.forEach((page) => task.mapped.add(page))
    await r.task.run(new Script().adopt(slot, message![1]!, task.bits))
    this.tasks.set(child, { task, stop: undefined, masks: noMasks, call: 'clone', injected: 0 })
    r.stop = await r.task.go()
  }

  /** The kernel has forced a signal: the tracer sees the task before it is delivered. */
  private async forced(i: number, name: TaskName, r: Running): Promise<void> {
    const t = this.state(i, name)
    const got = r.stop === undefined ? 0 : stopSignal(r.stop)
    if (got !== Number(t.signo)) this.differences.push(`${name}: the trace forces signal ${t.signo}, the guest stopped with ${got}`)
    else if (r.stop!.addr !== t.si_addr) this.differences.push(`${name}.si_addr: the trace has 0x${t.si_addr.toString(16)}, the guest 0x${r.stop!.addr.toString(16)}`)
    await this.check(i, name, r)
  }

  private async signal(i: number, e: Extract<Event, { kind: 'signal' }>, r: Running): Promise<void> {
    if (r.stop === undefined) await action(e, r)
    const t = this.state(i, e.task)
    // the traces have the beginning of a native frame in view; its reserved rest and the frame record are taken to be there
    const end = t.frame.base + t.frame.hi
    if (r.task.bits === 64 && t.frame.hi > t.frame.lo && t.sp > end && t.sp - end < 0x2000n) await r.task.map(end, t.sp - end)
    await r.task.putBreakpoint(e.handler & ~1n, (e.handler & 1n) !== 0n && r.task.bits === 32)
    if ((e.flags & 0x04000000n) === 0n) r.masks = { ...r.masks, regs: new Set([...r.masks.regs, r.task.bits === 64 ? 30 : 14]) }
    r.stop = await r.task.go(PTRACE.CONT, r.injected !== 0 ? r.injected : Number(e.signo))
  }

  /** After the exception return. */
  private async back(i: number, name: TaskName, r: Running): Promise<void> {
    const t = this.state(i, name)
    if (r.stop === undefined) {
      await r.task.putBreakpoint(t.pc, (t.pstate & 0x20n) !== 0n && r.task.bits === 32, this.lastReturn(i - 2, name))
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

  private async check(i: number, name: TaskName, r: Running): Promise<void> {
    const t = this.state(i, name)
    const cpu = this.trace.states[i]!.cpus[0]!
    let seen: Seen = await r.task.look()
    // without SSBS every context switch may set the bit (ssbs_thread_switch); E is kept where EL0 may be of either endianness, as on every CPU model here
    const ssbs = this.trace.config.ssbs ? 0n : r.task.bits === 64 ? 1n << 12n : 1n << 23n
    const endian = r.task.bits === 32 && !this.trace.config.mixed_endian_el0 ? 1n << 9n : 0n
    let masks: Masks = { ...r.masks, pstate: ssbs | endian }
    const length = BigInt(r.task.bits === 32 && (t.pstate & 0x20n) !== 0n ? 2 : 4)
    if (t.at === place.el0 && this.lastReturn(i - 2, name) && seen.pc === t.pc + length && r.stop !== undefined && length === 4n) {
      // the breakpoint stands behind the instruction that read TPIDRRO_EL0
      const register = r.task.bits === 64 ? 28 : 11
      const want = BigInt.asUintN(r.task.bits, cpu.TPIDRRO_EL0)
      if (seen.regs[register] !== want) this.differences.push(`${name} reads TPIDRRO_EL0: the trace has 0x${want.toString(16)}, the guest 0x${seen.regs[register]!.toString(16)}`)
      masks = { ...masks, regs: new Set([...masks.regs, register]) }
      seen = { ...seen, pc: t.pc }
    }
    this.differences.push(...compareTask(name, t, seen, r.task.bits, cpu.current === BigInt(r.task.slot) ? cpu : undefined, masks))
    this.differences.push(...compareWords(`${name}.frame`, t.frame.words, await r.task.words(t.frame), this.unknownWords(t, r)))
  }

  /** siginfo of a frame (filled by the sender), and the saved PSTATE where a context switch may have set SSBS. */
  private unknownWords(t: Task, r: Running): Set<number> {
    const out = new Set<number>()
    const word = (address: bigint): void => { out.add(Number((address - t.frame.base) / 4n)) }
    const top = r.task.bits === 64 ? t.sp : t.regs[13]!
    if (r.injected !== 0) for (let o = 0n; o < 128n; o += 4n) word(top + o)
    if (!this.trace.config.ssbs) for (const o of r.task.bits === 64 ? [576n] : [96n, 224n]) word(top + o)
    return out
  }

  private async tracerEvent(i: number, e: Event, tracer: Tracer): Promise<void> {
    if (e.kind !== 'handler' || e.call !== 'ptrace') return
    const before = this.state(i, e.task)
    const svc = this.trace.events.slice(0, i).findLast((x) => x.kind === 'svc' && x.task === e.task)
    const target = this.tasks.get(e.target)
    if (target === undefined || svc?.kind !== 'svc') throw new NotReachable('the tracee is not there')
    const bits = before.TIF_32BIT ? 32 : 64
    const now = new Tracer(this.machine.guest, bits, structuredClone(before))
    this.tracers.set(e.task, now)
    void tracer
    await now.setBuf()
    if (bits === 32) await target.task.handOver()
    const { x0, words } = await now.ptrace(svc.imm, target.task.slot)
    if (bits === 32) await target.task.takeBack()
    const after = this.state(i + 1, e.task)
    if (x0 !== after.regs[0]!) this.differences.push(`${e.task}.regs[0]: the trace has 0x${after.regs[0]!.toString(16)}, the guest 0x${x0.toString(16)}`)
    this.differences.push(...compareWords(`${e.task}.buf`, after.buf.words, words, new Set(), this.ssbsInBuffer(i, e.task, e.target)))
    await this.check(i + 1, e.target, target)
  }

  /** Where a GETREGSET of NT_PRSTATUS has put the saved PSTATE of a CPU without SSBS: a context switch may have set the bit. */
  private ssbsInBuffer(i: number, caller: TaskName, target: TaskName): ReadonlyMap<number, bigint> {
    const { regs, buf, view: seenAs } = this.state(i + 1, caller)
    const before = this.state(i, caller)
    if (this.trace.config.ssbs || before.regs[0] !== 0x4204n || (before.regs[2]! & 0xffffffffn) !== 1n || regs[0] !== 0n) return new Map()
    const at = Number((regs[3]! - buf.base) / 4n)
    const base = before.table === table.native ? (buf.words[at] ?? 0n) | (buf.words[at + 1] ?? 0n) << 32n : buf.words[at] ?? 0n
    const word = Number((base - buf.base) / 4n) + (seenAs === view.aarch64 ? 66 : 16)
    return new Map([[word, this.state(i, target).TIF_32BIT ? 1n << 23n : 1n << 12n]])
  }

  /** A trace may end before a task is back at EL0: what its saved registers hold is compared nevertheless. */
  private async end(): Promise<void> {
    const last = this.trace.states.length - 1
    for (const [name, r] of this.tasks) {
      const at = this.state(last, name).at
      if (r.inside === 'handled' && at === place.handled) {
        r.masks = { ...r.masks, regs: new Set([...r.masks.regs, 7, 12]) }
        await this.check(last, name, r)
      }
      if (r.stop !== undefined && at === place.returning && this.state(last, name).signo === 0n) await this.check(last, name, r)
    }
  }
}

const inside = (a: bigint, r: Task['frame']): boolean => a >= r.base + r.lo && a < r.base + r.hi
