/** A kernel and a claim of the user's, as TypeScript files outside the repository. */
import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../proofs/root.js'

const KERNEL = `
import type { Kernel } from 'arm64-compat/model/index.js'
import { rfcV2 } from 'arm64-compat/model/kernels/rfc-v2.js'
export const kernel: Kernel = { ...rfcV2, id: 'mine@v5.11', name: 'rfc-v2', sites: { ...rfcV2.sites, 'compat sigreturn: refuse unless': 'is_aarch32_compat_task' } }
`
const CLAIM = `
import type { Claim } from 'arm64-compat/proofs/claim.js'
import { inFakeCall, at, task } from 'arm64-compat/proofs/observe.js'
export const claim: Claim = {
  id: 'mine/fake-calls-are-entered', quantifier: 'exists', whose: 'project', sentence: 'a fake call is entered', source: 'here', emulator: 'A',
  inWords: { situation: 'a 64-bit task executes SVC', property: 'it is in a fake call' },
  shapes: [{ name: 'svc', tasks: [{ bits: 64 }], script: [{ kind: 'svc', task: 'A' }], situation: ({ first }) => at(task(first.states[1]!, 'A'), 'entered'), property: ({ first }) => inFakeCall(task(first.states[1]!, 'A')) }],
}
`

describe('files of the user', () => {
  let dir = ''
  before(() => { dir = mkdtempSync(join(tmpdir(), 'arm64-compat-user-')) })
  after(() => { rmSync(dir, { recursive: true }) })
  const run = (...args: string[]): Promise<{ status: number, out: string, err: string }> => new Promise((resolve) => {
    execFile(process.execPath, [join(packageRoot, 'dist/cli/main.js'), ...args], { cwd: dir, maxBuffer: 1 << 28 }, (e, out, err) => resolve({ status: e === null ? 0 : Number(e.code), out, err }))
  })
  const rows = (out: string): { kernel: string, verdict: string }[] => (JSON.parse(out) as { results: { kernel: string, verdict: string }[] }).results

  it('a kernel is decided like the others', async () => {
    // it bears rfc-v2's name, so rfc-v2's recorded invariants are assumed and rfc-v2's recorded verdict is expected: the difference is status 1
    writeFileSync(join(dir, 'kernel.ts'), KERNEL)
    const r = await run('check', 'sigreturn/always-sigsegv', '--kernel', './kernel.ts', '--userspace', 'any', '--json', '-')
    expect(rows(r.out).map((x) => x.verdict)).to.deep.equal(['holds'])
    expect(r.status).to.equal(4)
    expect(r.err).to.contain('E_NOT_REPRODUCED')
  })
  it('a claim is decided like the others', async () => {
    writeFileSync(join(dir, 'claim.ts'), CLAIM)
    const r = await run('check', './claim.ts', '--kernel', 'v5.11', 'rfc-v2', '--userspace', 'any', '--json', '-')
    expect(rows(r.out).map((x) => [x.kernel, x.verdict])).to.deep.equal([['v5.11', 'fails'], ['rfc-v2', 'holds']])
    expect(r.status).to.equal(0)
  })
  for (const [name, text] of [['empty.ts', ''], ['broken.ts', 'export const kernel = {'], ['other.ts', 'export const kernel = { name: 1 }'], ['throws.ts', 'throw new Error("no")']] as const) {
    it(`${name}: one line and status 2`, async () => {
      writeFileSync(join(dir, name), text)
      const r = await run('check', 'sigreturn/always-sigsegv', '--kernel', `./${name}`)
      expect(r.status).to.equal(2)
      expect(r.err.trim().split('\n')).to.have.length(1)
      expect(r.err).to.contain('E_USER_FILE')
    })
  }
})
