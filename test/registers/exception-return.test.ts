import { expect } from 'chai'
import { bv, False, True } from '../../model/terms/build.js'
import { illegalExceptionReturn, returnsToEl0 } from '../../model/registers/exception-return.js'
import { aarch32Modes, aarch64Modes } from '../../model/registers/modes.table.js'

/**
 * The rule written again, from the wording of the Arm ARM (ELFromSPSR, IllegalExceptionReturn), for a return from EL1 in
 * AArch64 where AArch32 is implemented at EL0 or nowhere.
 */
function illegal(m: number, aarch32: boolean): boolean {
  if ((m & 16) === 0) {
    const level = (m >> 2) & 3
    if ((m & 2) !== 0) return true
    if (level === 0 && (m & 1) !== 0) return true
    return level > 1
  }
  if (!aarch32) return true
  return m !== 0x10 // every other mode is of a level whose width is known to be AArch64, or no mode
}

describe('registers: exception return', () => {
  for (const aarch32 of [false, true]) {
    it(`all modes, AArch32 at EL0: ${aarch32}`, () => {
      for (let m = 0; m < 32; m++) {
        for (const rest of [0n, 0xffffffffffffffe0n, 0x00100000n]) {
          const t = illegalExceptionReturn(bv(64, rest | BigInt(m)), aarch32 ? True : False)
          expect(t === True, `M=${m.toString(2)}`).to.equal(illegal(m, aarch32))
          expect(t === False, `M=${m.toString(2)}`).to.equal(!illegal(m, aarch32))
        }
      }
    })
  }
  it('EL0 is M 0b00000 and 0b10000', () => {
    const el0 = Array.from({ length: 32 }, (_, m) => m).filter((m) => returnsToEl0(bv(64, m)) === True)
    expect(el0).to.deep.equal([0x00, 0x10])
  })
  it('every mode is listed once', () => {
    const all = [...aarch64Modes, ...aarch32Modes].map((m) => m.m)
    expect(new Set(all).size).to.equal(all.length)
  })
})
