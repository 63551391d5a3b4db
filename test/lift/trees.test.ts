import { expect } from 'chai'
import { directory, Lifter, modelledFunctions, Tree } from '../../lift/index.js'
import { treeOrSkip } from './kernel-tree.js'

/** What a tree of that version does not have, or what lift/ says it does not do. */
const notLifted: Record<string, RegExp> = {
  erratum_1418040_thread_switch: /no such function/, tracehook_report_syscall: /no such function/, report_syscall: /no such function/, compat_gpr_set: /two unknown numbers/,
  restore_sigframe: /./, handle_signal: /./, do_signal: /./,
}

describe('lift: kernel trees', function () {
  this.timeout(600_000)
  for (const version of ['6.1', '6.12'] as const) {
    it(`lifts the modelled functions of ${version}`, async function () {
      const lifter = await Lifter.on(new Tree(directory(treeOrSkip(version, this))))
      const started = performance.now()
      const all = modelledFunctions.map((n) => lifter.lift(n))
      const ms = performance.now() - started
      for (const f of all) if (f.kind === 'not lifted') expect(f.reason, `${f.name} at ${f.place.file}:${f.place.line}: ${f.text}`).to.match(notLifted[f.name] ?? /^$/)
      expect(all.filter((f) => f.kind === 'lifted').length).to.be.greaterThan(45)
      expect(ms, 'milliseconds').to.be.lessThan(12_000) // under 3 s alone on two cores; CI machines are busy
    })
  }
})
