import { expect } from 'chai'
import { claims } from '../../proofs/claims/index.js'
import { entries } from '../../proofs/entries/index.js'
import type { ClaimEntry } from '../../report/claims.js'
import { expectRefused, run } from './run.js'

describe('cli: claims', () => {
  it('lists every claim, then what is no property of this state', async () => {
    const { stdout } = await run(['claims'])
    const [listed, rest] = stdout.trimEnd().split('\n\n') as [string, string]
    expect(listed.split('\n').map((l) => l.split(' ')[0])).to.deep.equal(claims.map((c) => c.id))
    expect(rest.split('\n').slice(1).map((l) => l.trim().split(' ')[0])).to.deep.equal(entries.map((e) => e.id))
  })
  it('says why an entry is no property', async () => {
    const { stdout } = await run(['claims', 'policy/out-of-tree-drivers'])
    expect(stdout).to.match(/^policy\/out-of-tree-drivers {2}no property of this state\n/).and.to.match(/^ {2}why +A rule for reasons/m)
  })
  it('says what one claims', async () => {
    const { stdout } = await run(['claims', 'sigreturn/always-sigsegv'])
    expect(stdout).to.match(/^sigreturn\/always-sigsegv {2}for all runs\n {2}"it will trigger a SIGSEGV due to valid_user_regs failing" \(author\)\n/)
    expect(stdout).to.match(/^ {2}situation +\S/m).and.to.match(/^ {2}property +\S/m)
  })
  it('--json - has all of them', async () => {
    const { format, claims: all } = JSON.parse((await run(['claims', '--json', '-'])).stdout) as { format: string, claims: ClaimEntry[] }
    expect(format).to.equal('arm64-compat/claims')
    expect(all.map((c) => c.id)).to.deep.equal(claims.map((c) => c.id))
    for (const c of all) expect(c.shapes.length + c.conditions.length, c.id).to.be.greaterThan(0)
  })
  it('an unknown claim', async () => { await expectRefused(['claims', 'no/such-claim-at-all'], 'E_UNKNOWN_CLAIM') })
  it('a misspelt claim: the near ones are named', async () => {
    const { stderr } = await expectRefused(['claims', 'sigreturn/allways-sigsegv'], 'E_UNKNOWN_CLAIM')
    expect(stderr).to.contain('near are sigreturn/always-sigsegv')
  })
})
