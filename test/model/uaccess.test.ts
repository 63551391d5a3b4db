/** User memory as the kernel reaches it: asm/uaccess.h (v5.11); the boundaries of what is modelled: docs/events.md, Memory. */
import { expect } from 'chai'
import { bv, True, False } from '../../model/terms/build.js'
import * as u from '../../model/tasks/uaccess.js'
import { num, truth } from './help.js'

const TOP = 1n << 48n
const region = (base: bigint, lo = 0, hi = 320, words = 80): u.Region => ({ base: bv(64, base), lo: bv(32, lo), hi: bv(32, hi), words: Array.from({ length: words }, (_, i) => bv(32, 0x100 + i)) })
const at = (v: bigint) => bv(64, BigInt.asUintN(64, v))

describe('access_ok', () => {
  it('addr + size <= 2^48 (TASK_SIZE_MAX)', () => {
    expect([0n, TOP - 752n, TOP - 751n, TOP, (1n << 64n) - 1n].map((a) => truth(u.accessOk(at(a), 752)))).to.deep.equal([true, true, false, false, false])
    expect(u.TASK_SIZE_MAX).to.equal(0x1000000000000n)
  })
})

describe('reading and writing', () => {
  const r = (): u.Region => region(0x1000n, 16, 64)
  it('every byte of an access is mapped, or it faults', () => {
    const can = (offset: number, size: number, from = 0x1000n): boolean => truth(u.mapped(r(), at(from), offset, size))
    expect([can(16, 4), can(12, 4), can(12, 8), can(60, 4), can(60, 8), can(56, 8), can(16, 4, 0x1004n), can(64, 4)]).to.deep.equal([true, false, false, true, false, true, false, false])
    expect(truth(u.mapped(region(0x1000n), at(0x1000n), 316, 4))).to.equal(true)
    expect(truth(u.mapped(region(0x1000n, 0, 400), at(0x1000n), 316, 8))).to.equal(false)
  })
  it('little-endian words; 0 where it faults', () => {
    expect([u.readU32(r(), at(0x1000n), 20).value, u.readU64(r(), at(0x1000n), 24).value, u.wordAt64(r(), 8)].map(num)).to.deep.equal([0x105n, 0x107_0000_0106n, 0x103_0000_0102n])
    const [a, b] = [u.readU32(r(), at(0x1000n), 12), u.readU64(r(), at(0x1000n), 60)]
    expect([num(a.value), truth(a.fault), num(b.value), truth(b.fault), truth(u.readU32(r(), at(0x1000n), 20).fault), truth(u.readU64(r(), at(0x1000n), 24).fault)]).to.deep.equal([0n, true, 0n, true, false, false])
    expect(num(u.upper32(at(0x1234567890n)))).to.equal(0x12n)
  })
  it('a write happens where it is asked for and can be; the fault is told either way', () => {
    const m = r()
    const faults = [u.writeU32(m, at(0x1000n), 20, bv(32, 7), True), u.writeU32(m, at(0x1000n), 24, bv(32, 7), False), u.writeU32(m, at(0x1000n), 12, bv(32, 7), True),
      u.writeU64(m, at(0x1000n), 32, at(0x9_0000_0008n), True), u.writeU64(m, at(0x1000n), 40, at(0x9_0000_0008n), False), u.writeU64(m, at(0x1000n), 60, at(0x9_0000_0008n), True)]
    expect(faults.map(truth)).to.deep.equal([false, false, true, false, false, true])
    expect(m.words.slice(0, 17).map(num)).to.deep.equal(Array.from({ length: 17 }, (_, i) => ({ 5: 7n, 8: 8n, 9: 9n } as Record<number, bigint>)[i] ?? BigInt(0x100 + i)))
  })
})

describe('structures that start at the region, or lie outside it', () => {
  const base = 0x10000n
  it('wholeOrOutside: at the base, before it, behind it, past the end of user memory, nothing mapped', () => {
    const whole = (a: bigint, size = 64, r = region(base)): boolean => truth(u.wholeOrOutside(r, at(a), size))
    expect([whole(base), whole(base - 64n), whole(base - 63n), whole(base + 1n), whole(base + 319n), whole(base + 320n), whole(TOP), whole((1n << 64n) - 1n), whole(TOP - 63n)]).to.deep.equal([true, true, false, false, false, true, true, true, true])
    expect([whole(base + 4n, 64, region(base, 0, 0)), whole(base + 4n, 64, region(base, 16, 16)), whole(base + 4n, 64, region(base, 0, 16))]).to.deep.equal([true, true, false])
    expect([whole(TOP - 64n, 64, region(TOP - 320n)), whole(TOP - 60n, 64, region(TOP - 320n))]).to.deep.equal([false, true])
  })
  it('apart: the same without the base and without access_ok', () => {
    const apart = (a: bigint, size = 64, r = region(base)): boolean => truth(u.apart(r, at(a), size))
    expect([apart(base), apart(base - 64n), apart(base - 63n), apart(base + 319n), apart(base + 320n), apart((1n << 64n) - 8n)]).to.deep.equal([false, true, false, false, true, true])
    expect([apart(base, 64, region(base, 0, 0)), apart(base, 64, region(base, 0, 1)), apart(TOP - 60n, 64, region(TOP - 320n))]).to.deep.equal([true, false, false])
  })
})

describe('wellMapped: by pages, below the end of user memory', () => {
  const well = (base: bigint, lo: number, hi: number): boolean => truth(u.wellMapped(region(base, lo, hi)))
  it('base: on a word, the region below 2^48', () => {
    expect([0n, 0x1000n, 0x1001n, 0x1002n, 0x1004n, 0x1008n, TOP - 320n, TOP - 316n, TOP].map((b) => well(b, 0, 320))).to.deep.equal([true, true, false, false, true, true, true, false, false])
  })
  it('lo and hi: ends of the region or page boundaries, in order', () => {
    expect([well(0x1000n, 0, 0), well(0x1000n, 16, 320), well(0xff0n, 16, 320), well(0xff0n, 0, 16), well(0xff0n, 0, 20), well(0xff0n, 12, 16), well(0xff0n, 16, 16), well(0xff0n, 320, 16), well(0x1000n, 0, 324), well(0x1000n, 0, 0x1000)])
      .to.deep.equal([true, false, true, true, false, false, true, false, false, false])
    expect([well(0x1000n, 320, 320), well(0xec0n, 320, 320), well(0x7f0n, 16, 320)]).to.deep.equal([false, true, false])
  })
})
