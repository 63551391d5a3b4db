import { expect } from 'chai'
import fc from 'fast-check'
import { encoded } from '../../cli/encode-run.js'
import { tables } from '../../cli/register-table.js'
import { fieldValues } from '../../model/registers/describe.js'
import type { Decoded } from '../../report/decode.js'
import { expectRefused, run } from './run.js'

describe('cli: decode, encode', () => {
  it('decode 0x60000010 --as psr', async () => {
    const { stdout, status } = await run(['decode', '0x60000010', '--as', 'psr'])
    expect(status).to.equal(0)
    expect(stdout).to.contain('0x60000010  AArch32 CPSR as user space sees it: ZC USR\n')
    expect(stdout).to.contain('│N │Z │C │V │Q │').and.to.contain('│0 │1 │1 │0 │0 │')
    expect(stdout).to.match(/^ {2}32-bit task +every kernel +accepted as +0x0000000060000010 {2}ZC USR$/m)
    expect(stdout).to.match(/^ {2}64-bit task +every kernel +refused, forced to +0x0000000060000000 {2}ZC EL0t$/m)
    expect(stdout).not.to.contain('\u001b')
  })
  it('--json - writes one object and nothing else', async () => {
    const { stdout, stderr, status } = await run(['decode', '0x01200030', '--as', 'spsr-aarch32', '--json', '-'])
    const d = JSON.parse(stdout) as Decoded
    expect(status).to.equal(0)
    expect(stderr).to.equal('')
    expect(d).to.include({ format: 'arm64-compat/decode', version: 1, value: '0x0000000001200030', as: 'spsr-aarch32', mode: 'USR', description: 'DIT SS T USR' })
    expect(d.views.map((v) => [v.as, v.description])).to.deep.equal([['pstate', 'DIT SS [5] USR (a mode of AArch32)'], ['psr', 'J DIT T USR']])
    expect(d.conversion).to.deep.equal({ by: 'pstate_to_compat_psr', value: '0x00200030', description: 'DIT T USR' })
    expect(d.sanitised.filter((s) => s.kernel === 'v5.11')).to.deep.equal([
      { kernel: 'v5.11', task: 'native', mixed_endian_el0: 'any', accepted: false, pstate: '0x0000000000000000', description: 'EL0t' },
      { kernel: 'v5.11', task: 'compat', mixed_endian_el0: 'any', accepted: true, pstate: '0x0000000001000030', description: 'DIT T USR' },
    ])
    expect(d.fields.find((f) => f.name === 'T')!.value).to.equal('0x1')
  })
  it('encode gives the value that decode takes apart', async () => {
    const { stdout } = await run(['encode', 'Z', 'c', 'M=USR', 'GE=0x3', 'IT=0xa5', '--as', 'spsr-aarch32'])
    expect(stdout.split(' ')[0]).to.equal('0x000000006203a410')
  })
  it('encoding every field of any value gives it back', () => {
    fc.assert(fc.property(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, (1n << 64n) - 1n), fc.constantFrom(...tables), (v, from, table) => {
      const value = BigInt.asUintN(table.bits, v)
      expect(encoded(table, BigInt.asUintN(table.bits, from), fieldValues(table, value).map((f) => `${f.name}=${f.value}`))).to.equal(value)
    }))
  })

  const refused: [string[], string][] = [
    [['decode', '0x10000000000000000'], 'E_VALUE_WIDTH'],
    [['decode', '0x100000000', '--as', 'psr'], 'E_VALUE_WIDTH'],
    [['decode', `0x${'f'.repeat(100_000)}`], 'E_VALUE_WIDTH'],
    [['decode', 'abc'], 'E_VALUE'],
    [['decode', ''], 'E_VALUE'],
    [['decode', '0x'], 'E_VALUE'],
    [['decode', '1.5'], 'E_VALUE'],
    [['decode', '-1'], 'E_VALUE'],
    [['decode', '0x1\n0x2'], 'E_VALUE'],
    [['decode', '1', '--as', 'cpsr'], 'E_UNKNOWN_REGISTER'],
    [['decode', '1', '2'], 'E_USAGE'],
    [['decode'], 'E_USAGE'],
    [['decode', '1', '--nope'], 'E_USAGE'],
    [['decode', '1', '--json', '/nonexistent/x.json'], 'E_NO_FILE'],
    [['decode', '1', '--json', '/'], 'E_IS_DIRECTORY'],
    [['encode'], 'E_USAGE'],
    [['encode', 'Q=1'], 'E_UNKNOWN_FIELD'],
    [['encode', '=1'], 'E_UNKNOWN_FIELD'],
    [['encode', 'GE=16', '--as', 'psr'], 'E_VALUE_WIDTH'],
    [['encode', 'GE=', '--as', 'psr'], 'E_VALUE'],
    [['encode', 'M=EL9'], 'E_VALUE'],
    [['encode', 'M=USR', 'nRW=0'], 'E_FIELD_TWICE'],
    [['encode', 'Z', 'z'], 'E_FIELD_TWICE'],
    [['encode', 'Z', '--from', '0x10000000000000000'], 'E_VALUE_WIDTH'],
  ]
  for (const [args, code] of refused) {
    it(`refuses ${args.map((a) => a.length > 40 ? `${a.slice(0, 20)}…` : JSON.stringify(a)).join(' ')}: ${code}`, async () => { await expectRefused(args, code) })
  }
})
