import { expect } from 'chai'
import { allKernels } from '../../model/kernels/index.js'
import type { KernelEntry } from '../../report/kernels.js'
import { expectRefused, run } from './run.js'

describe('cli: kernels', () => {
  it('lists every kernel', async () => {
    const { stdout } = await run(['kernels'])
    expect(stdout.trimEnd().split('\n').map((l) => l.split(' ')[0])).to.deep.equal(allKernels.map((k) => k.name))
  })
  it('--json - has predicates and sites', async () => {
    const { stdout } = await run(['kernels', 'rfc-v2@v5.11', '--json', '-'])
    const { format, kernels: [k, ...more] } = JSON.parse(stdout) as { format: string, kernels: KernelEntry[] }
    expect(format).to.equal('arm64-compat/kernels')
    expect(more).to.deep.equal([])
    expect(k!.trigger).to.equal('(= imm #x0001)')
    expect(k!.predicates.is_aarch32_compat_task).to.equal('TIF_32BIT')
    expect(k!.predicates.is_compat_task).to.match(/^\(or (TIF_32BIT compat_call|compat_call TIF_32BIT)\)$/)
    expect(k!.sites).to.deep.include({ site: 'valid_user_regs', predicate: 'is_aarch32_compat_task', control: 'is_compat_task' })
  })
  it('an unknown kernel', async () => { await expectRefused(['kernels', 'v9.9'], 'E_UNKNOWN_KERNEL') })
  it('no identifier', async () => { await expectRefused(['kernels', 'a b'], 'E_KERNEL_ID') })
})
