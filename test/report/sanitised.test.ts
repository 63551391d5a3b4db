import { expect } from 'chai'
import fc from 'fast-check'
import { kernels } from '../../model/kernels/index.js'
import { res0Mask } from '../../model/registers/res0.js'
import { asPsr, asPstate, sanitised, type Sanitised } from '../../report/sanitised.js'

const u64 = fc.oneof(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, (1n << 32n) - 1n), fc.bigInt(0n, (1n << 32n) - 1n).map((v) => v & 0xfffffc30n))
const find = (rows: Sanitised[], kernel: string, task: string, mixed: boolean): Sanitised =>
  rows.find((r) => r.kernel === kernel && r.task === task && (r.mixed_endian_el0 === 'any' || r.mixed_endian_el0 === mixed))!

/** valid_native_regs and valid_compat_regs with numbers (arch/arm64/kernel/ptrace.c, v5.11), TIF_SINGLESTEP clear. */
function expected(compat: boolean, mixed: boolean, given: bigint): [boolean, bigint] {
  let v = given & ~0x200000n
  if (!compat) {
    v &= ~0xffffffff0cdfe020n & 0xffffffffffffffffn
    return (v & 0x3dfn) === 0n ? [true, v] : [false, v & 0xf0000000n]
  }
  v &= ~0xffffffff00500000n & 0xffffffffffffffffn
  if (!mixed) v &= ~0x200n
  return (v & 0x1dfn) === 0x10n ? [true, v] : [false, (v & 0xfe0ffe20n) | 0x10n]
}

describe('report: sanitisers', () => {
  it('v5.11 on any value, both widths, both endiannesses', () => {
    fc.assert(fc.property(u64, (v) => {
      const rows = sanitised(kernels, v)
      for (const [task, compat] of [['native', false], ['compat', true]] as const) {
        for (const mixed of [false, true]) {
          const r = find(rows, 'v5.11', task, mixed)
          expect([r.accepted, BigInt(r.pstate)], `${task} ${mixed} 0x${v.toString(16)}`).to.deep.equal(expected(compat, mixed, v))
        }
      }
    }), { numRuns: 300 })
  })
  it('mainline has no 64-bit task in a 32-bit call; only the unguarded kernel treats it as a 32-bit task', () => {
    fc.assert(fc.property(u64, (v) => {
      const rows = sanitised(kernels, v)
      expect(rows.some((r) => r.kernel === 'v5.11' && r.task === 'fake')).to.equal(false)
      for (const name of ['rfc-v2', 'tango-v5.4', 'v4-series']) expect(find(rows, name, 'fake', false).pstate).to.equal(find(rows, name, 'native', false).pstate)
      expect(find(rows, 'rfc-v2-unguarded', 'fake', true).pstate).to.equal(find(rows, 'rfc-v2-unguarded', 'compat', true).pstate)
    }), { numRuns: 50 })
  })
  it('the masks of the kernels are those of their base version', () => {
    for (const k of kernels) {
      const version = /v\d+\.\d+$/.exec(k.id)![0]
      expect(k.aarch64Res0, k.name).to.equal(res0Mask('aarch64', version))
      expect(k.aarch32Res0, k.name).to.equal(res0Mask('aarch32', version))
    }
  })
  // compat_psr_to_pstate, pstate_to_compat_psr (asm/ptrace.h): DIT is bit 21 of the CPSR, bit 24 of the SPSR; the other of the two bits is kept
  for (const [psr, pstate] of [[0x00200010n, 0x01000010n], [0x01000010n, 0x01000010n], [0x01200010n, 0x01000010n], [0x60000030n, 0x60000030n]] as const) {
    it(`CPSR 0x${psr.toString(16)} is pstate 0x${pstate.toString(16)}`, () => expect(asPstate(psr)).to.equal(pstate))
  }
  for (const [pstate, psr] of [[0x01000010n, 0x00200010n], [0x00200010n, 0x00200010n], [0x1_00000010n, 0x10n]] as const) {
    it(`pstate 0x${pstate.toString(16)} is CPSR 0x${psr.toString(16)}`, () => expect(asPsr(pstate)).to.equal(psr))
  }
})
