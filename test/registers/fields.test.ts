import { expect } from 'chai'
import fc from 'fast-check'
import { bv, bvVar } from '../../model/terms/build.js'
import { evaluate } from '../../model/terms/evaluate.js'
import { WidthMismatchError } from '../../model/terms/term.js'
import { bitsOf, field, fieldNamed, group, UnknownFieldError, withField } from '../../model/registers/fields.js'
import { describeRegister, fieldValues, groupValue, modeName } from '../../model/registers/describe.js'
import { psr } from '../../model/registers/psr.table.js'
import { pstateAarch64 } from '../../model/registers/pstate-aarch64.table.js'
import { spsrAarch32 } from '../../model/registers/spsr-aarch32.table.js'
import type { FieldName, RegisterTable } from '../../model/registers/table-types.js'

/** A table known by width only, for names computed at run time. */
type Table64 = RegisterTable & { readonly bits: 64 }
type Table32 = RegisterTable & { readonly bits: 32 }
const u64 = fc.bigInt(0n, (1n << 64n) - 1n)
const tables: RegisterTable[] = [pstateAarch64, spsrAarch32, psr]

/** Masks of uapi/asm/ptrace.h and asm/ptrace.h, v5.11. */
const aarch64Bits: Record<string, bigint> = { F: 0x40n, I: 0x80n, A: 0x100n, D: 0x200n, BTYPE: 0xc00n, SSBS: 0x1000n, IL: 0x100000n, SS: 0x200000n, PAN: 0x400000n, UAO: 0x800000n, DIT: 0x1000000n, TCO: 0x2000000n, V: 0x10000000n, C: 0x20000000n, Z: 0x40000000n, N: 0x80000000n, nRW: 0x10n }
const aarch32Bits: Record<string, bigint> = { T: 0x20n, F: 0x40n, I: 0x80n, A: 0x100n, E: 0x200n, GE: 0xf0000n, PAN: 0x400000n, SSBS: 0x800000n, DIT: 0x1000000n, Q: 0x8000000n, V: 0x10000000n, N: 0x80000000n, SS: 0x200000n }

describe('registers: fields', () => {
  it('stand where the kernel headers have them', () => {
    for (const [name, m] of Object.entries(aarch64Bits)) expect(bitsOf<RegisterTable>(pstateAarch64, name), name).to.equal(m)
    for (const [name, m] of Object.entries(aarch32Bits)) expect(bitsOf<RegisterTable>(spsrAarch32, name), name).to.equal(m)
    expect(bitsOf(spsrAarch32, 'IT_7_2', 'IT_1_0')).to.equal(0x0600fc00n)
    expect(bitsOf(psr, 'DIT')).to.equal(0x00200000n)
    expect(bitsOf(psr, 'IT_7_2', 'IT_1_0')).to.equal(0x0600fc00n)
  })
  it('the fields of a table put together are the register', () => {
    fc.assert(fc.property(u64, (v) => {
      for (const t of tables) {
        const value = v & ((1n << BigInt(t.bits)) - 1n)
        const sum = fieldValues(t, value).reduce((s, f) => s | (f.value << BigInt(f.lo)), 0n)
        expect(sum).to.equal(value)
      }
    }))
  })
  it('withField writes what field reads and leaves the rest', () => {
    const reg = bvVar(64, 'r')
    fc.assert(fc.property(u64, u64, fc.constantFrom(...pstateAarch64.fields.map((f) => f.name)), (r, v, name: FieldName<typeof pstateAarch64>) => {
      const f = fieldNamed(pstateAarch64, name)
      const value = v & ((1n << BigInt(f.hi - f.lo + 1)) - 1n)
      const written = withField<Table64, string>(pstateAarch64, name)(reg, bv(f.hi - f.lo + 1, value))
      const got = evaluate(written, () => r) as bigint
      expect(evaluate(field<Table64, string>(pstateAarch64, name)(written), () => r)).to.equal(value)
      const others = ~bitsOf(pstateAarch64, name) & ((1n << 64n) - 1n)
      expect(got & others).to.equal(r & others)
    }))
  })
  it('IT is one value of eight bits', () => {
    const it = group(spsrAarch32, 'IT')(bv(64, 0x0400ac00n))
    expect(it.width).to.equal(8)
    expect(it.value).to.equal(0b10101110n)
    expect(groupValue(spsrAarch32, 'IT', 0x0400ac00n)).to.equal(0b10101110n)
  })
  it('errors have names', () => {
    expect(() => fieldNamed(psr, 'XYZ')).to.throw(UnknownFieldError)
    expect(() => withField<Table32, string>(psr, 'GE')(bv(32, 0), bv<number>(3, 0))).to.throw(WidthMismatchError)
    expect(() => group(spsrAarch32, 'XYZ' as 'IT')).to.throw(UnknownFieldError)
  })
  it('widths are in the types', () => {
    const ge = field(spsrAarch32, 'GE')(bv(64, 0x000a0000n))
    const width: 4 = ge.width as 4
    expect(width).to.equal(4)
    expect(ge.value).to.equal(10n)
  })
  it('describe', () => {
    expect(describeRegister(pstateAarch64, 0x61001000n)).to.equal('ZC DIT SSBS EL0t')
    expect(describeRegister(pstateAarch64, 0x10000000n | 0xc00n | 0x5n)).to.equal('V BTYPE=0x3 EL1h')
    expect(describeRegister(spsrAarch32, 0x08000030n)).to.equal('Q T USR')
    expect(describeRegister(psr, 0x00200010n)).to.equal('DIT USR')
    expect(describeRegister(psr, 0x0400ac18n)).to.equal('IT=0xae M=0b11000 (no mode)')
    expect(describeRegister(pstateAarch64, 0x0c000030n)).to.equal('[27:26]=0x3 [5] USR (a mode of AArch32)')
    expect(describeRegister(psr, 0x01000005n)).to.equal('J EL1h (a mode of AArch64)')
    expect(modeName(0x1fn)).to.equal('SYS')
  })
})
