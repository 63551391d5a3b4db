/** Exception entry and return. arch/arm64/kernel/entry.S (v5.4, v5.11); Arm ARM: TakeException, IllegalExceptionReturn, RestoredITBits, SetPSTATEFromPSR. */
import { expect } from 'chai'
import { irq, kernelEntry, kernelExit, restoredPstate, userWritablePstate } from '../../model/tasks/entry.js'
import type { SymTask } from '../../model/index.js'
import { bool, bv } from '../../model/terms/build.js'
import { place, table, type Config } from '../../trace/state.js'
import { bit, config, features, kernel, num, symbolicConfig, symCpu, task, truth } from './help.js'

const dirty = (): bigint[] => Array.from({ length: 31 }, (_, i) => 0xabcd00000000n + BigInt(i))

describe('kernel_entry, tramp_ventry', () => {
  const enter = (bits: 32 | 64, kpti: boolean, upper = 0, mte = false, k = 'v5.11', hasMte = true): { t: SymTask, tpidrro: bigint } => {
    const t = task(bits, { regs: dirty(), syscallno: 5n })
    const cpu = symCpu({ TPIDRRO_EL0: 0x77n })
    kernelEntry(kernel(k), symbolicConfig({ kpti, mte: hasMte }), cpu, t, bv(15, upper), bool(mte))
    return { t, tpidrro: num(cpu.TPIDRRO_EL0) }
  }
  it('KPTI, AArch64: TPIDRRO_EL0 lent to x30 and zeroed; AArch32: x30 cleared, TPIDRRO_EL0 kept', () => {
    for (const [bits, kpti, tpidrro, x30] of [[64, true, 0n, 0xabcd0000001en], [64, false, 0x77n, 0xabcd0000001en], [32, true, 0x77n, 0n], [32, false, 0x77n, 0xabcd0000001en]] as const) {
      const e = enter(bits, kpti)
      expect([e.tpidrro, num(e.t.regs[30]!)], `${bits} ${kpti}`).to.deep.equal([tpidrro, x30])
    }
  })
  it('a trampoline that did not zero it would leave x30 in TPIDRRO_EL0', () => {
    const cpu = symCpu({ TPIDRRO_EL0: 0x77n })
    kernelEntry({ ...kernel('v5.11'), kptiZeroesTpidrro: false }, symbolicConfig({ kpti: true }), cpu, task(64, { regs: dirty() }), bv(15, 0), bool(false))
    expect(num(cpu.TPIDRRO_EL0)).to.equal(0xabcd0000001en)
  })
  it('from AArch32 upper halves are zeroed or kept, each for itself; w0 always zero-extended; x15 up untouched', () => {
    const regs = enter(32, false, 0b100000000000011).t.regs.map(num)
    expect(regs).to.deep.equal(dirty().map((v, i) => i < 15 && ![1, 14].includes(i) ? v & 0xffffffffn : v))
    expect(enter(64, false).t.regs.map(num)).to.deep.equal(dirty())
  })
  it('no system call yet; an asynchronous tag fault is noted where the kernel and the CPU know MTE', () => {
    expect(num(enter(64, false).t.syscallno)).to.equal(0xffffffffn)
    const noted = (k: string, fault: boolean, hasMte: boolean): boolean => truth(enter(64, false, 0, fault, k, hasMte).t.TIF_MTE_ASYNC_FAULT)
    expect([noted('v5.11', true, true), noted('v5.11', false, true), noted('v5.11', true, false), noted('v5.4', true, true)]).to.deep.equal([true, false, false, false])
  })
  it('an interrupt leads to the return path, without a call', () => {
    const t = task(64, { table: table.native })
    irq(kernel('v5.11'), symbolicConfig(), symCpu(), t, bv(15, 0), bool(false))
    expect([num(t.at), num(t.table), num(t.syscallno)]).to.deep.equal([place.returning, table.none, 0xffffffffn])
  })
})

describe('kernel_exit', () => {
  const exit = (pstate: bigint, c: Partial<Config> = {}, k = 'v5.11', open = true): { at: bigint, pc: bigint, pstate: bigint, open: boolean } => {
    const t = task(64, { pstate, pc: 0x1_0000_0007n })
    const cpu = symCpu({ CNTKCTL_EL0VCTEN: open })
    kernelExit(kernel(k), symbolicConfig(c), cpu, t)
    return { at: num(t.at), pc: num(t.pc), pstate: num(t.pstate), open: truth(cpu.CNTKCTL_EL0VCTEN) }
  }
  it('where each mode leads', () => {
    for (let m = 0n; m < 32n; m++) {
      const want = m === 0n || m === 0x10n ? place.el0 : m === 4n || m === 5n ? place.el1 : place.panic
      expect(exit(m).at, m.toString(2)).to.equal(want)
      expect(exit(m, { aarch32_el0: false }).at, m.toString(2)).to.equal(m === 0x10n ? place.panic : want)
    }
  })
  it('the pc of AArch32 is 32 bits, on 2 bytes in Thumb and on 4 in ARM state', () => {
    expect([exit(0n).pc, exit(0x10n).pc, exit(0x30n).pc, exit(0x20n).pc]).to.deep.equal([0x100000007n, 4n, 6n, 0x100000007n])
    expect(exit(5n).pc).to.equal(0x100000007n)
    expect(exit(0x8000_0013n)).to.deep.include({ pc: 0x100000007n, pstate: 0x80000013n })
  })
  it('v5.4 has the workaround for erratum 1418040 here, by the mode of the image', () => {
    expect([exit(0x10n, { erratum_1418040: true }, 'v5.4').open, exit(0n, { erratum_1418040: true }, 'v5.4', false).open, exit(0x10n, {}, 'v5.4').open]).to.deep.equal([false, true, true])
    expect(exit(0x10n, { erratum_1418040: true }, 'v5.11').open).to.equal(true)
  })
})

describe('PSTATE after the return: what the CPU implements', () => {
  const back = (pstate: bigint, c: Partial<Config>, stepping = false): bigint => num(restoredPstate(symbolicConfig(c), task(64, { pstate, TIF_SINGLESTEP: stepping })))
  const always64 = [31, 30, 29, 28, 20, 9, 8, 7, 6], always32 = [31, 30, 29, 28, 27, 19, 18, 17, 16, 20, 8, 7, 6, 5]
  const feature64: Partial<Record<number, keyof Config>> = { 25: 'mte', 24: 'dit', 12: 'ssbs', 11: 'bti', 10: 'bti' }
  const feature32: Partial<Record<number, keyof Config>> = { 24: 'dit', 23: 'ssbs', 9: 'mixed_endian_el0' }
  for (const [bits, always, feature] of [[64, always64, feature64], [32, always32, feature32]] as const) {
    const mode = bits === 64 ? 0n : 0x30n // Thumb: IT counts
    for (let n = 5; n < 64; n++) {
      const itState = bits === 32 && [25, 26, 10, 11, 12, 13, 14, 15].includes(n)
      if (itState || (bits === 32 && n === 5)) continue
      const needs = feature[n]
      it(`AArch${bits} bit ${n}: ${always.includes(n) ? 'kept' : needs ?? (n === 21 ? 'TIF_SINGLESTEP' : 'lost')}`, () => {
        expect(back(mode | bit(n), features) & ~mode).to.equal(always.includes(n) || needs !== undefined ? bit(n) : 0n)
        expect(back(mode | bit(n), needs === undefined ? {} : { ...features, [needs]: false }) & ~mode).to.equal(always.includes(n) ? bit(n) : 0n)
        expect(back(mode | bit(n), {}, true) & ~mode & bit(21)).to.equal(n === 21 ? bit(21) : 0n)
      })
    }
  }
  it('RestoredITBits: none in ARM state, none where IT[3:0] is 0 and IT[7:4] is not', () => {
    const cases: [bigint, bigint][] = [
      [0x0600fc10n, 0x10n], [0x0600fc30n, 0x0600fc30n], [0xf030n, 0x30n], [0xf430n, 0xf430n], [0x0200f030n, 0x0200f030n], [0x0400_1030n, 0x0400_1030n],
      [0x0c30n, 0x0c30n], [0x1030n, 0x30n], [0x0400_0030n, 0x0400_0030n], [0x0800fc30n, 0x0800fc30n], [0x8030n, 0x30n], [0x8c30n, 0x8c30n],
    ]
    for (const [given, kept] of cases) expect(back(given, {}), given.toString(16)).to.equal(kept)
  })
})

describe('what EL0 can write into its PSTATE', () => {
  const can = (before: bigint, after: bigint, c: Config = features): boolean => truth(userWritablePstate(symbolicConfig(c), bv(64, before), bv(64, after)))
  const feature: Record<32 | 64, Partial<Record<number, keyof Config>>> = { 64: { 24: 'dit', 12: 'ssbs', 25: 'mte', 11: 'bti', 10: 'bti' }, 32: { 24: 'dit', 23: 'ssbs', 9: 'mixed_endian_el0' } }
  const free = { 64: [31, 30, 29, 28], 32: [31, 30, 29, 28, 27, 19, 18, 17, 16, 11, 10, 26, 25] }
  for (const bits of [64, 32] as const) {
    const mode = bits === 64 ? 0n : 0x30n
    for (let n = 0; n < 64; n++) {
      if (bits === 32 && n >= 12 && n <= 15) continue
      const needs = feature[bits][n]
      it(`AArch${bits} bit ${n}`, () => {
        const possible = free[bits].includes(n) || needs !== undefined || (bits === 32 && n === 5)
        expect(can(mode, mode ^ bit(n)), 'set').to.equal(possible)
        expect(can(mode ^ bit(n), mode), 'cleared').to.equal(possible || (n === 4 ? false : possible))
        if (needs !== undefined) expect(can(mode, mode | bit(n), { ...features, [needs]: false }), needs).to.equal(false)
      })
    }
  }
  it('IT is 0 in ARM state, and a block that runs has a mask', () => {
    expect([can(0x10n, 0xf410n), can(0x30n, 0xf430n), can(0x30n, 0xf030n), can(0x30n, 0x1030n), can(0x30n, 0x02001030n), can(0x10n, 0x02000010n), can(0x10n, 0x10n, config())]).to.deep.equal([false, true, false, false, true, false, true])
  })
})
