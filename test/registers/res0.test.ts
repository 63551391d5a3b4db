import { expect } from 'chai'
import { UsageError } from '../../trace/errors.js'
import { res0Mask } from '../../model/registers/res0.js'

/**
 * Known answers: low 32 bits of SPSR_EL1_AARCH64_RES0_BITS and SPSR_EL1_AARCH32_RES0_BITS, arch/arm64/kernel/ptrace.c.
 * Read in: torvalds/linux at 9a17b876b573 … 53b1a742ed25 (v4.10 to v4.13), commit 1265132127b6 (v4.19), f54dada82746
 * (v5.0; Ubuntu 5.0.0-65, 5.4.0-26), v5.11, Debian 5.10.223, 6.1.192, 6.12.117, 7.3.4. v5.8 is deduced from BTI, 8ef8f360cf30.
 */
const known: [string, bigint, bigint][] = [
  ['v4.10', 0x0fdffc20n, 0x01d00000n],
  ['v4.13', 0x0fdffc20n, 0x01d00000n],
  ['v4.18', 0x0fdffc20n, 0x01d00000n],
  ['v4.19', 0x0edffc20n, 0x00d00000n],
  ['v4.20', 0x0edffc20n, 0x00d00000n],
  ['v5.0', 0x0edfec20n, 0x00500000n],
  ['v5.4', 0x0edfec20n, 0x00500000n],
  ['v5.8', 0x0edfe020n, 0x00500000n],
  ['v5.10', 0x0cdfe020n, 0x00500000n],
  ['v5.11', 0x0cdfe020n, 0x00500000n],
  ['v6.1', 0x0cdfe020n, 0x00500000n],
  ['v6.12', 0x0cdfe020n, 0x00500000n],
  ['v7.3', 0x0cdfe020n, 0x00500000n],
]

describe('registers: RES0 masks', () => {
  for (const [version, aarch64, aarch32] of known) {
    it(version, () => {
      expect(res0Mask('aarch64', version)).to.equal(0xffffffff00000000n | aarch64)
      expect(res0Mask('aarch32', version)).to.equal(0xffffffff00000000n | aarch32)
    })
  }
  it('v4.4 has none', () => {
    expect(res0Mask('aarch64', 'v4.4')).to.equal(0n)
    expect(res0Mask('aarch32', 'v4.4')).to.equal(0n)
  })
  for (const version of ['v4.5', 'v4.9', '5.11', 'v5', 'v5.11-rc1', '']) {
    it(`'${version}' is refused`, () => expect(() => res0Mask('aarch64', version)).to.throw(UsageError).with.property('code', 'E_VERSION'))
  }
})
