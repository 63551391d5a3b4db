/** The body of a reproducer: what is done to the tasks of a trace, event by event, and what must be seen. */
import { UsageError } from '../trace/errors.js'
import { describeEvent, type Event } from '../trace/events.js'
import { place, taskNames, view, type Task, type TaskName } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import { ptraceCallers } from './replay/causable.js'

const hex = (v: bigint): string => `0x${v.toString(16)}${v > 0xffffffffn ? 'ull' : ''}`
/** Text from a trace must not end the comment it stands in. */
export const comment = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').replaceAll('*/', '* /')

function image(t: Task): string {
  const values = [...t.regs, t.sp, t.pc, t.pstate].map((v, i) => t.TIF_32BIT && i < 15 ? v & 0xffffffffn : v)
  return `(const uint64_t[34]){ ${values.flatMap((v, i) => v === 0n ? [] : [`[${i}] = ${hex(v)}`]).join(', ') || '0'} }`
}

function words(name: string, r: Task['frame']): string[] {
  if (r.hi <= r.lo) return []
  const first = Number(r.lo / 4n)
  const list = r.words.slice(first, Math.ceil(Number(r.hi) / 4))
  const filled = list.flatMap((w, i) => w === 0n ? [] : [`[${i}] = ${hex(w)}`])
  return [`\tmap(&${name}, ${hex(r.base + r.lo)}, ${hex(r.hi - r.lo)});`, `\tpoke(&${name}, ${hex(r.base + r.lo)}, (const uint32_t[${list.length}]){ ${filled.join(', ') || '0'} }, ${list.length * 4});`]
}

const SIGTRAP = 'SIGTRAP'
const SECCOMP_RET = { errno: 0x00050000n, trap: 0x00030000n, kill: 0x80000000n } as const
const refused = (what: string): UsageError => new UsageError('E_NO_REPRODUCER', `a reproducer of ${what} is not written; replay --on guest runs it`)
const thumb = (t: Task): number => t.TIF_32BIT && (t.pstate & 0x20n) !== 0n ? 1 : 0

export class Writer {
  readonly lines: string[] = []
  /** tasks that have been let go since they were last compared */
  private readonly gone = new Set<TaskName>()
  /** at the exit stop of a call whose result the trace leaves open */
  private readonly atExit = new Set<TaskName>()
  /** registers that the trace leaves open */
  private readonly unknown = new Map<TaskName, bigint>()
  private readonly stepped = new Set<TaskName>()
  private readonly callers: ReadonlySet<TaskName>
  private readonly tls: boolean

  constructor(private readonly trace: Trace) {
    this.callers = ptraceCallers(trace.events)
    this.tls = trace.states.some((s) => s.cpus[0]!.TPIDR_EL0 !== 0n || s.tasks.some((t) => t.tp_value !== 0n))
  }

  private task(i: number, name: TaskName): Task { return this.trace.states[i]!.tasks[taskNames.indexOf(name)]! }
  private put(...lines: string[]): void { this.lines.push(...lines.map((l) => `\t${l}`)) }

  private leaveOut(t: Task): string {
    const ssbs = this.trace.config.ssbs ? 0n : t.TIF_32BIT ? 1n << 23n : 1n << 12n
    const step = this.stepped.size > 0 ? 1n << 21n | 1n << 24n : 0n
    return hex(ssbs | step | (t.TIF_32BIT && !this.trace.config.mixed_endian_el0 ? 1n << 9n : 0n))
  }

  private check(name: TaskName, t: Task, signo: string | bigint = SIGTRAP, alsoUnknown = 0n): void {
    this.put(`check(&${name}, "${name}", ${signo}, ${image(t)}, ${this.leaveOut(t)}, ${hex((this.unknown.get(name) ?? 0n) | alsoUnknown)});`)
  }

  private go(name: TaskName): void { this.put(this.stepped.has(name) ? `step(&${name});` : `go(&${name}, 0);`) }

  write(): string[] {
    const { events } = this.trace
    if (events.some((e) => e.kind === 'seccomp' && e.action === 'kill' || e.kind === 'die')) this.put('setrlimit(RLIMIT_CORE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY });')
    for (const [slot, t] of this.trace.states[0]!.tasks.entries()) {
      const name = taskNames[slot]!
      if (t.at === place.absent || this.callers.has(name)) continue
      this.put(`start(&${name}, ${t.TIF_32BIT ? 32 : 64});`)
      this.lines.push(...words(name, t.frame), ...words(name, t.buf))
      this.filters(name)
      this.mappings(name)
      const { TPIDR_EL0, current } = this.trace.states[0]!.cpus[0]!
      if (this.tls) this.put(`set_tls(&${name}, ${hex(!t.TIF_32BIT && current === BigInt(slot) ? TPIDR_EL0 : t.tp_value)});`)
      this.put(`write_regs(&${name}, ${image(t)});`)
    }
    events.forEach((e, i) => this.event(i, e))
    this.end()
    if (!this.lines.some((l) => /\b(ok|check\w*)\(/.test(l))) throw refused('a trace that ends before a task can be looked at')
    return this.lines
  }

  /** A filter is there from the start: a child inherits it. */
  private filters(name: TaskName): void {
    this.trace.events.forEach((e, i) => {
      if (e.kind !== 'seccomp') return
      const t = this.task(i, e.task)
      if (e.task === name || this.task(0, e.task).at === place.absent) this.put(`filter(&${name}, ${hex(t.syscallno)}, ${hex(t.audit_arch)}, ${hex(SECCOMP_RET[e.action] | e.data)});`)
    })
  }

  private mappings(name: TaskName): void {
    for (const [i, e] of this.trace.events.entries()) {
      if (e.kind !== 'handler' || e.call !== 'mmap') continue
      const { regs } = this.task(i, e.task)
      this.put(`mappable_file(&${name});`)
      if (BigInt.asIntN(64, e.result) > 0n && (regs[3]! & 0x100010n) === 0n) this.put(`leave_free(&${name}, ${hex(e.result)}, ${hex((regs[1]! + 4095n) & ~4095n)});`)
    }
  }

  private event(i: number, e: Event): void {
    if (e.kind === 'switch') return
    this.put(`/* ${comment(describeEvent(e).slice(0, 150))} */`)
    if (this.callers.has(e.task)) {
      if (e.kind === 'handler' && e.call === 'ptrace') this.ptrace(i, e.task, e.target)
      return
    }
    const after = this.task(i + 1, e.task)
    switch (e.kind) {
      case 'user': return this.user(e, after)
      case 'svc': return this.svc(i, e)
      case 'irq':
      case 'stop':
      case 'restart': return
      case 'resume':
        if (e.with === 'singlestep') this.stepped.add(e.task)
        else if (e.with !== undefined) this.stepped.delete(e.task)
        return
      case 'eret': return this.eret(i + 1, e.task, after)
      case 'seccomp':
        if (after.at === place.dead) this.core(e.task, 0n, after)
        return
      case 'leave': return this.leave(i, e.task)
      case 'die': return this.core(e.task, this.task(i, e.task).signo, after)
      case 'handler':
        if (!['sigreturn', 'rt_sigreturn', 'ni', 'other', 'mmap', 'clone', 'clone3', 'tagged_addr'].includes(e.call)) throw refused(e.call)
        return
      default: throw refused(`the event ${e.kind}`)
    }
  }

  private user(e: Extract<Event, { kind: 'user' }>, after: Task): void {
    const paths = Object.keys(e.set)
    if (paths.some((p) => p.startsWith('frame'))) this.lines.push(...words(e.task, after.frame))
    if (paths.includes('TPIDR_EL0')) {
      if (after.TIF_32BIT) throw refused('a write to TPIDRURW')
      this.put(`set_tls(&${e.task}, ${hex(e.set['TPIDR_EL0']!)});`)
    }
    if (paths.some((p) => /^(vregs|fp)/.test(p))) throw refused('writes to vector registers')
    this.put(`write_regs(&${e.task}, ${image(after)});`)
  }

  private svc(i: number, e: Extract<Event, { kind: 'svc' }>): void {
    if (e.mte_async_fault) throw refused('an asynchronous MTE fault')
    const { task: name } = e
    const before = this.task(i, name)
    const mine = this.trace.events.slice(i + 1).filter((x) => x.kind !== 'switch' && x.task === name)
    const [next] = mine
    const back = this.trace.events.findIndex((x, j) => j > i && x.kind === 'eret' && x.task === name)
    const landing = this.task(back < 0 ? this.trace.states.length - 1 : back + 1, name)
    this.put(`put_svc(&${name}, ${hex(before.pc)}, ${e.imm}, ${thumb(before)});`)
    if (landing.pc < before.pc || landing.pc >= before.pc + 8n) this.put(`put_breakpoint(&${name}, ${hex(landing.pc)}, ${thumb(landing)});`)
    if (next === undefined) {
      this.entry(i + 1, name)
      return this.check(name, this.task(i + 1, name), SIGTRAP, 1n << 7n | 1n << 12n)
    }
    this.gone.add(name)
    if (next.kind === 'seccomp' && next.action === 'kill') return
    if (next.kind !== 'handler' || !['other', 'mmap', 'clone', 'clone3'].includes(next.call)) return this.go(name)
    if (next.call === 'clone' || next.call === 'clone3') {
      this.put(`go_to_child(&${name}, &${next.child});`)
      this.unknown.set(name, 1n)
      return
    }
    this.entry(i + 1, name)
    this.put(`go_to_stop(&${name});`)
    this.atExit.add(name)
    this.result(this.trace.events.indexOf(next), name, next, mine)
  }

  private entry(i: number, name: TaskName): void {
    const t = this.task(i, name)
    this.put(`go_to_stop(&${name});`, `check_entry(&${name}, "${name}", ${hex(t.syscallno)}, ${hex(t.audit_arch)});`)
  }

  /** What a call has returned: the kernel's own stands for it, unless a restart depends on it, or there was no other address. */
  private result(handled: number, name: TaskName, e: Event, mine: readonly Event[]): void {
    const want = this.task(handled + 1, name).regs[0]!
    const end = mine.findIndex((x) => x.kind === 'eret')
    if (mine.slice(0, end < 0 ? undefined : end).some((x) => x.kind === 'restart')) this.put(`set_result(&${name}, ${hex(want)});`)
    else if (e.kind === 'handler' && e.call === 'mmap') this.put(`ok(${name}.regs[0] == ${hex(want)}, "mmap by ${name}", ${name}.regs[0], ${hex(want)});`)
    else this.unknown.set(name, 1n)
  }

  /** On from the exit stop; a forced signal is seen before it is delivered. */
  private leave(i: number, name: TaskName): void {
    const next = this.trace.events.slice(i + 1).find((x) => x.kind !== 'switch' && x.task === name)
    if (next?.kind === 'signal') throw refused('the event signal')
    if (this.atExit.delete(name)) {
      if (next?.kind === 'restart') {
        this.put(`go_past_signal(&${name});`)
        this.gone.delete(name)
      } else this.go(name)
    }
    const t = this.task(i + 1, name)
    if (t.signo === 0n || next?.kind === 'die' && t.signo === 31n) return
    this.check(name, t, t.signo)
    this.put(`ok((uintptr_t)${name}.info.si_addr == ${hex(t.si_addr)}, "${name} si_addr", (uintptr_t)${name}.info.si_addr, ${hex(t.si_addr)});`)
  }

  private eret(i: number, name: TaskName, after: Task): void {
    if (!this.gone.delete(name)) {
      this.put(`put_breakpoint(&${name}, ${hex(after.pc)}, ${thumb(after)});`)
      this.go(name)
    }
    this.check(name, after)
    const { TPIDR_EL0, current } = this.trace.states[i]!.cpus[0]!
    const running = !after.TIF_32BIT && current === BigInt(taskNames.indexOf(name))
    if (this.tls) this.put(`check_tls(&${name}, "${name}", ${hex(running ? TPIDR_EL0 : after.tp_value)});`)
  }

  private core(name: TaskName, signo: bigint, t: Task): void {
    if (t.TIF_32BIT || t.core === view.none) throw refused('a death without a core, or of an AArch32 image')
    const byFilter = this.trace.events.some((e) => e.kind === 'seccomp' && e.task === name && e.action === 'kill')
    this.put(`check_core(&${name}, "${name}", ${byFilter ? 0 : signo}, ${t.core === view.aarch64 ? 'EM_AARCH64' : 'EM_ARM'}, ${hex(t.core_psr)}, ${hex(this.trace.config.ssbs ? 0n : 1n << 12n)});`)
    this.gone.delete(name)
  }

  /** A trace that ends before a task is back at EL0: its saved registers all the same. */
  private end(): void {
    for (const [slot, t] of this.trace.states.at(-1)!.tasks.entries()) {
      const name = taskNames[slot]!
      if (this.callers.has(name)) continue
      if (this.atExit.has(name)) this.check(name, t, SIGTRAP, 1n << 7n | 1n << 12n)
      else if (this.gone.has(name) && t.at === place.returning && t.signo === 0n) this.check(name, t)
    }
  }

  private ptrace(i: number, caller: TaskName, target: TaskName): void {
    const before = this.task(i, caller)
    if (before.TIF_32BIT) throw refused('an AArch32 tracer')
    const after = this.task(i + 1, caller)
    const seen = this.task(i + 1, target)
    const svc = this.trace.events.slice(0, i).findLast((x) => x.kind === 'svc' && x.task === caller)
    const imm = svc?.kind === 'svc' ? svc.imm : 0n
    const { base, lo, hi, words: list } = before.buf
    this.lines.push('\t{', `\t\tstatic const uint32_t words[${list.length}] = { ${list.flatMap((w, j) => w === 0n ? [] : [`[${j}] = ${hex(w)}`]).join(', ') || '0'} };`)
    if (hi > lo) {
      this.lines.push(`\t\tif (mmap((void *)(${hex(base + lo)} & ~4095ull), ${hex(((hi - lo + 8191n) / 4096n) * 4096n)}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)`,
        '\t\t\tprintf("# the buffer cannot be mapped: %s\\n", strerror(errno));', `\t\tfill(${hex(base + lo)}, (const char *)words + ${lo}, ${hi - lo < BigInt(list.length * 4) ? hi - lo : BigInt(list.length * 4)});`)
    } else this.lines.push('\t\t(void)words;')
    const r = before.regs
    this.lines.push(`\t\tuint64_t result = call(${imm}, ${hex(r[7]!)}, ${hex(r[8]!)}, ${hex(r[0]!)}, ${target}.pid, ${hex(r[2]!)}, ${hex(r[3]!)});`,
      `\t\tok(result == ${hex(after.regs[0]!)}, "ptrace by ${caller}", result, ${hex(after.regs[0]!)});`, `\t\tread_regs(&${target});`,
      `\t\tcheck(&${target}, "${target}", SIGTRAP, ${image(seen)}, ${this.leaveOut(seen)}, 0);`, '\t}')
  }
}

