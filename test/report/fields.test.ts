import { expect } from 'chai'
import fc from 'fast-check'
import { psr } from '../../model/registers/psr.table.js'
import { picture } from '../../report/picture.js'
import { describePstate, formatOf, pstateChanges, registerChanges } from '../../report/fields.js'

const u64 = fc.bigInt(0n, (1n << 64n) - 1n)

describe('report: fields of PSTATE', () => {
  it('the format is the value\'s own', () => {
    expect(formatOf(0x60000000n).id).to.equal('pstate')
    expect(formatOf(0x60000010n).id).to.equal('spsr-aarch32')
    expect(describePstate(0x01001000n)).to.equal('DIT SSBS EL0t')
    expect(describePstate(0x01800010n)).to.equal('DIT SSBS USR')
  })
  it('changes are named', () => {
    expect(pstateChanges(0x60001000n, 0x61000400n)).to.deep.equal(['DIT 0→1', 'SSBS 1→0', 'BTYPE 0x0→0x1'])
    expect(pstateChanges(0x10n, 0x0403a435n & ~0x5n)).to.deep.equal(['GE 0x0→0x3', 'T 0→1', 'IT 0x0→0xa6'])
    expect(pstateChanges(0n, 5n)).to.deep.equal(['M EL0t→EL1h'])
    expect(pstateChanges(0x60000000n, 0x61000010n)).to.deep.equal(['EL0t→USR', 'ZC EL0t → ZC DIT USR'])
    expect(registerChanges(psr, 0x10n, 0x00200010n)).to.deep.equal(['DIT 0→1'])
  })
  it('a change is reported exactly if there is one', () => {
    fc.assert(fc.property(u64, u64, (a, b) => {
      expect(pstateChanges(a, a)).to.deep.equal([])
      expect(pstateChanges(a, b).length > 0).to.equal(a !== b)
      const oneBit = a ^ (1n << (b % 64n))
      expect(pstateChanges(a, oneBit).length, `0x${a.toString(16)} 0x${oneBit.toString(16)}`).to.be.greaterThan(0)
    }))
  })
  it('a picture shows every bit, in lines of at most 80 columns', () => {
    fc.assert(fc.property(u64, (v) => {
      const lines = picture(formatOf(v), v).split('\n')
      for (const l of lines) expect(l.length).to.be.at.most(80)
      const bits = lines.filter((_, i) => i % 5 === 3).join('').replace(/[│ ]/g, '')
      expect(BigInt(`0b${bits}`)).to.equal(v)
    }))
  })
})
