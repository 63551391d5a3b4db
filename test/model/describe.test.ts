/** Register values as fields. */
import { expect } from 'chai'
import { describeRegister, fieldValues, groupValue, modeName } from '../../model/registers/describe.js'
import { pstateAarch64 } from '../../model/registers/pstate-aarch64.table.js'
import { psr } from '../../model/registers/psr.table.js'
import { spsrAarch32 } from '../../model/registers/spsr-aarch32.table.js'
import { tpidrEl0 } from '../../model/registers/tpidr.table.js'

describe('registers as fields', () => {
  it('every field with its value, its feature, and whether it is reserved', () => {
    const fields = new Map(fieldValues(pstateAarch64, 0x81003c45n).map((f) => [f.name, f]))
    expect(fields.size).to.equal(pstateAarch64.fields.length)
    expect([fields.get('N'), fields.get('DIT'), fields.get('BTYPE'), fields.get('F')].map((f) => [f!.value, f!.hi, f!.lo, f!.feature, f!.reserved])).to.deep.equal(
      [[1n, 31, 31, undefined, false], [1n, 24, 24, 'FEAT_DIT', false], [3n, 11, 10, 'FEAT_BTI', false], [1n, 6, 6, undefined, false]])
    expect([...fields.values()].filter((f) => f.reserved).map((f) => f.name)).to.deep.equal(['RES0_63_37', 'RES0_27_26', 'RES0_19_14', 'RES0_5', 'M1'])
    expect('feature' in fields.get('N')!).to.equal(false)
    expect(fieldValues(pstateAarch64, 1n << 37n)[0]!.value).to.equal(1n)
  })
  it('modes', () => {
    expect([0n, 4n, 5n, 8n, 9n, 0xcn, 0xdn, 0x10n, 0x11n, 0x13n, 0x1fn, 1n, 0x20n, 0x30n].map(modeName)).to.deep.equal(
      ['EL0t', 'EL1t', 'EL1h', 'EL2t', 'EL2h', 'EL3t', 'EL3h', 'USR', 'FIQ', 'SVC', 'SYS', undefined, 'EL0t', 'USR'])
  })
  it('groups: IT[7:0] from two places', () => {
    expect([groupValue(spsrAarch32, 'IT', 0x0600fc00n), groupValue(spsrAarch32, 'IT', 0x02000000n), groupValue(spsrAarch32, 'IT', 0x400n), groupValue(psr, 'M', 0x1fn), groupValue(psr, 'NZCV', 0xa0000000n), groupValue(psr, 'none', 5n)])
      .to.deep.equal([0xffn, 1n, 4n, 0x1fn, 0xan, 0n])
  })
  const lines: [Parameters<typeof describeRegister>[0], bigint, string][] = [
    [pstateAarch64, 0n, 'EL0t'], [pstateAarch64, 0x60000000n, 'ZC EL0t'], [pstateAarch64, 0x60001400n, 'ZC SSBS BTYPE=0x1 EL0t'], [pstateAarch64, 0x10n, 'USR (a mode of AArch32)'],
    [pstateAarch64, 0x0c000000n, '[27:26]=0x3 EL0t'], [pstateAarch64, 0x21n, '[5] M=0b00001 (no mode)'], [spsrAarch32, 0x60000030n, 'ZC T USR'], [spsrAarch32, 0n, 'EL0t (a mode of AArch64)'],
    [spsrAarch32, 0x0600fc30n, 'T IT=0xff USR'], [psr, 0xf80f0010n, 'NZCVQ GE=0xf USR'], [tpidrEl0, 0x1_0000_0002n, 'HIGH=0x1 TPIDRURW=0x2'], [tpidrEl0, 0n, '0'],
  ]
  for (const [table, value, want] of lines) it(`${table.id} ${value.toString(16)}: ${want}`, () => expect(describeRegister(table, value)).to.equal(want))
})
