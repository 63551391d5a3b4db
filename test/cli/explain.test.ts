import { expect } from 'chai'
import { parseItf } from '../../trace/itf.js'
import { replay } from '../../sim/index.js'
import { expectRefused, run } from './run.js'

describe('cli: explain', () => {
  it('sigreturn/always-sigsegv: both sentences, who is right where, a replayed run; at most 100 columns, no colours', async () => {
    const { status, stdout, stderr } = await run(['explain', 'sigreturn/always-sigsegv'])
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
    expect(stdout).to.match(/^ {2}reviewer {2}"it would blat the emulator's state" \(sigreturn\/state-lost\)$/m)
    expect(stdout).to.match(/^ {2}author {4}"it will trigger a SIGSEGV due to valid_user_regs failing"$/m)
    expect(stdout).to.match(/^ {2}any program +vacuous +fails +fails +holds +fails$/m)
    expect(stdout).to.match(/^ {2}v4-series[^\n]*\n {4}Any program: the author is right[^]*`compat sigreturn: refuse unless`/m)
    expect(stdout).to.contain('the clause no-sigreturn that changes it')
    expect(stdout).to.match(/starts right after exec[^]*rt_sigreturn, call 173 of the compat table, from AArch64[^]*replayed on the simulator: yes/)
    for (const line of stdout.split('\n')) expect(line.length, line).to.be.at.most(100)
    expect(stdout).to.not.contain('\u001b')
  }).timeout(600_000)
  it('--json: the trace is one that replay takes', async () => {
    const { status, stdout } = await run(['explain', 'sigreturn/always-sigsegv', '--kernel', 'rfc-v2', '--userspace', 'any', '--json', '-'])
    expect(status).to.equal(0)
    const json = JSON.parse(stdout)
    expect(json).to.include({ format: 'arm64-compat/explain', version: 1, claim: 'sigreturn/always-sigsegv', quantifier: 'forall' })
    expect(json.verdicts).to.deep.equal([{ kernel: 'rfc-v2', userspace: 'any', verdict: 'fails' }])
    expect(replay(parseItf(JSON.stringify(json.run.traces[0])))).to.deep.equal({ ok: true })
  }).timeout(600_000)
  it('a condition of the conjunction', async () => {
    const { status, stdout } = await run(['explain', 'top/treated-as-called', '--kernel', 'v5.11', '--userspace', 'any'])
    expect(status).to.equal(0)
    expect(stdout).to.match(/^ {2}v5\.11\n {4}Any program: the condition is kept/m)
  }).timeout(600_000)
  it('wrong use', async () => {
    await expectRefused(['explain', 'sigreturn/nothing'], 'E_UNKNOWN_CLAIM')
    await expectRefused(['explain', 'sigreturn/always-sigsegv', '--kernel', 'v9'], 'E_UNKNOWN_KERNEL')
    await expectRefused(['explain'], 'E_USAGE')
  }).timeout(600_000)
})
