/** The body of a reproducer: what is done to the tasks of a trace, event by event, and what must be seen. */
import { describeEvent, type Event } from '../../trace/events.js'
import { place, table, taskNames, view, type Task, type TaskName } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { ptraceCallers } from '../replay/causable.js'
import { taggedPointer, taggedStore, writeTls } from '../replay/before.js'
import { laterOf, lastReturn, switchedAway } from '../replay/events-of.js'
import { NotReachable } from '../replay/task.js'
import { unknownWords } from '../replay/unknown-words.js'
import { standing, type Standing } from './standing.js'
import { startText } from './start.js'
import { checkWords, codeWords, comment, hex, image, leftOut, refused, thumb, words } from './text.js'
import { ptraceText } from './tracer.js'

const SIGTRAP = 'SIGTRAP'
/** sp after exec and pc, as bits of what is unknown. */
const SP = 1n << 31n, R13 = 1n << 13n, PC = 1n << 32n
/** A stop at the entry or exit of a call marks its direction in x7 or r12. */
const MARKS = 1n << 7n | 1n << 12n

export class Writer {
  readonly lines: string[] = []
  private readonly tasks = new Map<TaskName, Standing>()
  private readonly stepped = new Set<TaskName>()
  readonly callers: ReadonlySet<TaskName>
  private readonly tls: boolean

  constructor(readonly trace: Trace) {
    this.callers = ptraceCallers(trace.events)
    this.tls = trace.states.some((s) => s.cpus[0]!.TPIDR_EL0 !== 0n || s.cpus[0]!.TPIDRRO_EL0 !== 0n || s.tasks.some((t) => t.tp_value !== 0n))
      || trace.claim?.startsWith('tls/') === true
  }

  state(i: number, name: TaskName): Task { return this.trace.states[i]!.tasks[taskNames.indexOf(name)]! }
  put(...lines: string[]): void { this.lines.push(...lines.map((l) => `\t${l}`)) }
  private of(name: TaskName): Standing { const s = this.tasks.get(name); if (s === undefined) throw refused(`what task ${name} does`); return s }

  /** State `i` of the task is compared with where it stands. */
  private check(i: number, name: TaskName, signo: string | bigint = SIGTRAP, alsoUnknown = 0n): void {
    const t = this.state(i, name)
    const s = this.of(name)
    s.seen = i
    const cpu = this.trace.states[i]!.cpus[0]!
    let unknown = s.unknown | alsoUnknown
    const stop = signo !== SIGTRAP ? signo : s.at === 'new' ? 'SIGSTOP' : s.anyStop ? 0n : signo
    if (s.reads && s.at === 'back') {
      if (cpu.current === BigInt(taskNames.indexOf(name))) this.put(`check_tpidrro(&${name}, "${name}", ${hex(BigInt.asUintN(t.TIF_32BIT ? 32 : 64, cpu.TPIDRRO_EL0))});`)
      else this.put(`${name}.regs[32] -= 4;`)
      unknown |= t.TIF_32BIT ? 1n << 11n : 1n << 28n
    }
    this.put(`check(&${name}, "${name}", ${stop}, ${image(t)}, ${leftOut(this.trace.config, t, this.stepped.size > 0)}, ${hex(unknown)});`)
    if (this.trace.events.some((e) => e.kind === 'signal' && e.task === name)) {
      this.put(...checkWords(`&${name}`, `${name}.frame`, this.state(0, name).frame, t.frame, unknownWords(this.trace.config, t, t.TIF_32BIT ? 32 : 64, s.injected), new Map()))
    }
  }

  private go(name: TaskName): void {
    this.put(this.stepped.has(name) ? `step(&${name});` : `go(&${name}, 0);`)
    this.of(name).at = 'back'
  }

  write(): string[] {
    const { events, states } = this.trace
    if (events.some((e) => e.kind === 'seccomp' && e.action === 'kill' || e.kind === 'die')) this.put('setrlimit(RLIMIT_CORE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });')
    for (const [slot, t] of states[0]!.tasks.entries()) {
      const name = taskNames[slot]!
      if (t.at === place.absent) continue
      if (this.callers.has(name)) {
        if (t.TIF_32BIT) this.put(`start(&${name}, 32);`)
        continue
      }
      this.tasks.set(name, standing(0))
      this.lines.push(...startText(this.trace, name, this.tls))
    }
    events.forEach((e, i) => this.event(i, e))
    this.end()
    if (!this.lines.some((l) => /\b(ok|check\w*)\(/.test(l))) throw refused('a trace that ends before a task can be looked at')
    return this.lines
  }

  private event(i: number, e: Event): void {
    if (e.kind === 'switch') return
    this.put(`/* ${comment(describeEvent(e).slice(0, 150))} */`)
    if (this.callers.has(e.task)) {
      if (e.kind !== 'handler' || e.call !== 'ptrace') return
      this.put(...ptraceText(this, i, e.task, e.target), `read_regs(&${e.target});`)
      return this.check(i + 1, e.target)
    }
    const s = this.of(e.task)
    switch (e.kind) {
      case 'user': return this.user(i, e, s)
      case 'svc': return this.svc(i, e, s)
      case 'irq': {
        const t = this.state(i, e.task)
        this.land(i, e.task, t, t, !this.trace.events.some((x, j) => j > i && x.kind === 'stop' && x.task === e.task))
        this.comeFrom(e.task, t, s)
        return this.go(e.task)
      }
      case 'stop': return
      case 'restart':
        if (s.injected !== 0) s.at = undefined
        s.injected = 0
        return
      case 'resume':
        if (e.with === 'singlestep') this.stepped.add(e.task)
        else if (e.with !== undefined) this.stepped.delete(e.task)
        if (this.state(i, e.task).at === place.returning && lastReturn(this.trace, i, e.task)) s.at = undefined
        return
      case 'trace_enter':
      case 'trace_exit': return this.check(i + 1, e.task, SIGTRAP)
      case 'eret': return this.eret(i + 1, e.task, s)
      case 'seccomp':
      case 'handler':
      case 'skip': return this.handled(i, e, s)
      case 'leave': return this.leave(i, e.task, s)
      case 'signal': return this.signal(i, e, s)
      case 'die': return this.core(i, e.task, this.state(i, e.task).signo, s)
      default: throw refused(`the event ${e.kind}`)
    }
  }

  private user(i: number, e: Extract<Event, { kind: 'user' }>, s: Standing): void {
    const after = this.state(i + 1, e.task)
    const paths = Object.keys(e.set)
    if (paths.some((p) => p.startsWith('frame'))) this.lines.push(...words(e.task, after.frame))
    if (paths.some((p) => p.startsWith('buf'))) this.lines.push(...words(e.task, after.buf))
    if (paths.includes('TPIDR_EL0')) {
      // a tracer's write is one to the saved value as well: the task does it itself, right before it enters the kernel
      const [next] = laterOf(this.trace, i, e.task).filter((x) => x.kind !== 'user')
      if (next?.kind === 'svc' || next?.kind === 'irq') s.tls = e.set['TPIDR_EL0']!
      else if (after.TIF_32BIT) throw refused('a write to TPIDRURW')
      else this.put(`set_tls(&${e.task}, ${hex(e.set['TPIDR_EL0']!)});`)
    }
    this.put(`write_regs(&${e.task}, ${image(after)});`)
  }

  /** What the task runs right before its pc. */
  private comeFrom(name: TaskName, t: Task, s: Standing, tagged = false): void {
    if (s.tls === undefined && !tagged) return
    let code: Buffer
    try {
      code = Buffer.concat([...s.tls === undefined ? [] : [writeTls(t.TIF_32BIT ? 32 : 64, s.tls, t)], ...tagged ? [taggedStore(t)] : []])
    } catch (e) {
      if (e instanceof NotReachable) throw refused('a write to TPIDRURW by Thumb code')
      throw e
    }
    s.tls = undefined
    const from = t.pc - BigInt(code.length)
    this.put(`put_code(&${name}, ${hex(from)}, ${codeWords(code)});`, `write_regs(&${name}, ${image(t, { 32: from, ...tagged ? { 16: taggedPointer } : {} })});`)
  }

  /** Where the task comes back to: a breakpoint, behind the reading of TPIDRRO_EL0 where nothing more happens to it. `call`: behind this SVC there is one already. */
  private land(i: number, name: TaskName, from: Task, t: Task, mayRead: boolean, call = false): void {
    const s = this.of(name)
    const inView = [t.frame, t.buf].some((r) => t.pc >= r.base + r.lo && t.pc < r.base + r.hi)
    s.reads = this.tls && mayRead && lastReturn(this.trace, i, name) && thumb(t) === 0 && !inView && !(call && t.pc === from.pc)
    if (s.reads) this.put(`put_reader(&${name}, ${hex(t.pc)});`)
    s.anyStop = inView
    if (!s.reads && !inView && !(call && t.pc >= from.pc && t.pc < from.pc + 8n)) this.put(`put_breakpoint(&${name}, ${hex(t.pc)}, ${thumb(t)});`)
  }

  private svc(i: number, e: Extract<Event, { kind: 'svc' }>, s: Standing): void {
    const { task: name } = e
    const before = this.state(i, name)
    const mine = laterOf(this.trace, i, name)
    const until = mine.slice(0, mine.findIndex((x) => x.kind === 'eret' || x.kind === 'die') + 1 || mine.length)
    const handler = until.find((x) => x.kind === 'handler')
    const delivered = until.find((x) => x.kind === 'signal')
    const back = this.trace.events.findIndex((x, j) => j > i && x.kind === 'eret' && x.task === name)
    this.put(`put_svc(&${name}, ${hex(before.pc)}, ${e.imm}, ${thumb(before)});`)
    if (handler?.kind !== 'handler' || handler.call !== 'execve') this.land(i, name, before, this.state(back < 0 ? this.trace.states.length - 1 : back + 1, name), true, true)
    if (delivered?.kind === 'signal') this.handlerFor(delivered)
    if (e.mte_async_fault) this.put(`tagged_page(&${name});`)
    this.comeFrom(name, before, s, e.mte_async_fault)
    if (e.mte_async_fault) return this.go(name)
    if (handler?.kind === 'handler' && handler.call === 'execve') return this.execve(i, name, handler.bits, s)
    if (handler?.kind === 'handler' && (handler.call === 'clone' || handler.call === 'clone3')) {
      this.put(`go_to_child(&${name}, &${handler.child});`)
      s.unknown = 1n
      s.at = 'back'
      this.tasks.set(handler.child, { ...standing(-1), at: 'new' })
      return
    }
    if (mine.length === 0) {
      this.entry(i + 1, name)
      s.at = 'entered'
      return this.check(i + 1, name, SIGTRAP, MARKS)
    }
    if (switchedAway(this.trace, i, name) || until.some((x) => x.kind === 'trace_enter' || x.kind === 'trace_exit')) {
      if (delivered !== undefined) throw refused('a preemption inside a call that a signal follows')
      this.put(`go_to_stop(&${name});`)
      s.at = 'entered'
      return
    }
    if (handler?.kind === 'handler' && (handler.call === 'other' || handler.call === 'mmap')) {
      this.entry(i + 1, name)
      const t = this.state(i + 1, name)
      if ((t.table === table.native ? [93n, 94n] : [1n, 248n]).includes(t.syscallno)) this.put(`set_number(&${name}, ${t.table === table.native ? 172 : 20});`)
      this.put(`go_to_stop(&${name});`)
      s.at = 'handled'
      return this.result(this.trace.events.indexOf(handler), name, handler, until, s)
    }
    const leave = this.trace.events.findIndex((x, j) => j > i && x.kind === 'leave' && x.task === name)
    if (delivered?.kind === 'signal' && leave >= 0 && this.state(leave + 1, name).signo === 0n) {
      this.put(`go_to_stop(&${name});`, `go_to_stop(&${name});`)
      s.at = 'handled'
      return
    }
    this.go(name)
  }

  private entry(i: number, name: TaskName): void {
    const t = this.state(i, name)
    this.put(`go_to_stop(&${name});`, `check_entry(&${name}, "${name}", ${hex(t.syscallno)}, ${hex(t.audit_arch)});`)
  }

  /** What a call has returned: the kernel's own stands for it, unless a restart or a signal depends on it, or there was no other address. */
  private result(handled: number, name: TaskName, e: Event, until: readonly Event[], s: Standing): void {
    const want = this.state(handled + 1, name).regs[0]!
    if (until.some((x) => x.kind === 'restart' || x.kind === 'signal')) this.put(`set_result(&${name}, ${hex(want)});`)
    else if (e.kind === 'handler' && e.call === 'mmap') this.put(`ok(${name}.regs[0] == ${hex(want)}, "mmap by ${name}", ${name}.regs[0], ${hex(want)});`)
    else s.unknown |= 1n
  }

  /** The image stands before its first instruction, or has read its TLS registers where no switch comes in between. */
  private execve(i: number, name: TaskName, bits: 64 | 32, s: Standing): void {
    const handled = this.trace.events.findIndex((e, j) => j > i && e.kind === 'handler' && e.task === name)
    const reads = this.tls && this.trace.events.every((e, j) => j <= handled || (e.kind === 'switch' ? e.from !== name && e.to !== name : e.task !== name || e.kind === 'leave' || e.kind === 'eret'))
    this.put(`go_exec(&${name}, ${bits}, ${reads ? 1 : 0});`)
    s.at = 'back'
    s.reads = false
    s.unknown |= bits === 64 ? SP : R13
    if (!reads) return
    const cpu = this.trace.states[handled + 1]!.cpus[0]!
    this.put(`check_exec_tls(&${name}, "${name}", ${hex(BigInt.asUintN(bits, cpu.TPIDR_EL0))}, ${hex(BigInt.asUintN(bits, cpu.TPIDRRO_EL0))});`)
    s.unknown |= PC | (bits === 64 ? 3n << 20n : 3n << 4n)
  }

  /** The call is done where the task is let go on from its entry stop. */
  private handled(i: number, e: Extract<Event, { kind: 'handler' | 'seccomp' | 'skip' }>, s: Standing): void {
    const after = this.state(i + 1, e.task)
    if (s.at === 'entered') {
      this.put(this.stepped.has(e.task) ? `step(&${e.task});` : `go_to_stop(&${e.task});`)
      s.at = this.stepped.has(e.task) ? 'back' : 'handled'
      if (e.kind === 'handler' && e.call === 'other') s.unknown |= 1n
    }
    if (after.at === place.dead) this.core(i, e.task, 0n, s)
  }

  private handlerFor(e: Extract<Event, { kind: 'signal' }>): void {
    const s = this.of(e.task)
    if (s.handles === e.signo) return
    s.handles = e.signo
    this.put(`set_handler(&${e.task}, ${e.signo}, ${hex(e.handler)}, ${hex(e.flags)}, ${hex(e.restorer)});`)
  }

  /** On from the exit stop; a forced signal is seen before it is delivered. */
  private leave(i: number, name: TaskName, s: Standing): void {
    const next = laterOf(this.trace, i, name)[0]
    const t = this.state(i + 1, name)
    if (s.at === 'handled') {
      if (next?.kind === 'signal' && t.signo === 0n) {
        s.injected = Number(next.signo)
        return
      }
      if (next?.kind === 'restart') {
        this.put(`go_past_signal(&${name});`)
        s.injected = 1
        s.at = 'back'
      } else this.go(name)
    }
    if (t.signo === 0n || next?.kind === 'die' && t.signo === 31n) return
    this.forced(i + 1, name)
  }

  private forced(i: number, name: TaskName): void {
    const t = this.state(i, name)
    this.check(i, name, t.signo)
    this.put(`ok((uintptr_t)${name}.info.si_addr == ${hex(t.si_addr)}, "${name} si_addr", (uintptr_t)${name}.info.si_addr, ${hex(t.si_addr)});`)
  }

  /** The signal is delivered, to a breakpoint at its handler. */
  private signal(i: number, e: Extract<Event, { kind: 'signal' }>, s: Standing): void {
    const { task: name } = e
    const t = this.state(i, name)
    this.handlerFor(e)
    // the traces have the beginning of a native frame in view; its reserved rest and the frame record are taken to be there
    const end = t.frame.base + t.frame.hi
    if (!t.TIF_32BIT && t.frame.hi > t.frame.lo && t.sp > end && t.sp - end < 0x2000n) this.put(`map(&${name}, ${hex(end)}, ${hex(t.sp - end)});`)
    this.put(`put_breakpoint(&${name}, ${hex(e.handler & ~1n)}, ${t.TIF_32BIT && (e.handler & 1n) !== 0n ? 1 : 0});`)
    if ((e.flags & 0x04000000n) === 0n) s.unknown |= t.TIF_32BIT ? 1n << 14n : 1n << 30n
    this.put(`go(&${name}, ${s.injected !== 0 ? s.injected : e.signo});`)
    // one that is sent from the end of a call comes to its tracer first
    if (s.injected !== 0) this.put(`if (WIFSTOPPED(${name}.status) && WSTOPSIG(${name}.status) == ${s.injected})`, `\tgo(&${name}, ${s.injected});`)
    s.at = 'back'
    s.reads = false
    s.anyStop = (e.handler & (t.TIF_32BIT ? 2n : 3n)) !== 0n
  }

  private eret(i: number, name: TaskName, s: Standing): void {
    const after = this.state(i, name)
    if (s.at === undefined || s.at === 'new') {
      this.land(i - 2, name, after, after, true)
      this.go(name)
    }
    this.check(i, name)
    s.at = undefined
    const { TPIDR_EL0, current } = this.trace.states[i]!.cpus[0]!
    const running = !after.TIF_32BIT && current === BigInt(taskNames.indexOf(name))
    if (this.tls) this.put(`check_tls(&${name}, "${name}", ${hex(running ? TPIDR_EL0 : after.tp_value)});`)
  }

  private core(i: number, name: TaskName, signo: bigint, s: Standing): void {
    const t = this.state(i + 1, name)
    if (t.TIF_32BIT || t.core === view.none) throw refused('a death without a core, or of an AArch32 image')
    const byFilter = this.trace.events.some((e) => e.kind === 'seccomp' && e.task === name && e.action === 'kill')
    this.put(`check_core(&${name}, "${name}", ${byFilter ? 0 : signo}, ${t.core === view.aarch64 ? 'EM_AARCH64' : 'EM_ARM'}, ${hex(t.core_psr)}, ${hex(this.trace.config.ssbs ? 0n : 1n << 12n)});`)
    s.seen = this.trace.states.length
    s.at = undefined
    this.tasks.delete(name)
  }

  /** A trace that ends before a task is back at EL0: it is looked at where user space sees the end. */
  private end(): void {
    const last = this.trace.states.length - 1
    const unseen = new Set<Event['kind']>(['user', 'switch', 'stop', 'resume', 'restart'])
    for (const [name, s] of this.tasks) {
      const t = this.state(last, name)
      const changed = this.trace.events.findLastIndex((e) => (e.kind !== 'switch' && e.task === name && !unseen.has(e.kind)) || (e.kind === 'handler' && 'child' in e && e.child === name))
      if (t.TIF_MTE_ASYNC_FAULT) s.unknown |= 1n | PC
      if (changed >= 0 && s.seen <= changed && s.at !== undefined) {
        if (t.signo !== 0n && s.at === 'back') this.forced(last, name)
        else this.check(last, name, t.TIF_MTE_ASYNC_FAULT ? 'SIGSEGV' : SIGTRAP, s.at === 'entered' || s.at === 'handled' ? MARKS : 0n)
      }
      this.readAfterSwitch(last, name, t, s)
    }
  }

  /** The trace ends with a switch to a task inside the kernel: its call, if it has not made it, becomes getpid, and it reads TPIDRRO_EL0 on its way out. */
  private readAfterSwitch(last: number, name: TaskName, t: Task, s: Standing): void {
    const cpu = this.trace.states[last]!.cpus[0]!
    const own = this.trace.events.findLastIndex((e) => e.kind !== 'switch' && e.kind !== 'resume' && e.task === name)
    const switched = this.trace.events.findLastIndex((e) => e.kind === 'switch' && e.to === name)
    const execed = this.trace.events.some((e) => e.kind === 'handler' && e.task === name && e.call === 'execve')
    const waits = s.at !== 'back' || execed
    if (!this.tls || cpu.current !== BigInt(taskNames.indexOf(name)) || switched < own || !waits || t.at === place.el0 || t.signo !== 0n || thumb(t) !== 0) return
    if (s.at === 'entered' && t.table !== table.none) this.put(`set_number(&${name}, ${t.table === table.native ? 172 : 20});`)
    this.put(`put_reader(&${name}, ${hex(t.pc)});`, `go(&${name}, 0);`, `check_tpidrro(&${name}, "${name}", ${hex(BigInt.asUintN(t.TIF_32BIT ? 32 : 64, cpu.TPIDRRO_EL0))});`)
  }
}
