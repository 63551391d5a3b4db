import { expect } from 'chai'
import { readFileSync, readdirSync } from 'node:fs'
import { Lifter, modelledFunctions, Tree, directory } from '../../lift/index.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { kernelFor } from '../../cli/verify/kernels.js'
import { liftFor, questionHash, bindings, Source, verify } from '../../cli/verify/verify.js'
import { provenQuestions, readRecord, recorded } from '../../cli/verify/records.js'
import { notCompared } from '../../cli/verify/not-compared.js'
import { treeOrSkip } from './kernel-tree.js'

const oneLine = new Set(['is_compat_task', 'is_compat_thread', 'in_compat_syscall', 'is_aarch32_compat_task'])
const named = ['compat_psr_to_pstate', 'pstate_to_compat_psr', 'valid_compat_regs', 'valid_native_regs', 'valid_user_regs', 'tls_thread_flush', 'tls_preserve_current_state', 'tls_thread_switch', 'compat_restore_sigframe', 'compat_gpr_set', 'invoke_syscall', 'el0_svc_common']

describe('lift: what was verified', function () {
  this.timeout(600_000)
  it('at least 25 functions of each version are recorded as proven equal, the named ones among them', () => {
    expect(recorded().map((r) => r.kernel)).to.include.members(['v6.1', 'v6.12', 'v7.3'])
    for (const r of recorded()) {
      const equal = r.functions.filter((f) => f.outcome === 'equal' && !oneLine.has(f.name)).map((f) => f.name)
      expect(equal.length, r.kernel).to.be.greaterThan(24)
      expect(equal, r.kernel).to.include.members(named)
    }
  })
  it('every function that is looked at is compared, or has its reason', () => {
    const compared = new Set(bindings.map((b) => b.name))
    expect(modelledFunctions.filter((n) => !compared.has(n) && notCompared[n] === undefined)).to.deep.equal([])
    expect(Object.keys(notCompared).filter((n) => compared.has(n))).to.deep.equal([])
  })
  it('records are hashes and names, no source', () => {
    const dir = new URL('../../../docs/verified/', import.meta.url)
    for (const f of readdirSync(dir)) expect(readFileSync(new URL(f, dir), 'utf8')).to.not.match(/->|\{\s*return/)
  })
  for (const version of ['6.1', '6.12'] as const) {
    it(`the model on linux-source-${version}: equal where it is recorded so, and asked again for what is new`, async function () {
      const lifter = await Lifter.on(new Tree(directory(treeOrSkip(version, this))))
      const pool = new SolverPool({ jobs: 2 })
      try {
        const results = await verify(new Source(lifter), kernelFor(`v${version}`), pool, undefined, provenQuestions([readRecord(`v${version}`)!]))
        const bad = results.filter((r) => r.outcome.kind === 'differs' || r.outcome.kind === 'unknown')
        expect(bad.map((r) => `${r.name}: ${JSON.stringify(r.outcome, (_k, v: unknown) => typeof v === 'bigint' ? v.toString(16) : v)}`)).to.deep.equal([])
        expect(results.filter((r) => r.outcome.kind === 'equal').length).to.be.greaterThan(37)
      } finally { await pool.close() }
    })
    it(`proofs on linux-source-${version} are found again without the records`, async function () {
      const lifter = await Lifter.on(new Tree(directory(treeOrSkip(version, this))))
      const pool = new SolverPool({ jobs: 2 })
      try {
        const results = await verify(new Source(lifter), kernelFor(`v${version}`), pool, new Set(['valid_user_regs', 'compat_restore_vfp_context', 'compat_arm_syscall', 'tls_thread_switch']))
        expect(results.map((r) => r.outcome.kind)).to.deep.equal(['equal', 'equal', 'equal', 'equal'])
      } finally { await pool.close() }
    })
  }
  it('the model of another version differs, with the smallest input', async function () {
    const lifter = await Lifter.on(new Tree(directory(treeOrSkip('6.12', this))))
    const pool = new SolverPool({ jobs: 2 })
    try {
      const [r] = await verify(new Source(lifter), kernelFor('v5.11'), pool, new Set(['tls_thread_switch']))
      if (r!.outcome.kind !== 'differs') throw new Error(r!.outcome.kind)
      // v5.11 leaves TPIDRRO_EL0 to the KPTI trampoline where the next task is native
      expect([...r!.outcome.inputs].sort((a, b) => b.name < a.name ? -1 : 1)).to.deep.equal([{ name: 'cpu.TPIDRRO_EL0', value: 1n }, { name: 'config.kpti', value: true }])
      expect(r!.outcome.outputs).to.deep.equal([{ output: 'cpu.tpidrro_el0', source: 0n, model: 1n }])
    } finally { await pool.close() }
  })
  it('the question, both sides, is the same text every time', async function () {
    const tree = new Tree(directory(treeOrSkip('6.12', this)))
    const hashes = await Promise.all([0, 1].map(async () => {
      const lifter = await Lifter.on(tree)
      const b = bindings.find((x) => x.name === 'compat_gpr_set')!
      return questionHash(liftFor(new Source(lifter), kernelFor('v6.12'), b).question!)
    }))
    expect(hashes[0]).to.equal(hashes[1])
  })
})
