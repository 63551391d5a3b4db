import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { readInput, writeOutput } from '../../cli/files.js'
import { UsageError } from '../../trace/errors.js'
import { inDirectory } from './run.js'

const code = (f: () => unknown): string => {
  try { f() } catch (e) {
    expect(e).to.be.instanceOf(UsageError)
    expect((e as UsageError).message).not.to.match(/\n/)
    return (e as UsageError).code
  }
  return 'no error'
}

/** A build that ran as root may have put a file in its place. */
const nullDevice = statSync('/dev/null').isCharacterDevice()

describe('cli: files', () => {
  it('what cannot be read has a code', () => inDirectory(async (dir) => {
    const path = (n: string): string => join(dir, n)
    mkdirSync(path('d'))
    writeFileSync(path('empty'), '')
    writeFileSync(path('binary'), Buffer.from([0xff, 0xfe, 0x00]))
    writeFileSync(path('text'), 'déjà')
    const big = openSync(path('big'), 'w')
    ftruncateSync(big, 100 * 1024 * 1024)
    closeSync(big)
    expect(code(() => readInput(path('none')))).to.equal('E_NO_FILE')
    expect(code(() => readInput(path('text/x')))).to.equal('E_NO_FILE')
    expect(code(() => readInput(path('d')))).to.equal('E_IS_DIRECTORY')
    expect(code(() => readInput(path('empty')))).to.equal('E_EMPTY_FILE')
    if (nullDevice) expect(code(() => readInput('/dev/null'))).to.equal('E_EMPTY_FILE')
    expect(code(() => readInput(path('binary')))).to.equal('E_NOT_TEXT')
    expect(code(() => readInput('/dev/zero', 1 << 20))).to.equal('E_FILE_TOO_LARGE')
    expect(code(() => readInput('a\0b'))).to.equal('E_READ')
    const before = process.memoryUsage().arrayBuffers
    expect(code(() => readInput(path('big')))).to.equal('E_FILE_TOO_LARGE')
    expect(process.memoryUsage().arrayBuffers - before, 'read before it was refused').to.be.below(1 << 20)
    expect(readInput(path('text'))).to.equal('déjà')
    expect(code(() => readInput(path('text'), 5))).to.equal('E_FILE_TOO_LARGE')
    expect(readInput(path('text'), 6)).to.equal('déjà')
  }))
  it('files are written whole, nothing is left behind', () => inDirectory(async (dir) => {
    const path = (n: string): string => join(dir, n)
    writeFileSync(path('a'), 'old', { mode: 0o640 })
    symlinkSync(path('a'), path('link'))
    mkdirSync(path('d'))
    writeOutput(path('a'), 'new')
    writeOutput(path('b'), 'b')
    expect(readFileSync(path('a'), 'utf8')).to.equal('new')
    expect(statSync(path('a')).mode & 0o777).to.equal(0o640)
    writeOutput(path('link'), 'through')
    expect(readFileSync(path('a'), 'utf8')).to.equal('through')
    if (nullDevice) {
      writeOutput('/dev/null', 'x')
      expect(statSync('/dev/null').isCharacterDevice(), 'a device is written to, not replaced').to.equal(true)
    }
    expect(code(() => writeOutput(path('d'), 'x'))).to.equal('E_IS_DIRECTORY')
    expect(code(() => writeOutput(path('none/x'), 'x'))).to.equal('E_NO_FILE')
    expect(code(() => writeOutput('/proc/nope', 'x'))).to.match(/^E_(NO_FILE|NO_ACCESS|WRITE)$/)
    expect(readdirSync(dir).sort()).to.deep.equal(['a', 'b', 'd', 'link'])
  }))
})
