/**
 * PSTATE conversions and sanitisers. Known answers seen on real kernels (6.12 self-built, Debian 6.12 and 6.1, under QEMU;
 * the functions are the same text in v5.11: asm/ptrace.h, kernel/ptrace.c) and, for v5.4, from its kernel/ptrace.c.
 */
import { expect } from 'chai'
import { bool, bv } from '../../model/terms/build.js'
import * as s from '../../model/tasks/sanitise.js'
import { bit, config, fakeTask, features, kernel, num, symbolicConfig, task, truth } from './help.js'

const range = (hi: number, lo: number): number[] => Array.from({ length: hi - lo + 1 }, (_, i) => lo + i)
const w = (v: bigint) => bv(64, v)

describe('compat_psr_to_pstate, pstate_to_compat_psr (asm/ptrace.h, v4.19 on)', () => {
  const there: [bigint, bigint][] = [
    [0n, 0n], [0x10n, 0x10n], [bit(21), bit(24)], [bit(24), bit(24)], [bit(21) | bit(24), bit(24)],
    [0xffffffffn, 0xffdfffffn], [0x60000010n, 0x60000010n], [0x60200010n, 0x61000010n], [bit(40), bit(40)],
  ]
  const back: [bigint, bigint][] = [
    [0n, 0n], [0x10n, 0x10n], [bit(24), bit(21)], [bit(21), bit(21)], [bit(21) | bit(24), bit(21)],
    [0xffffffffn, 0xfeffffffn], [0x61000010n, 0x60200010n], [bit(40), bit(40)],
  ]
  for (const [psr, pstate] of there) it(`PSR ${psr.toString(16)} → pstate ${pstate.toString(16)}`, () => expect(num(s.compatPsrToPstate(w(psr)))).to.equal(pstate))
  for (const [pstate, psr] of back) it(`pstate ${pstate.toString(16)} → PSR ${psr.toString(16)}`, () => expect(num(s.pstateToCompatPsr(w(pstate)))).to.equal(psr))
})

describe('user_mode, compat_user_mode bit, compat_thumb_mode (asm/ptrace.h)', () => {
  for (const n of range(63, 0)) {
    it(`bit ${n}`, () => {
      expect(truth(s.userMode(w(bit(n))))).to.equal(n > 3)
      expect(truth(s.mode32(w(bit(n))))).to.equal(n === 4)
      expect(truth(s.compatThumbMode(w(bit(n))))).to.equal(n === 5)
    })
  }
})

describe('valid_native_regs', () => {
  const kept = { 'v5.11': [28, 29, 30, 31, 12, 10, 11, 24, 25, 21], 'v5.4': [28, 29, 30, 31, 12, 24, 21] }
  const refused = [0, 1, 2, 3, 4, 6, 7, 8, 9]
  for (const name of ['v5.11', 'v5.4'] as const) {
    for (const n of range(63, 0)) {
      const outcome = refused.includes(n) ? 'refused' : kept[name].includes(n) ? 'kept' : 'cleared'
      it(`${name} bit ${n}: ${outcome}`, () => {
        const r = s.validNativeRegs(kernel(name), w(bit(n) | bit(29)))
        expect(truth(r.ok)).to.equal(outcome !== 'refused')
        expect(num(r.pstate)).to.equal(bit(29) | (outcome === 'kept' ? bit(n) : 0n))
      })
    }
  }
  it('what is refused keeps NZCV alone', () => {
    expect(num(s.validNativeRegs(kernel('v5.11'), w((1n << 64n) - 1n)).pstate)).to.equal(0xf0000000n)
    expect(num(s.validNativeRegs(kernel('v5.11'), w(0x03001c05n)).pstate)).to.equal(0n)
  })
})

describe('valid_compat_regs', () => {
  const kept = [31, 30, 29, 28, 27, 26, 25, 24, 23, 21, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 5, 4]
  const refused = [0, 1, 2, 3, 6, 7, 8]
  for (const name of ['v5.11', 'v5.4']) {
    for (const n of range(63, 0)) {
      const outcome = refused.includes(n) ? 'refused' : kept.includes(n) ? 'kept' : 'cleared'
      it(`${name} bit ${n}: ${outcome}`, () => {
        const r = s.validCompatRegs(kernel(name), symbolicConfig({ mixed_endian_el0: true }), w(bit(n) | 0x10n))
        expect(truth(r.ok)).to.equal(outcome !== 'refused')
        expect(num(r.pstate)).to.equal(0x10n | (outcome === 'kept' ? bit(n) : 0n))
      })
    }
  }
  it('M[4] clear is refused; NZCVQ, IT, GE, E and T survive, the mode becomes USR', () => {
    const r = s.validCompatRegs(kernel('v5.11'), symbolicConfig({ mixed_endian_el0: true }), w((1n << 64n) - 1n - 0x10n))
    expect([truth(r.ok), num(r.pstate)]).to.deep.equal([false, 0xfe0ffe30n])
  })
  it('without mixed endianness E is 0 (a little-endian kernel)', () => {
    for (const v of [0x210n, 0x2d0n]) expect(num(s.validCompatRegs(kernel('v5.11'), symbolicConfig(), w(v)).pstate)).to.equal(0x10n)
  })
})

describe('user_regs_reset_single_step (v5.8 on), valid_user_regs before', () => {
  const cases: [string, boolean, bigint, bigint][] = [
    ['v5.11', true, 0x80000000n, 0x80200000n], ['v5.11', false, 0x80200000n, 0x80000000n],
    ['v5.4', true, 0x80000000n, 0x80000000n], ['v5.4', true, 0x80200000n, 0x80200000n], ['v5.4', false, 0x80200000n, 0x80000000n],
  ]
  for (const [name, stepping, given, result] of cases) {
    it(`${name}, TIF_SINGLESTEP ${stepping}: ${given.toString(16)} → ${result.toString(16)}`, () => {
      const t = task(64, { TIF_SINGLESTEP: stepping })
      expect(num(s.userRegsResetSingleStep(kernel(name), w(given), t))).to.equal(result)
      expect(num(s.validUserRegs(kernel(name), symbolicConfig(), w(given), t).pstate)).to.equal(result)
    })
  }
})

describe('valid_user_regs: the width of the task decides', () => {
  const outcome = (name: string, t: ReturnType<typeof task>, v: bigint) => {
    const r = s.validUserRegs(kernel(name), symbolicConfig(), w(v), t)
    return [truth(r.ok), num(r.pstate)]
  }
  it('AArch64 mode for an AArch64 task, USR for an AArch32 one', () => {
    expect(outcome('v5.11', task(64), 0x0n)).to.deep.equal([true, 0n])
    expect(outcome('v5.11', task(64), 0x10n)).to.deep.equal([false, 0n])
    expect(outcome('v5.11', task(32), 0x10n)).to.deep.equal([true, 0x10n])
    expect(outcome('v5.11', task(32), 0n)).to.deep.equal([false, 0x10n])
  })
  it('inside a 32-bit call still AArch64; not on the kernel without the guards', () => {
    for (const k of ['rfc-v2', 'tango-v5.4', 'v4-series']) expect(outcome(k, fakeTask(), 0x10n), k).to.deep.equal([false, 0n])
    expect(outcome('rfc-v2-unguarded', fakeTask(), 0x10n)).to.deep.equal([true, 0x10n])
  })
})

describe('legal PSTATE of a task at EL0', () => {
  const cases: [64 | 32, bigint, boolean][] = [
    [64, 0n, true], [64, 0xf3001c00n, true], [64, 0x00200000n, true], [64, 0x10n, false], [64, 0x80n, false], [64, 5n, false], [64, bit(20), false], [64, bit(33), false],
    [32, 0x10n, true], [32, 0xff8ffe30n, true], [32, 0x00200010n, true], [32, 0n, false], [32, 0x13n, false], [32, 0x110n, false], [32, bit(22) | 0x10n, false],
  ]
  for (const [bits, pstate, legal] of cases) {
    it(`${bits}: ${pstate.toString(16)} ${legal ? 'is' : 'is not'}`, () =>
      expect(truth(s.legalPstate(kernel('v5.11'), symbolicConfig(features), w(pstate), bool(bits === 32)))).to.equal(legal))
  }
  it('E needs mixed endianness', () => expect(truth(s.legalPstate(kernel('v5.11'), symbolicConfig(config()), w(0x210n), bool(true)))).to.equal(false))
})

describe('PSR bits (uapi/asm/ptrace.h, asm/ptrace.h)', () => {
  it('native', () => expect(s.PSR).to.deep.equal({
    N: 0x80000000n, Z: 0x40000000n, C: 0x20000000n, V: 0x10000000n, D: 0x200n, A: 0x100n, I: 0x80n, F: 0x40n, MODE32: 0x10n, SS: 0x200000n, BTYPE_MASK: 0xc00n, BTYPE_C: 0x800n, TCO: 0x02000000n, SSBS: 0x1000n,
  }))
  it('AArch32', () => {
    expect(s.PSR_AA32).to.deep.equal({ Q: 0x08000000n, IT_MASK: 0x0600fc00n, GE_MASK: 0x000f0000n, E: 0x200n, T: 0x20n, A: 0x100n, I: 0x80n, F: 0x40n, DIT: 0x01000000n, SSBS: 0x00800000n, PSR_f: 0xff000000n })
    expect(s.COMPAT_PSR_DIT).to.equal(0x00200000n)
  })
})
