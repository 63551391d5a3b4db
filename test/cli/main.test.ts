import { spawn } from 'node:child_process'
import { expect } from 'chai'
import { ContradictionError, UsageError } from '../../trace/errors.js'
import { commands } from '../../cli/commands.js'
import { exitStatus, oneLine } from '../../cli/errors.js'
import { colours } from '../../cli/output.js'
import { expectRefused, main, run } from './run.js'

describe('cli: the program', () => {
  it('--help lists every command', async () => {
    const { stdout, status } = await run(['--help'])
    expect(status).to.equal(0)
    for (const { name } of commands) expect(stdout).to.match(new RegExp(`^  ${name} `, 'm'))
  })
  for (const { name } of commands) {
    it(`${name} --help`, async () => {
      const { stdout, status } = await run([name, '--help'])
      expect(status).to.equal(0)
      expect(stdout).to.match(new RegExp(`^Usage: arm64-compat ${name} `))
    })
  }
  it('--version', async () => expect((await run(['--version'])).stdout).to.match(/^\d+\.\d+\.\d+\n$/))
  it('no command', async () => { await expectRefused([], 'E_NO_COMMAND') })
  it('an unknown command', async () => { await expectRefused(['decoed', '1'], 'E_UNKNOWN_COMMAND') })
  it('an unknown option', async () => { await expectRefused(['--frobnicate'], 'E_USAGE') })
  it('an option without its value', async () => { await expectRefused(['decode', '1', '--as'], 'E_USAGE') })

  it('a reader that goes away is no error', async () => {
    const child = spawn(process.execPath, [main, 'decode', '1'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (d: Buffer) => { stderr += d.toString() })
    const status = await new Promise((done) => child.on('close', done))
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
  })

  it('errors are one line each', () => {
    expect(oneLine(new UsageError('E_X', 'a\n b'))).to.equal('a b (E_X)')
    expect(oneLine(new ContradictionError('E_Y', 'a\nb'))).to.equal('a b (E_Y)')
    expect(oneLine(new TypeError('x is\nnot'))).to.equal('unexpected error: TypeError: x is not; ARM64_COMPAT_DEBUG=1 shows where (E_INTERNAL)')
    expect(oneLine(new UsageError('E_X', 'a\u001b[31mb'))).to.equal('a?[31mb (E_X)')
    expect([new UsageError('E', ''), new ContradictionError('E', ''), new Error('x')].map(exitStatus)).to.deep.equal([2, 4, 2])
  })
  it('colours on a terminal only, NO_COLOR honoured', () => {
    const before = process.env['NO_COLOR']
    const term = process.env['TERM']
    try {
      process.env['TERM'] = 'xterm'
      delete process.env['NO_COLOR']
      expect(colours({ isTTY: true }).bold('x')).to.equal('\u001b[1mx\u001b[22m')
      expect(colours({}).bold('x')).to.equal('x')
      process.env['NO_COLOR'] = '1'
      expect(colours({ isTTY: true }).bold('x')).to.equal('x')
    } finally {
      if (before === undefined) delete process.env['NO_COLOR']
      else process.env['NO_COLOR'] = before
      if (term === undefined) delete process.env['TERM']
      else process.env['TERM'] = term
    }
  })
})
