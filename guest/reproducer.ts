/** A standalone C program that shows what a trace shows: TAP on standard output, UAPI headers and libc only. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../trace/errors.js'
import { describeEvent, type Event } from '../trace/events.js'
import { place, taskNames, type Task, type TaskName } from '../trace/state.js'
import type { Trace } from '../trace/trace.js'
import { guestFile } from './paths.js'
import { notCausable, ptraceCallers } from './replay/causable.js'

const hex = (v: bigint): string => `0x${v.toString(16)}${v > 0xffffffffn ? 'ull' : ''}`
/** Text from a trace must not end the comment it stands in. */
const comment = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').replaceAll('*/', '* /')

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

class Writer {
  readonly lines: string[] = []
  constructor(private readonly trace: Trace) {}

  private task(i: number, name: TaskName): Task { return this.trace.states[i]!.tasks[taskNames.indexOf(name)]! }
  private leaveOut(t: Task): string {
    const ssbs = this.trace.config.ssbs ? 0n : t.TIF_32BIT ? 1n << 23n : 1n << 12n
    return hex(ssbs | (t.TIF_32BIT && !this.trace.config.mixed_endian_el0 ? 1n << 9n : 0n))
  }

  write(): string[] {
    const callers = ptraceCallers(this.trace.events)
    for (const [slot, t] of this.trace.states[0]!.tasks.entries()) {
      const name = taskNames[slot]!
      if (t.at === place.absent || callers.has(name)) continue
      this.lines.push(`\tstart(&${name}, ${t.TIF_32BIT ? 32 : 64});`, ...words(name, t.frame), ...words(name, t.buf), `\twrite_regs(&${name}, ${image(t)});`)
    }
    this.trace.events.forEach((e, i) => this.event(i, e, callers))
    this.end(callers)
    return this.lines
  }

  private event(i: number, e: Event, callers: ReadonlySet<TaskName>): void {
    if (e.kind === 'switch' || e.kind === 'leave' || e.kind === 'restart' || e.kind === 'stop' || e.kind === 'resume') return this.afterLeave(i, e)
    this.lines.push(`\t/* ${comment(describeEvent(e).slice(0, 150))} */`)
    const before = this.task(i, e.task)
    const after = this.task(i + 1, e.task)
    const thumb = (t: Task): number => t.TIF_32BIT && (t.pstate & 0x20n) !== 0n ? 1 : 0
    if (callers.has(e.task)) {
      if (e.kind === 'handler' && e.call === 'ptrace') this.ptrace(i, e.task, e.target)
      return
    }
    switch (e.kind) {
      case 'user':
        this.lines.push(...Object.keys(e.set).some((p) => p.startsWith('frame')) ? words(e.task, after.frame) : [], `\twrite_regs(&${e.task}, ${image(after)});`)
        return
      case 'svc': {
        const back = this.trace.events.findIndex((x, j) => j > i && x.kind === 'eret' && x.task === e.task)
        const landing = this.task(back < 0 ? this.trace.states.length - 1 : back + 1, e.task)
        this.lines.push(`\tput_svc(&${e.task}, ${hex(before.pc)}, ${e.imm}, ${thumb(before)});`)
        if (landing.pc < before.pc || landing.pc >= before.pc + 8n) this.lines.push(`\tput_breakpoint(&${e.task}, ${hex(landing.pc)}, ${thumb(landing)});`)
        this.lines.push(`\tgo(&${e.task}, 0);`)
        return
      }
      case 'eret': {
        const started = this.trace.events.slice(0, i).some((x) => x.kind === 'svc' && x.task === e.task)
        if (!started) this.lines.push(`\tput_breakpoint(&${e.task}, ${hex(after.pc)}, ${thumb(after)});`, `\tgo(&${e.task}, 0);`)
        this.lines.push(`\tcheck(&${e.task}, "${e.task}", SIGTRAP, ${image(after)}, ${this.leaveOut(after)});`)
        return
      }
      case 'handler':
        if (!['sigreturn', 'rt_sigreturn', 'ni'].includes(e.call)) throw new UsageError('E_NO_REPRODUCER', `a reproducer of ${e.call} is not written; replay --on guest runs it`)
        return
      case 'die': return
      default: throw new UsageError('E_NO_REPRODUCER', `a reproducer of the event ${e.kind} is not written; replay --on guest runs it`)
    }
  }

  /** A trace that ends before a task is back at EL0: its saved registers all the same. */
  private end(callers: ReadonlySet<TaskName>): void {
    const last = this.trace.states.length - 1
    for (const [slot, t] of this.trace.states[last]!.tasks.entries()) {
      const name = taskNames[slot]!
      const mine = this.trace.events.filter((e) => e.kind !== 'switch' && e.task === name)
      const open = mine.findLastIndex((e) => e.kind === 'svc') > mine.findLastIndex((e) => e.kind === 'eret' || e.kind === 'die')
      if (!callers.has(name) && t.at === place.returning && t.signo === 0n && open) this.lines.push(`\tcheck(&${name}, "${name}", SIGTRAP, ${image(t)}, ${this.leaveOut(t)});`)
    }
  }

  /** A forced signal is seen before it is delivered. */
  private afterLeave(i: number, e: Event): void {
    if (e.kind !== 'leave') return
    const t = this.task(i + 1, e.task)
    if (t.signo === 0n) return
    this.lines.push(`\tcheck(&${e.task}, "${e.task}", ${t.signo}, ${image(t)}, ${this.leaveOut(t)});`, `\tok((uintptr_t)${e.task}.info.si_addr == ${hex(t.si_addr)}, "${e.task} si_addr", (uintptr_t)${e.task}.info.si_addr, ${hex(t.si_addr)});`)
  }

  private ptrace(i: number, caller: TaskName, target: TaskName): void {
    const before = this.task(i, caller)
    const after = this.task(i + 1, caller)
    const seen = this.task(i + 1, target)
    const svc = this.trace.events.slice(0, i).findLast((x) => x.kind === 'svc' && x.task === caller)
    const imm = svc?.kind === 'svc' ? svc.imm : 0n
    const { base, lo, hi, words: list } = before.buf
    this.lines.push('\t{', `\t\tstatic const uint32_t words[${list.length}] = { ${list.flatMap((w, j) => w === 0n ? [] : [`[${j}] = ${hex(w)}`]).join(', ') || '0'} };`)
    if (hi > lo) {
      this.lines.push(`\t\tif (mmap((void *)(${hex(base + lo)} & ~4095ull), ${hex(((hi - lo + 8191n) / 4096n) * 4096n)}, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)`,
        '\t\t\tprintf("# the buffer cannot be mapped: %s\\n", strerror(errno));', `\t\tmemcpy((void *)${hex(base + lo)}, (const char *)words + ${lo}, ${hi - lo < BigInt(list.length * 4) ? hi - lo : BigInt(list.length * 4)});`)
    } else this.lines.push('\t\t(void)words;')
    const r = before.regs
    this.lines.push(`\t\tuint64_t result = call(${imm}, ${hex(r[7]!)}, ${hex(r[8]!)}, ${hex(r[0]!)}, ${target}.pid, ${hex(r[2]!)}, ${hex(r[3]!)});`,
      `\t\tok(result == ${hex(after.regs[0]!)}, "ptrace by ${caller}", result, ${hex(after.regs[0]!)});`, `\t\tread_regs(&${target});`,
      `\t\tcheck(&${target}, "${target}", SIGTRAP, ${image(seen)}, ${this.leaveOut(seen)});`, '\t}')
  }
}

/** The program's text. Throws `E_NO_REPRODUCER` where user space cannot cause the trace, or the program could not show it. */
export function reproducer(trace: Trace): string {
  const cause = notCausable(trace)
  if (cause !== undefined) throw new UsageError('E_NO_REPRODUCER', `cannot be caused from user space: ${cause}`)
  const present = trace.states[0]!.tasks.flatMap((t, i) => t.at === place.absent || ptraceCallers(trace.events).has(taskNames[i]!) ? [] : [taskNames[i]!])
  const body = new Writer(trace).write()
  const unused = ['put_svc', 'put_breakpoint', 'call', 'map', 'poke', 'start', 'check', 'go', 'write_regs', 'read_regs']
  const head = readFileSync(guestFile('program/repro-head.c'), 'utf8').replace('#include <errno.h>', '#include <errno.h>\n#include <fcntl.h>')
  return [
    '/* SPDX-License-Identifier: MIT */',
    `/* What ${comment(trace.kernel)} does${trace.claim === undefined ? '' : ` (${comment(trace.claim)})`}, as a test that prints TAP. Written by arm64-compat reproducer.`,
    ` * Configuration of the trace: ${comment(Object.entries(trace.config).filter(([, v]) => v).map(([k]) => k).join(', ') || 'no feature')}. */`,
    head,
    ...present.map((n) => `static struct task ${n};`), '',
    'int main(void)', '{',
    '\tsetvbuf(stdout, NULL, _IOLBF, 0);', '\tprintf("TAP version 13\\n");',
    ...body,
    '\tprintf("1..%d\\n", tests);', `\t/* helpers that this trace does not need */`, ...unused.map((f) => `\t(void)${f};`),
    '\treturn failures != 0;', '}', '',
  ].join('\n')
}
