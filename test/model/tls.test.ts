/** The TLS registers and their shadows. arch/arm64/kernel/process.c, asm/processor.h, entry.S (v5.4, v5.11); values seen on 6.12 under QEMU. */
import { expect } from 'chai'
import * as tls from '../../model/tasks/tls.js'
import { switchTo } from '../../model/tasks/switch.js'
import { execve } from '../../model/tasks/exec.js'
import { copyProcess, cloneArguments } from '../../model/tasks/fork.js'
import type { SymTask } from '../../model/index.js'
import { fakeTask, kernel, num, symbolicConfig, symCpu, task, truth } from './help.js'

const shadows = { tp_value: 0x11n, tp2_value: 0x22n }
const guarded = ['v5.11', 'rfc-v2', 'tango-v5.4', 'v4-series']
const shadow = (t: SymTask): bigint[] => [num(t.tp_value), num(t.tp2_value)]

describe('task_user_tls', () => {
  it('tp_value of a native task, tp2_value of a compat one, of either kernel', () => {
    for (const k of guarded) {
      expect(num(tls.taskUserTls(kernel(k), task(64, shadows))), k).to.equal(0x11n)
      expect(num(tls.taskUserTls(kernel(k), task(32, shadows))), k).to.equal(0x22n)
      expect(num(tls.taskUserTls(kernel(k), fakeTask(shadows))), k).to.equal(0x11n)
    }
    expect(num(tls.taskUserTls(kernel('rfc-v2-unguarded'), fakeTask(shadows)))).to.equal(0x22n)
  })
  it('tls_preserve_current_state stores the live TPIDR_EL0 there', () => {
    const cases: [SymTask, bigint[]][] = [[task(64, shadows), [0x99n, 0x22n]], [task(32, shadows), [0x11n, 0x99n]], [fakeTask(shadows), [0x99n, 0x22n]]]
    for (const [t, want] of cases) {
      tls.tlsPreserveCurrentState(kernel('rfc-v2'), symCpu({ TPIDR_EL0: 0x99n }), t)
      expect(shadow(t)).to.deep.equal(want)
    }
  })
})

describe('tls_thread_switch', () => {
  const switched = (k: string, kpti: boolean, next: SymTask): [bigint, bigint] => {
    const cpu = symCpu({ TPIDR_EL0: 0x99n, TPIDRRO_EL0: 0x77n })
    const prev = task(64, shadows)
    tls.tlsThreadSwitch(kernel(k), symbolicConfig({ kpti }), cpu, prev, next)
    expect(num(prev.tp_value)).to.equal(0x99n)
    return [num(cpu.TPIDRRO_EL0), num(cpu.TPIDR_EL0)]
  }
  for (const k of guarded) {
    it(`${k}: TPIDRRO_EL0 is tp_value of an AArch32 task, else 0, else left to the KPTI trampoline`, () => {
      for (const kpti of [false, true]) expect(switched(k, kpti, task(32, shadows))).to.deep.equal([0x11n, 0x22n])
      for (const next of [task(64, shadows), fakeTask(shadows)]) {
        expect(switched(k, false, next)).to.deep.equal([0n, 0x11n])
        expect(switched(k, true, next)).to.deep.equal([0x77n, 0x11n])
      }
    })
  }
  it('without the guards a 32-bit call gets tp_value into TPIDRRO_EL0', () => expect(switched('rfc-v2-unguarded', true, fakeTask(shadows))).to.deep.equal([0x11n, 0x22n]))
})

describe('tls_thread_flush', () => {
  const flushed = (k: string, t: SymTask): bigint[] => {
    const cpu = symCpu({ TPIDR_EL0: 0x99n, TPIDRRO_EL0: 0x77n })
    tls.tlsThreadFlush(kernel(k), cpu, t)
    return [num(cpu.TPIDR_EL0), num(cpu.TPIDRRO_EL0), ...shadow(t)]
  }
  it('TPIDR_EL0 := 0; an AArch32 task also tp_value and TPIDRRO_EL0', () => {
    for (const k of guarded) {
      expect(flushed(k, task(64, shadows)), k).to.deep.equal([0n, 0x77n, 0x11n, 0x22n])
      expect(flushed(k, fakeTask(shadows)), k).to.deep.equal([0n, 0x77n, 0x11n, 0x22n])
      expect(flushed(k, task(32, shadows)), k).to.deep.equal([0n, 0n, 0n, 0x22n])
    }
    expect(flushed('rfc-v2-unguarded', fakeTask(shadows))).to.deep.equal([0n, 0n, 0n, 0x22n])
  })
})

describe('erratum_1418040_thread_switch (v5.10 to v6.1)', () => {
  const open = (k: string, prev: SymTask, next: SymTask, before: boolean, erratum = true): boolean => {
    const cpu = symCpu({ CNTKCTL_EL0VCTEN: before })
    tls.erratum1418040ThreadSwitch(kernel(k), symbolicConfig({ erratum_1418040: erratum }), cpu, prev, next)
    return truth(cpu.CNTKCTL_EL0VCTEN)
  }
  it('64 to 32 closes, 32 to 64 opens, alike leaves', () => {
    for (const before of [true, false]) {
      expect(open('v5.11', task(64), task(32), before)).to.equal(false)
      expect(open('v5.11', task(32), task(64), before)).to.equal(true)
      expect(open('v5.11', task(64), task(64), before)).to.equal(before)
      expect(open('v5.11', task(32), task(32), before)).to.equal(before)
      expect(open('v5.11', task(64), task(32), before, false)).to.equal(before)
      expect(open('tango-v5.4', task(64), task(32), before)).to.equal(before)
    }
  })
  it('a preempted 32-bit call counts as AArch32 on rfc-v2, not on v4', () => {
    expect(open('rfc-v2', task(64), fakeTask(), true)).to.equal(false)
    expect(open('rfc-v2', fakeTask(), task(64), false)).to.equal(true)
    expect(open('v4-series', task(64), fakeTask(), true)).to.equal(true)
  })
})

describe('ssbs_thread_switch (v5.4)', () => {
  const image = (k: string, ssbs: boolean, pstate: bigint): bigint => {
    const next = task(64, { pstate })
    switchTo(kernel(k), symbolicConfig({ ssbs }), symCpu(), task(64), next)
    return num(next.pstate)
  }
  it('sets SSBS in the image of the next task, bit 12 or 23, where the CPU has it', () => {
    expect([image('v5.4', true, 0n), image('v5.4', true, 0x10n), image('v5.4', false, 0n), image('v5.4', true, 5n)]).to.deep.equal([0x1000n, 0x800010n, 0n, 5n])
    expect([image('v5.11', true, 0n), image('v5.11', true, 0x10n)]).to.deep.equal([0n, 0x10n])
  })
})

describe('copy_thread', () => {
  const child = (k: string, t: SymTask): SymTask => copyProcess(kernel(k), symCpu({ TPIDR_EL0: 0x99n }), t, cloneArguments(kernel(k), t))
  const args = (flags: bigint, newsp: bigint): bigint[] => [flags, newsp, 0n, 0xabcd0000beefn, ...Array<bigint>(27).fill(5n)]
  it('the live TPIDR_EL0 goes to the child’s shadow; CLONE_SETTLS to tp_value, of any width', () => {
    expect(shadow(child('v5.11', task(64, { ...shadows, regs: args(0n, 0n) })))).to.deep.equal([0x99n, 0x22n])
    expect(shadow(child('v5.11', task(64, { ...shadows, regs: args(0x80000n, 0n) })))).to.deep.equal([0xabcd0000beefn, 0x22n])
    expect(shadow(child('v5.11', task(32, { ...shadows, regs: args(0x80000n, 0n) })))).to.deep.equal([0xabcd0000beefn, 0x99n])
    expect(shadow(child('rfc-v2', fakeTask({ ...shadows, regs: args(0n, 0n) })))).to.deep.equal([0x99n, 0x22n])
    expect(shadow(child('v5.11', task(64, { ...shadows, regs: args(0x80000n << 32n, 0n) })))).to.deep.equal([0x99n, 0x22n])
  })
  it('the stack goes to sp or regs[13], if there is one; x0 is 0; tracing, stepping and faults are not inherited, the flag is', () => {
    const [a, b, c] = [child('v5.11', task(64, { regs: args(0n, 0x7000n) })), child('v5.11', task(32, { regs: args(0n, 0x7000n) })), child('v5.11', task(64, { sp: 0x123n, regs: args(0n, 0n) }))]
    expect([num(a.sp), num(a.regs[13]!), num(a.regs[0]!)]).to.deep.equal([0x7000n, 5n, 0n])
    expect([num(b.sp), num(b.regs[13]!), num(b.regs[0]!)]).to.deep.equal([0n, 0x7000n, 0n])
    expect([num(c.sp), num(c.regs[13]!)]).to.deep.equal([0x123n, 5n])
    const busy = fakeTask({ TIF_SINGLESTEP: true, TIF_SYSCALL_TRACE: true, TIF_MTE_ASYNC_FAULT: true, stopped: true, signo: 11n, si_code: 1n, si_addr: 2n, table: 3n, at: 2n, view: 1n, syscallno: 120n, orig_x0: 9n, blocked: 4n, regs: args(0n, 0n) })
    const d = child('rfc-v2', busy)
    expect([d.TIF_SINGLESTEP, d.TIF_SYSCALL_TRACE, d.TIF_MTE_ASYNC_FAULT, d.stopped, d.compat_call].map(truth)).to.deep.equal([false, false, false, false, true])
    expect([d.signo, d.si_code, d.si_addr, d.table, d.at, d.view, d.syscallno, d.orig_x0, d.blocked].map(num)).to.deep.equal([0n, 0n, 0n, 0n, 4n, 0n, 120n, 9n, 4n])
  })
  it('the stack of a fake task goes to sp on the kernels with guards', () => {
    for (const k of ['rfc-v2', 'tango-v5.4', 'v4-series']) expect(num(child(k, fakeTask({ regs: args(0n, 0x7000n) })).sp), k).to.equal(0x7000n)
    expect(num(child('rfc-v2-unguarded', fakeTask({ regs: args(0n, 0x7000n) })).regs[13]!)).to.equal(0x7000n)
  })
})

describe('execve', () => {
  const run = (k: string, bits: 32 | 64, t: SymTask, ssbs = false): SymTask => {
    execve(kernel(k), symbolicConfig({ ssbs }), symCpu(), t, bits)
    return t
  }
  it('start_thread, compat_start_thread: registers, pc, stack, PSTATE', () => {
    const dirty = { regs: Array<bigint>(31).fill(7n), vregs: Array<bigint>(32).fill(7n), fpsr: 7n, fpcr: 7n, orig_x0: 7n, syscallno: 221n, pstate: 0x80000000n, frame: { base: 4n, lo: 4n, hi: 8n, words: Array<bigint>(288).fill(7n) } }
    const [a, b] = [run('v5.11', 64, task(32, dirty)), run('v5.11', 32, task(64, dirty))]
    for (const t of [a, b]) {
      expect([...t.vregs, t.fpsr, t.fpcr, t.orig_x0, t.frame.base, t.frame.lo, t.frame.hi, ...t.frame.words].every((x) => num(x) === 0n)).to.equal(true)
      expect(num(t.syscallno)).to.equal(0xffffffffn)
    }
    expect([num(a.pc), num(a.sp), num(a.pstate), truth(a.TIF_32BIT), a.regs.every((r) => num(r) === 0n)]).to.deep.equal([0x400000n, 0x7ffffff000n, 0n, false, true])
    expect([num(b.pc), num(b.sp), num(b.pstate), truth(b.TIF_32BIT)]).to.deep.equal([0x10000n, 0n, 0x10n, true])
    expect(b.regs.map(num)).to.deep.equal(Array.from({ length: 31 }, (_, i) => i === 13 ? 0xfff00000n : 0n))
  })
  it('SSBS: bit 12 or 23 where the CPU has it', () => expect([num(run('v5.11', 64, task(64), true).pstate), num(run('v5.11', 32, task(64), true).pstate)]).to.deep.equal([0x1000n, 0x800010n]))
  it('the flag: rfc-v2 and Tango clear it in arch_setup_new_exec, v4 by the personality', () => {
    for (const bits of [32, 64] as const) {
      for (const k of ['rfc-v2', 'tango-v5.4']) expect(truth(run(k, bits, fakeTask()).compat_call), k).to.equal(false)
      expect(truth(run('v4-series', bits, fakeTask()).compat_call)).to.equal(bits === 32)
      expect(truth(run('v4-series', bits, task(64)).compat_call)).to.equal(bits === 32)
    }
  })
})

describe('clone: arguments', () => {
  it('flags are the low 32 bits of x0, stack and tls whole registers', () => {
    const a = cloneArguments(kernel('v5.11'), task(64, { regs: [0xffffffff00000011n, 1n << 40n, 0n, 1n << 50n, ...Array<bigint>(27).fill(0n)] }))
    expect([num(a.flags), num(a.newsp), num(a.tls)]).to.deep.equal([0x11n, 1n << 40n, 1n << 50n])
    expect(num(cloneArguments(kernel('v5.11'), task(64, { regs: [0xffffffffn, ...Array<bigint>(30).fill(0n)] })).flags)).to.equal(0xffffffffn)
    // v7.3: SYSCALL_DEFINE takes the first argument from orig_x0
    const apart = task(64, { orig_x0: 0x80000n, regs: Array<bigint>(31).fill(0n) })
    expect(['v6.12', 'v7.3'].map((k) => num(cloneArguments(kernel(k), apart).flags))).to.deep.equal([0n, 0x80000n])
  })
})
