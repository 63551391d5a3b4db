import { expect } from 'chai'
import { onModel, onSimulator, told, type Executor } from '../../cli/guest/executors.js'
import { onGuest } from '../../guest/compare.js'
import { goldens, goldenText, parseGolden, probeNamed } from '../../guest/golden.js'
import { guestKernel, stopGuests, warmMachine } from '../../guest/index.js'
import { disagreements } from '../../guest/masks.js'
import type { CpuName } from '../../guest/qemu.js'
import { guestOrSkip } from '../../guest/ready.js'

const recorded = goldens()

describe('transcripts of real kernels', () => {
  it('are there for mainline and every variant', () => {
    expect(recorded.map((g) => g.kernel)).to.include.members(['v6.12', 'rfc-v2@v6.12', 'tango@v6.12', 'v4-series@v6.12'])
    for (const g of recorded) expect(g.probes.reduce((n, p) => n + p.vectors.length, 0), g.file).to.be.greaterThan(1000)
  })
  it('are written as they are read', () => {
    for (const g of recorded) expect(parseGolden(goldenText(g), g.file)).to.deep.equal(g)
  })

  for (const g of recorded) {
    const judges: [string, (id: string) => Executor][] = [['simulator', onSimulator], ['model', onModel]]
    for (const [name, make] of judges) {
      it(`${g.file}: the ${name} says the same`, () => {
        const judge = { name, judge: make(g.kernel) }
        for (const { name: probeName, vectors } of g.probes) {
          const probe = probeNamed(probeName, g.how)
          for (const { input, observed } of vectors) {
            const expected = told(judge, probe, input, g.config, g.how)
            if (disagreements(observed, expected, g.config).length > 0) expect(expected, `${probeName} 0x${input.toString(16)}`).to.deep.equal(observed)
          }
        }
      })
    }
  }

  it('are what a kernel does that is booted now', async function () {
    if (!await guestOrSkip('v6.12')) return this.skip()
    for (const g of recorded.filter((x) => ['v6.12', 'rfc-v2@v6.12'].includes(x.kernel))) {
      if (!await guestOrSkip(g.kernel)) continue
      const kernel = guestKernel(g.kernel)
      const { guest, config } = await warmMachine(kernel, g.identity['cpu'] as CpuName, g.identity['kpti'] === 'on')
      expect(config).to.deep.equal(g.config)
      for (const { name, vectors } of g.probes) {
        const seen = await onGuest(guest, probeNamed(name, g.how), vectors.map((v) => v.input), g.how)
        vectors.forEach(({ input, observed }, i) => {
          if (disagreements(observed, seen[i]!, config).length > 0) expect(seen[i], `${g.file} ${name} 0x${input.toString(16)}`).to.deep.equal(observed)
        })
      }
    }
    await stopGuests()
  })
})
