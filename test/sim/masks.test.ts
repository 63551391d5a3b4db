/** The RES0 masks (arch/arm64/kernel/ptrace.c), derived here from the bit ranges of each version's GENMASK_ULL terms. */
import { expect } from 'chai'
import { kernelOf } from '../../sim/index.js'

const ranges = (...pairs: [number, number][]): number => pairs.reduce((m, [hi, lo]) => {
  for (let i = lo; i <= hi; i++) m |= 1 << i
  return m
}, 0) >>> 0

describe('RES0 masks, low words', () => {
  const aarch64 = { 'v5.11': ranges([27, 26], [23, 22], [20, 13], [5, 5]), 'tango-v5.4': ranges([27, 25], [23, 22], [20, 13], [11, 10], [5, 5]) }
  for (const [kernel, mask] of Object.entries(aarch64)) {
    it(kernel, () => {
      expect(kernelOf(kernel).aarch64Res0).to.equal(mask)
      expect(kernelOf(kernel).aarch32Res0).to.equal(ranges([22, 22], [20, 20]))
    })
  }
  it('the variants of v5.11 keep them', () => {
    for (const k of ['rfc-v2', 'rfc-v2-unguarded', 'v4-series']) {
      expect(kernelOf(k).aarch64Res0).to.equal(0x0cdfe020)
      expect(kernelOf(k).aarch32Res0).to.equal(0x00500000)
    }
  })
})
