import { expect } from 'chai'
import { guestKernel } from '../../guest/index.js'
import { obtain } from '../../guest/kernels.js'
import { compileReproducer } from '../../guest/program.js'
import { onConsole } from '../../guest/qemu.js'
import { guestOrSkip } from '../../guest/ready.js'
import { reproducer } from '../../guest/reproducer/index.js'
import type { Trace } from '../../trace/trace.js'
import { ends, kernel, withWrongEnd } from './ends.js'

/** What the program prints as /init of a booted kernel: lines of TAP. */
async function printed(trace: Trace): Promise<string[]> {
  const how = guestKernel(kernel)
  const { image, modules } = await obtain(how, () => undefined)
  const text = await onConsole({ image, cpu: 'cortex-a72', kpti: false, cmdline: how.cmdline, extra: [...modules, { name: 'repro', data: await compileReproducer(reproducer(trace)) }] }, false)
  return text.split(/\r?\n/).filter((l) => /^(ok|not ok|1\.\.|#|Bail)/.test(l))
}

describe('reproducers on the real kernel', () => {
  // not the one right after exec: the scheduler may switch in between, and a program does not try again
  for (const [name, trace, wrong] of ends.filter(([n]) => !n.startsWith('exec'))) {
    it(`${name}: shown, and something else is not`, async function () {
      if (!await guestOrSkip(kernel)) return this.skip()
      const good = await printed(trace)
      expect(good.at(-1)).to.match(/^1\.\.[1-9]/)
      expect(good.filter((l) => !/^(ok|1\.\.)/.test(l))).to.deep.equal([])
      expect((await printed(withWrongEnd(trace, wrong))).filter((l) => l.startsWith('not ok'))).to.have.length.greaterThan(0)
    })
  }
})
