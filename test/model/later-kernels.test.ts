/** What v6.1, v6.12 and v7.3 do otherwise than v5.11. arch/arm64/kernel/{process,ptrace,signal,syscall}.c, asm/processor.h of Debian's 6.1.192, 6.12.117 and 7.3~rc7, read line by line. */
import { expect } from 'chai'
import { storeResult, svc } from '../../model/syscalls/dispatch.js'
import { negative } from '../../model/syscalls/dispatch.js'
import { execve } from '../../model/tasks/exec.js'
import { copyTask, type SymTask } from '../../model/index.js'
import { erratum1418040ThreadSwitch, tlsThreadSwitch } from '../../model/tasks/tls.js'
import { bool, bv } from '../../model/terms/build.js'
import { initialState, place, table, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, errno, fakeTask, features, kernel, num, symbolicConfig, symCpu, task, truth } from './help.js'

const cut = (v: bigint): bigint => BigInt.asUintN(32, v)
const later = ['v6.1', 'v6.12'] as const
const ported = ['rfc-v2@v6.12', 'tango@v6.12', 'v4-series@v6.12'] as const

describe('syscall_set_return_value is behind every result', () => {
  const early = (k: string, t: SymTask): bigint => {
    svc(kernel(k), symbolicConfig({ mte: true }), symCpu(), t, bv(16, 1), bv(15, 0), bool(true))
    expect(num(t.at)).to.equal(place.returning)
    return num(t.regs[0]!)
  }
  const calls = (over: Partial<Task> = {}): SymTask => task(64, { regs: Array.from({ length: 31 }, (_, i) => i === 8 ? 0x80000000n : 0n), ...over })
  it('the early -ERESTARTNOINTR is cut for AArch32 and for fake calls, raw in v5.11', () => {
    expect(early('v5.11', task(32))).to.equal(errno(513))
    for (const k of later) expect([early(k, task(32)), early(k, task(64))], k).to.deep.equal([cut(errno(513)), errno(513)])
    for (const k of ported) expect(early(k, calls()), k).to.equal(cut(errno(513)))
    expect(early('rfc-v2', calls())).to.equal(errno(513))
  })
  it('a handler\'s result is cut for the same tasks; Tango\'s, too, on this base', () => {
    const stored = (k: string, t: SymTask): bigint => {
      storeResult(kernel(k), t, negative(4))
      return num(t.regs[0]!)
    }
    for (const k of ported) expect([stored(k, fakeTask()), stored(k, task(64))], k).to.deep.equal([cut(errno(4)), errno(4)])
    for (const k of later) expect([stored(k, task(32)), stored(k, task(64))], k).to.deep.equal([cut(errno(4)), errno(4)])
  })
  it('do_signal\'s -EINTR is cut for an AArch32 task; a fake call is over by then', () => {
    const signal: Event = { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 0n, restorer: 0n, sigtramp: 0x5000n }
    const saved = (k: string, bits: 32 | 64): bigint => {
      const s = initialState([bits], features)
      const t = s.tasks[0]!
      const base = bits === 32 ? 0x10000n - 752n : 0x10000n - 4704n
      Object.assign(t, { at: place.returning, pc: 0x1004n, syscallno: 63n, sp: 0x10000n, frame: { ...t.frame, base, lo: 0n, hi: 4n * 288n } })
      t.regs[13] = 0x10000n
      t.regs[0] = errno(514)
      const words = after(k, features, s, signal).tasks[0]!.frame.words
      return bits === 32 ? words[32 / 4]! : words[(128 + 184) / 4]! | words[(128 + 184) / 4 + 1]! << 32n
    }
    // the frame has 32-bit registers anyway; the native one shows all 64
    expect([saved('v6.12', 32), saved('v6.12', 64)]).to.deep.equal([cut(errno(4)), errno(4)])
  })
})

describe('native NT_ARM_TLS has two words', () => {
  const exchange = (k: string, request: bigint, length: bigint, hi = 320n): { a: Task, b: Task } => {
    const s: State = initialState([64, 64], features)
    const [a, b] = [s.tasks[0]!, s.tasks[1]!]
    Object.assign(a, { at: place.entered, table: table.native, syscallno: 117n })
    a.regs = [request, 2n, 0x401n, 0x20000n, ...Array<bigint>(27).fill(0n)]
    const words = a.buf.words.map((_, i) => ({ 0: 0x20010n, 2: length, 4: 0x33n, 5: 0x44n, 6: 0x55n, 7: 0x66n })[i] ?? 0n)
    a.buf = { base: 0x20000n, lo: 0n, hi, words }
    Object.assign(b, { stopped: true, tp_value: 0x11_0000_0022n })
    const t = after(k, features, s, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }).tasks
    return { a: t[0]!, b: t[1]! }
  }
  for (const k of later) {
    it(`${k}: tp_value, then TPIDR2_EL0, which reads 0 without SME and is dropped when written`, () => {
      const get = exchange(k, 0x4204n, 16n).a
      expect([get.regs[0], get.buf.words[2], ...get.buf.words.slice(4, 8)]).to.deep.equal([0n, 16n, 0x22n, 0x11n, 0n, 0n])
      const set = exchange(k, 0x4205n, 16n)
      expect([set.a.regs[0], set.a.buf.words[2], set.b.tp_value]).to.deep.equal([0n, 16n, 0x44_0000_0033n])
      expect(exchange(k, 0x4205n, 8n).b.tp_value).to.equal(0x44_0000_0033n)
      expect(exchange(k, 0x4205n, 12n).a.regs[0]).to.equal(errno(22))
      expect([exchange(k, 0x4204n, 24n).a.buf.words[2], exchange(k, 0x4205n, 24n).a.buf.words[2]]).to.deep.equal([16n, 16n])
    })
    it(`${k}: a second word that cannot be read is -EFAULT, and the first one is not taken`, () => {
      const { a, b } = exchange(k, 0x4205n, 16n, 24n)
      expect([a.regs[0], b.tp_value]).to.deep.equal([errno(14), 0x11_0000_0022n])
    })
  }
  it('v5.11 cuts the length to one', () => expect(exchange('v5.11', 0x4205n, 16n).a.buf.words[2]).to.equal(8n))
})

describe('update_syscall_orig_x0_after_ptrace', () => {
  /** B's orig_x0 after A has set its x0 (NT_PRSTATUS, 8 bytes) or its number (NT_ARM_SYSTEM_CALL, 4 bytes). */
  const origX0 = (k: string, note: bigint, over: Partial<Task> = {}, bits: 32 | 64 = 64): bigint => {
    const s: State = initialState([64, bits], features)
    const [a, b] = [s.tasks[0]!, s.tasks[1]!]
    Object.assign(a, { at: place.entered, table: table.native, syscallno: 117n })
    a.regs = [0x4205n, 2n, note, 0x20000n, ...Array<bigint>(27).fill(0n)]
    const words = a.buf.words.map((_, i) => ({ 0: 0x20010n, 2: note === 1n ? 8n : 4n, 4: 0x77n })[i] ?? 0n)
    a.buf = { base: 0x20000n, lo: 0n, hi: 320n, words }
    Object.assign(b, { stopped: true, at: place.returning, orig_x0: 0x5n, syscallno: 63n, ...over })
    b.regs[0] = 0x99n
    return after(k, features, s, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }).tasks[1]!.orig_x0
  }
  it('follows x0 of a native tracee in a call', () => {
    for (const k of later) expect([origX0(k, 1n), origX0(k, 0x404n)], k).to.deep.equal([0x77n, 0x99n])
    expect([origX0('v5.11', 1n), origX0('v5.11', 0x404n)]).to.deep.equal([5n, 5n])
  })
  it('not outside a call, nor for an AArch32 tracee; a number that the tracer gives counts', () => {
    const outside = { syscallno: 0xffffffffn }
    for (const k of later) expect([origX0(k, 1n, outside), origX0(k, 0x404n, outside), origX0(k, 0x404n, {}, 32)], k).to.deep.equal([5n, 0x99n, 5n])
  })
  it('not at the stop at a call\'s end; at the one at its beginning', () => {
    for (const k of later) expect([origX0(k, 1n, { at: place.handled, syscall_stop: 2n }), origX0(k, 1n, { at: place.entered, syscall_stop: 1n })], k).to.deep.equal([5n, 0x77n])
  })
  it('a fake call is skipped on rfc-v2 and Tango, which widen is_compat_thread, not on v4', () => {
    expect(ported.map((k) => origX0(k, 1n, { compat_call: true }))).to.deep.equal([5n, 5n, 0x77n])
  })
})

describe('registers at a switch and in exec', () => {
  it('TPIDRRO_EL0 is 0 for a native next with KPTI as well (67ab51cbdfee)', () => {
    for (const k of [...later, ...ported]) {
      const cpu = symCpu({ TPIDRRO_EL0: 0x77n })
      tlsThreadSwitch(kernel(k), symbolicConfig({ kpti: true }), cpu, task(64), task(64))
      expect(num(cpu.TPIDRRO_EL0), k).to.equal(0n)
    }
  })
  const open = (k: string, prev: SymTask, next: SymTask, before: boolean, erratum: boolean): boolean => {
    const cpu = symCpu({ CNTKCTL_EL0VCTEN: before })
    erratum1418040ThreadSwitch(kernel(k), symbolicConfig({ erratum_1418040: erratum }), cpu, prev, next)
    return truth(cpu.CNTKCTL_EL0VCTEN)
  }
  it('v6.1: CNTVCT as next needs it at every switch, on a CPU with the erratum', () => {
    for (const prev of [task(64), task(32)]) {
      expect([open('v6.1', prev, task(32), true, true), open('v6.1', prev, task(64), false, true)]).to.deep.equal([false, true])
      expect([open('v6.1', prev, task(32), true, false), open('v6.1', prev, task(64), false, false)]).to.deep.equal([true, false])
    }
  })
  it('v6.12: where TIF_32BIT differs, open without the erratum', () => {
    expect([open('v6.12', task(64), task(32), true, true), open('v6.12', task(32), task(64), false, true)]).to.deep.equal([false, true])
    expect([open('v6.12', task(64), task(32), false, false), open('v6.12', task(32), task(64), false, false)]).to.deep.equal([true, true])
    for (const before of [true, false]) expect([open('v6.12', task(64), task(64), before, true), open('v6.12', task(32), task(32), before, true)]).to.deep.equal([before, before])
  })
  it('v6.12: a preempted fake call is no difference of TIF_32BIT; once there is one, rfc-v2 takes the call for AArch32', () => {
    expect(open('rfc-v2@v6.12', task(64), fakeTask(), true, true)).to.equal(true)
    expect([open('rfc-v2@v6.12', task(32), fakeTask(), false, true), open('v4-series@v6.12', task(32), fakeTask(), false, true)]).to.deep.equal([false, true])
  })
  it('exec sets it: for the erratum in v6.1, always in v6.12; syscallno stays', () => {
    const exec = (k: string, bits: 32 | 64, erratum: boolean, before: boolean): [boolean, bigint] => {
      const [cpu, t] = [symCpu({ CNTKCTL_EL0VCTEN: before }), copyTask(task(64, { syscallno: 221n }))]
      execve(kernel(k), symbolicConfig({ erratum_1418040: erratum }), cpu, t, bits)
      return [truth(cpu.CNTKCTL_EL0VCTEN), num(t.syscallno)]
    }
    expect([exec('v6.1', 32, true, true), exec('v6.1', 64, true, false), exec('v6.1', 64, false, false)]).to.deep.equal([[false, 221n], [true, 221n], [false, 221n]])
    expect([exec('v6.12', 32, true, true), exec('v6.12', 64, true, false), exec('v6.12', 64, false, false)]).to.deep.equal([[false, 221n], [true, 221n], [true, 221n]])
    expect(exec('v5.11', 32, true, true)).to.deep.equal([true, 0xffffffffn])
  })
})

describe('setup_rt_frame: siginfo after the registers until v6.12, before them in v7.3', () => {
  /** SIGUSR1 with SA_SIGINFO to a frame at `at`; of the memory there, bytes from `lo` to `hi` are mapped. */
  const delivered = (k: string, at: bigint, lo: bigint, hi: bigint): Task => {
    const s = initialState([64], features)
    const t = s.tasks[0]!
    Object.assign(t, { at: place.returning, pc: 0x1004n, sp: at + 4704n, frame: { ...t.frame, base: at, lo, hi } })
    t.regs = t.regs.map((_, i) => BigInt(i))
    return after(k, features, s, { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 4n, restorer: 0n, sigtramp: 0x5000n }).tasks[0]!
  }
  const seen = (t: Task): bigint[] => [t.signo, t.pc, t.sp, t.regs[1]!, t.regs[2]!]
  it('only siginfo faults: the handler\'s registers under the forced SIGSEGV, or the old ones', () => {
    const at = 0x10fc0n
    for (const k of ['v5.11', 'v6.12']) expect(seen(delivered(k, at, 64n, 1152n)), k).to.deep.equal([11n, 0x9000n, at, at, at + 128n])
    expect(seen(delivered('v7.3', at, 64n, 1152n))).to.deep.equal([11n, 0x1004n, at + 4704n, 1n, 2n])
  })
  it('only the rest faults: siginfo is written all the same in v7.3', () => {
    const written = (k: string): bigint[] => {
      const t = delivered(k, 0x10f00n, 0n, 256n)
      return [t.signo, t.pc, t.frame.words[0]!]
    }
    expect([written('v6.12'), written('v7.3')]).to.deep.equal([[11n, 0x1004n, 0n], [11n, 0x1004n, 10n]])
  })
  it('all can be written: alike', () => {
    const at = 0x10f00n
    for (const k of ['v6.12', 'v7.3']) expect(seen(delivered(k, at, 0n, 1152n)), k).to.deep.equal([0n, 0x9000n, at, at, at + 128n])
  })
})
