/** SVC to handler and back. arch/arm64/kernel/syscall.c, sys_compat.c, asm/syscall.h (v5.4, v5.11) and what the variants make of them. */
import { expect } from 'chai'
import { compatArmSyscall, doNiSyscall } from '../../model/syscalls/arm-private.js'
import { asInt, inCompatTable, inTable, leave, negative, storeResult, svc, syscallGetArch } from '../../model/syscalls/dispatch.js'
import type { SymTask } from '../../model/index.js'
import { bool, bv } from '../../model/terms/build.js'
import { place, table, type Task } from '../../trace/state.js'
import { errno, fakeTask, kernel, num, symbolicConfig, symCpu, task, truth } from './help.js'

const registers = (over: Record<number, bigint>): bigint[] => Array.from({ length: 31 }, (_, i) => over[i] ?? 0n)
const enter = (k: string, t: SymTask, imm = 0, mte = false, config = symbolicConfig({ mte: true })): SymTask => {
  svc(kernel(k), config, symCpu(), t, bv(16, imm), bv(15, 0), bool(mte))
  return t
}

describe('which table, which number', () => {
  const cases: [string, number, Record<number, bigint>, keyof typeof table, bigint][] = [
    ['v5.11', 1, { 7: 5n, 8: 0x80000003n }, 'native', 0x80000003n],
    ['v5.11', 0, { 7: 5n, 8: 0xf0000003fn }, 'native', 0x3fn],
    ['rfc-v2', 0, { 7: 5n, 8: 63n }, 'native', 63n],
    ['rfc-v2', 1, { 7: 0xf00000005n, 8: 63n }, 'fake', 5n],
    ['rfc-v2', 2, { 7: 5n, 8: 63n }, 'native', 63n],
    ['rfc-v2', 0, { 7: 5n, 8: 0x80000000n }, 'native', 0x80000000n],
    ['rfc-v2-unguarded', 1, { 7: 5n, 8: 63n }, 'fake', 5n],
    ['tango-v5.4', 1, { 7: 5n, 8: 63n }, 'native', 63n],
    ['tango-v5.4', 0, { 7: 0xf00000005n, 8: 0x80000000n }, 'fake', 5n],
    ['tango-v5.4', 0, { 7: 5n, 8: 0x180000000n }, 'native', 0x80000000n],
    ['tango-v5.4', 0, { 7: 5n, 8: 0x80000001n }, 'native', 0x80000001n],
    ['v4-series', 0, { 7: 5n, 8: 0x80000003n }, 'fake', 3n],
    ['v4-series', 1, { 7: 5n, 8: 0xff80000003n }, 'fake', 3n],
    ['v4-series', 1, { 7: 5n, 8: 0xff00000003n }, 'native', 3n],
    ['v4-series', 0, { 7: 5n, 8: 0xffffffffn }, 'fake', 0x7fffffffn],
  ]
  for (const [k, imm, regs, which, number] of cases) {
    it(`${k}: svc #${imm}, x7=${(regs[7] ?? 0n).toString(16)}, x8=${(regs[8] ?? 0n).toString(16)}: ${which} ${number.toString(16)}`, () => {
      const t = enter(k, task(64, { regs: registers({ ...regs, 0: 0xffff00000007n }) }), imm)
      expect([num(t.table), num(t.syscallno), truth(t.compat_call), num(t.at)]).to.deep.equal([table[which], number, which === 'fake', place.entered])
      expect([num(t.orig_x0), num(t.regs[0]!), num(t.pc)]).to.deep.equal([0xffff00000007n, 0xffff00000007n, 0x400004n])
      expect(num(t.audit_arch)).to.equal(which === 'fake' ? 0x40000028n : 0xc00000b7n)
    })
  }
  for (const k of ['v5.11', 'rfc-v2', 'tango-v5.4', 'v4-series']) {
    it(`${k}: AArch32 takes w7 and the compat table whatever the immediate; pc moves by the size of the instruction, in 32 bits`, () => {
      const call = (pstate: bigint, pc: bigint): SymTask => enter(k, task(32, { pstate, pc, compat_call: k === 'v4-series', regs: registers({ 0: 0xf0000000fn, 7: 0xf00000077n, 8: 0x80000000n }) }), 1)
      const [arm, thumb, wrapped] = [call(0x10n, 0x10000n), call(0x30n, 0x10000n), call(0x10n, 0xfffffffcn)]
      expect([arm.table, arm.syscallno, arm.audit_arch, arm.orig_x0, arm.pc].map(num)).to.deep.equal([table.compat, 0x77n, 0x40000028n, 0xfn, 0x10004n])
      expect([num(thumb.pc), num(wrapped.pc)]).to.deep.equal([0x10002n, 0n])
      expect(truth(arm.compat_call)).to.equal(k === 'v4-series')
    })
  }
  it('bit 5 of an AArch64 pstate is no Thumb bit for the PC of the SVC', () => expect(num(enter('v5.11', task(64, { pstate: 0x20n })).pc)).to.equal(0x400004n))
})

describe('the early return for an asynchronous tag fault (v5.10, v5.11: _TIF_MTE_ASYNC_FAULT)', () => {
  const call = (k: string, mte: boolean, over: Partial<Task> = {}): SymTask => enter(k, task(64, { regs: registers({ 0: 9n, 7: 3n, 8: 0x80000003n }), ...over }), 1, mte)
  for (const [k, flag] of [['rfc-v2', true], ['v4-series', false]] as const) {
    it(`${k}: x0 = -ERESTARTNOINTR before dispatch; the flag is ${flag ? 'still set' : 'clear'}`, () => {
      const t = call(k, true)
      expect([num(t.regs[0]!), num(t.at), num(t.table), truth(t.compat_call), num(t.orig_x0), num(t.syscallno), truth(t.TIF_MTE_ASYNC_FAULT)]).to.deep.equal([errno(513), place.returning, table.none, flag, 9n, 3n, true])
    })
  }
  it('not in v5.4, not where the CPU has no MTE; a fault from before counts', () => {
    expect(num(call('tango-v5.4', true).at)).to.equal(place.entered)
    expect(num(enter('v5.11', task(64), 0, true, symbolicConfig()).at)).to.equal(place.entered)
    expect(num(call('v5.11', false, { TIF_MTE_ASYNC_FAULT: true }).at)).to.equal(place.returning)
  })
  it('v4 leaves the flag of an AArch32 task', () => {
    expect(truth(enter('v4-series', task(32, { compat_call: true, TIF_MTE_ASYNC_FAULT: true })).compat_call)).to.equal(true)
  })
})

describe('el0_svc_common, the end', () => {
  const left = (k: string, t: SymTask): SymTask => {
    leave(kernel(k), t)
    return t
  }
  it('rfc-v2 and Tango clear the flag after every call, v4 after a fake call only', () => {
    for (const [k, byFake, byCompat] of [['rfc-v2', false, false], ['tango-v5.4', false, false], ['v4-series', false, true], ['v5.11', true, true]] as const) {
      expect(truth(left(k, fakeTask({ table: table.fake })).compat_call), k).to.equal(byFake)
      expect(truth(left(k, fakeTask({ table: table.compat })).compat_call), k).to.equal(byCompat)
    }
    const t = left('rfc-v2', fakeTask({ table: table.fake, at: place.handled }))
    expect([num(t.table), num(t.at)]).to.deep.equal([table.none, place.returning])
  })
})

describe('invoke_syscall', () => {
  it('the number is below the size of its table, unsigned: 442 in v5.11, 436 in v5.4', () => {
    for (const [k, size] of [['v5.11', 442n], ['rfc-v2', 442n], ['v4-series', 442n], ['tango-v5.4', 436n]] as const) {
      for (const which of [table.native, table.compat, table.fake]) {
        const inside = (syscallno: bigint): boolean => truth(inTable(kernel(k), task(64, { syscallno, table: which })))
        expect([inside(0n), inside(size - 1n), inside(size), inside(0xffffffffn)]).to.deep.equal([true, true, false, false])
      }
    }
  })
  it('compat and fake calls are in the compat table', () => {
    const where = [table.none, table.native, table.compat, table.fake].map((x) => truth(inCompatTable(task(64, { table: x }))))
    expect(where).to.deep.equal([false, false, true, true])
  })
  it('the result is cut for AArch32 and, from v5.8 on, for 32-bit calls', () => {
    const stored = (k: string, t: SymTask): bigint => {
      storeResult(kernel(k), t, negative(4))
      expect(num(t.at)).to.equal(place.handled)
      return num(t.regs[0]!)
    }
    expect([stored('v5.11', task(64)), stored('v5.11', task(32)), stored('rfc-v2', fakeTask()), stored('v4-series', fakeTask()), stored('v4-series', task(32))])
      .to.deep.equal([errno(4), 0xfffffffcn, 0xfffffffcn, 0xfffffffcn, errno(4)])
    expect([stored('tango-v5.4', fakeTask()), stored('tango-v5.4', task(32)), stored('v5.4', task(32))]).to.deep.equal([errno(4), errno(4), errno(4)])
  })
  it('(int)x', () => expect([asInt(bv(64, 0x1_7fffffffn)), asInt(bv(64, 0x80000000n))].map(num)).to.deep.equal([0x7fffffffn, 0xffffffff80000000n]))
  it('syscall_get_arch', () => expect([task(64), task(32), fakeTask()].map((t) => num(syscallGetArch(kernel('rfc-v2'), t)))).to.deep.equal([0xc00000b7n, 0x40000028n, 0x40000028n]))
})

describe('compat_arm_syscall', () => {
  const call = (scno: bigint, regs: Record<number, bigint> = {}, over: Partial<Task> = {}): { t: SymTask, ret: bigint, tpidrro: bigint } => {
    const t = task(32, { syscallno: scno, regs: registers(regs), pc: 0x1004n, tp_value: 1n, blocked: 0xffn, ...over })
    const cpu = symCpu({ TPIDRRO_EL0: 2n })
    return { ret: num(compatArmSyscall(cpu, t)), t, tpidrro: num(cpu.TPIDRRO_EL0) }
  }
  it('set_tls: shadow and register, all 64 bits of regs[0]', () => {
    const { t, ret, tpidrro } = call(0xf0005n, { 0: 0xabcd12345678n })
    expect([ret, num(t.tp_value), tpidrro, num(t.signo)]).to.deep.equal([0n, 0xabcd12345678n, 0xabcd12345678n, 0n])
  })
  const flushes: [bigint, bigint, bigint, bigint][] = [
    [0x1000n, 0x2000n, 0n, 0n], [0x2000n, 0x2000n, 0n, 0n], [0x2000n, 0x1fffn, 0n, errno(22)], [0x1000n, 0x2000n, 1n, errno(22)],
    [0x1000n, 0x2000n, 1n << 32n, 0n], [0x1000n, 1n << 48n, 0n, 0n], [0x1000n, (1n << 48n) + 1n, 0n, errno(14)],
  ]
  for (const [start, end, flags, result] of flushes) {
    it(`cacheflush(${start.toString(16)}, ${end.toString(16)}, ${flags.toString(16)}) is ${result.toString(16)}`, () => {
      const { t, ret, tpidrro } = call(0xf0002n, { 0: start, 1: end, 2: flags })
      expect([ret, num(t.tp_value), tpidrro, num(t.signo)]).to.deep.equal([result, 1n, 2n, 0n])
    })
  }
  for (const scno of [0xf0000n, 0xf0001n, 0xf0003n, 0xf0004n, 0xf0006n, 0xf07ffn, 442n, 0x80000000n, 0xffffffffn]) {
    it(`${scno.toString(16)}: ENOSYS (the number is an int)`, () => {
      const { t, ret, tpidrro } = call(scno, { 0: 5n })
      expect([ret, num(t.signo), num(t.tp_value), tpidrro]).to.deep.equal([errno(38), 0n, 1n, 2n])
    })
  }
  for (const [scno, pstate, addr] of [[0xf0800n, 0x10n, 0x1000n], [0x7fffffffn, 0x30n, 0x1002n]] as const) {
    it(`${scno.toString(16)}: SIGILL at the instruction`, () => {
      const { t, ret } = call(scno, {}, { pstate })
      expect([ret, num(t.signo), num(t.si_code), num(t.si_addr), num(t.blocked)]).to.deep.equal([0n, 4n, 4n, addr, 0xf7n])
    })
  }
  it('do_ni_syscall tries it for AArch32 tasks, and for 32-bit calls only without the guards', () => {
    const ask = (k: string, t: SymTask): bigint[] => {
      const cpu = symCpu({ TPIDRRO_EL0: 2n })
      return [num(doNiSyscall(kernel(k), cpu, t)), num(cpu.TPIDRRO_EL0), num(t.tp_value)]
    }
    const over = { syscallno: 0xf0005n, regs: registers({ 0: 7n }), tp_value: 1n }
    for (const k of ['v5.11', 'rfc-v2', 'tango-v5.4', 'v4-series']) {
      expect(ask(k, task(32, over)), k).to.deep.equal([0n, 7n, 7n])
      expect(ask(k, fakeTask(over)), k).to.deep.equal([errno(38), 2n, 1n])
    }
    expect(ask('rfc-v2-unguarded', fakeTask(over))).to.deep.equal([0n, 7n, 7n])
  })
})
