/** The main job, by the real command: `check --json -`. */
import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fromItf } from '../../trace/itf.js'
import { kernels } from '../../model/index.js'
import { claims } from '../../proofs/claims/index.js'
import { replay } from '../../sim/index.js'
import { packageRoot } from '../../proofs/root.js'

interface Row { claim: string, kernel: string, userspace: string, quantifier: string, verdict: string, expected: string | null, traces: unknown[], evidence: Record<string, string>, conditions?: { claim: string, verdict: string }[] }

function command(...args: string[]): Promise<{ status: number, out: string, err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(packageRoot, 'dist/cli/main.js'), ...args], { maxBuffer: 1 << 30 }, (e, out, err) => resolve({ status: e === null ? 0 : Number(e.code), out, err }))
  })
}

describe('check', () => {
  let rows: Row[] = []
  let status = -1
  before(async function () {
    this.timeout(600_000)
    const r = await command('check', '--json', '-', '--no-cache')
    status = r.status
    expect(r.err).to.equal('')
    const parsed = JSON.parse(r.out) as { format: string, version: number, results: Row[] }
    expect([parsed.format, parsed.version]).to.deep.equal(['arm64-compat/check', 1])
    rows = parsed.results
  })

  it('decides every claim for every kernel of the matrix and both userspaces as recorded', () => {
    expect(rows).to.have.length(claims.length * kernels.length * 2)
    expect(kernels.length).to.be.greaterThanOrEqual(9)
    expect(status).to.equal(0)
    for (const r of rows) expect([r.claim, r.kernel, r.userspace, r.verdict]).to.deep.equal([r.claim, r.kernel, r.userspace, r.expected])
  })
  it('leaves nothing unknown', () => {
    expect(rows.filter((r) => r.verdict === 'unknown')).to.deep.equal([])
  })
  it('has a trace for every verdict but vacuous, and every trace reproduces on the simulator', () => {
    let replayed = 0
    for (const r of rows) {
      if (r.verdict === 'vacuous') continue
      expect(r.traces, `${r.claim} ${r.kernel}`).to.not.have.length(0)
      for (const t of r.traces) {
        expect(replay(fromItf(t, r.claim)), `${r.claim} ${r.kernel}`).to.deep.equal({ ok: true })
        replayed++
      }
    }
    expect(replayed).to.be.greaterThan(100)
  })
  it('climbs the solver rung wherever no run shows the verdict, and the simulator rung for every counterexample', () => {
    for (const r of rows) {
      expect(r.evidence['solver'], `${r.claim} ${r.kernel}`).to.be.oneOf(['climbed', 'not climbed: the recorded run was decided again by evaluation; --evidence lets the solver confirm it, --search looks for it anew'])
      // only a run can be shown without the solver
      if (r.evidence['solver'] !== 'climbed') expect(r.traces, `${r.claim} ${r.kernel}`).to.not.have.length(0)
      if ((r.quantifier === 'forall') === (r.verdict === 'fails') && r.verdict !== 'vacuous' && (r.verdict === 'fails' || r.quantifier === 'exists') && !(r.quantifier === 'exists' && r.verdict === 'fails')) {
        expect(r.evidence['simulator'], `${r.claim} ${r.kernel}`).to.equal('climbed')
      }
    }
  })
  it('names each condition of the conjunction with its own verdict', () => {
    const top = rows.filter((r) => r.claim === 'top/no-broken-behaviour')
    for (const r of top) expect(r.conditions!.map((c) => c.claim)).to.deep.equal(['top/legal-return', 'top/authorised-changes', 'top/no-disclosure', 'top/treated-as-called', 'top/errors-end'])
    // the control: mainline v5.11 fails by disclosure alone (TPIDRRO_EL0 with KPTI, repaired by 67ab51cbdfee in v6.13)
    expect(top.find((r) => r.kernel === 'v5.11' && r.userspace === 'any')!.conditions!.filter((c) => c.verdict === 'fails').map((c) => c.claim)).to.deep.equal(['top/no-disclosure'])
  })

  const bad: [string[], string][] = [
    [['check', 'sigreturn/nothing'], 'E_UNKNOWN_CLAIM'],
    [['check', '--kernel', 'rfc-v9'], 'E_UNKNOWN_KERNEL'],
    [['check', '--kernel', '/nowhere/kernel.ts'], 'E_NO_FILE'],
    [['check', '--timeout', 'soon'], 'E_OPTION'],
    [['check', '--userspace', 'mine'], 'E_USAGE'],
  ]
  for (const [args, code] of bad) {
    it(`${args.join(' ')}: one line and status 2`, async () => {
      const r = await command(...args)
      expect(r.status).to.equal(2)
      expect(r.err.trim().split('\n')).to.have.length(1)
      expect(r.err).to.contain(code)
      expect(r.out).to.equal('')
    })
  }
})
