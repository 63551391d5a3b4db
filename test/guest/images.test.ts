import { expect } from 'chai'
import { cpio } from '../../guest/cpio.js'
import { compatFrame, compatGregs, compatSigframe, nativeFrame, readCompatGregs, readUserPtRegs, rtSigframe, userPtRegs } from '../../guest/images.js'
import { bytesToWords } from '../../guest/protocol.js'
import { bitPatterns, inputs, random } from '../../guest/vectors.js'
import { compatFrame as compatTable, nativeFrame as nativeTable } from '../../model/syscalls/frames.table.js'

describe('guest images', () => {
  it('puts registers where it reads them', () => {
    const native = readUserPtRegs(bytesToWords(userPtRegs({ regs: [1n, 2n], sp: 3n, pc: 4n, pstate: 5n })))
    expect([native.regs[0], native.regs[1], native.sp, native.pc, native.pstate]).to.deep.equal([1n, 2n, 3n, 4n, 5n])
    const compat = readCompatGregs(bytesToWords(compatGregs({ regs: Array.from({ length: 15 }, (_, i) => BigInt(i)), pc: 0x10000n, psr: 0x1fn })))
    expect([compat.regs[14], compat.sp, compat.pc, compat.pstate]).to.deep.equal([14n, 13n, 0x10000n, 0x1fn])
  })
  it('lays frames out as the model does', () => {
    const n = nativeFrame({ pstate: 0x1234n, pc: 7n })
    expect(Number(n.readBigUInt64LE(nativeTable.pstate))).to.equal(0x1234)
    expect(n.readUInt32LE(nativeTable.record)).to.equal(nativeTable.fpsimdMagic)
    expect(n.readUInt32LE(nativeTable.nextRecord)).to.equal(0)
    expect([rtSigframe.regs, rtSigframe.sp, rtSigframe.pc]).to.deep.equal([nativeTable.regs, nativeTable.sp, nativeTable.pc])
    const c = compatFrame({ psr: 0x10n, pc: 9n, regs: [3n] }, true)
    expect(c.readUInt32LE(compatTable.rt + compatTable.cpsr)).to.equal(0x10)
    expect(c.readUInt32LE(compatTable.rt + compatTable.pc)).to.equal(9)
    expect(c.readUInt32LE(compatTable.rt + compatTable.vfp_magic)).to.equal(compatTable.vfpMagic)
    expect(c.readUInt32LE(compatTable.rt + compatTable.vfp_size)).to.equal(compatTable.vfpStorageSize)
    expect(c.length).to.equal(compatTable.rtSize)
    expect(compatSigframe.sigmask).to.equal(compatTable.sigmask)
  })
  it('packs an archive that ends with its trailer, padded to four bytes', () => {
    const a = cpio([{ name: 'init', data: Buffer.from('abc') }, { name: 'modules/00.ko', data: Buffer.alloc(5) }])
    expect(a.length % 4).to.equal(0)
    expect(a.toString('latin1')).to.match(/modules\0.*init\0.*modules\/00.ko\0.*TRAILER!!!/s)
  })
})

describe('guest vectors', () => {
  it('has every one- and two-bit pattern once', () => {
    const p = bitPatterns(32)
    expect(p.length).to.equal(2 + 32 + 32 * 31 / 2)
    expect(new Set(p).size).to.equal(p.length)
  })
  it('is the same for the same seed, and stays in the width', () => {
    const a = inputs(32, 2000, 7n)
    expect(a).to.deep.equal(inputs(32, 2000, 7n))
    expect(a).to.not.deep.equal(inputs(32, 2000, 8n))
    expect(a.every((v) => v >= 0n && v < 1n << 32n)).to.equal(true)
    const next = random(0n)
    expect(next()).to.equal(0xe220a8397b1dcdafn)
  })
})
