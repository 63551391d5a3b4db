import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import pc from 'picocolors'
import { replayText } from '../../report/replay.js'
import { replay } from '../../sim/index.js'
import { itfText, parseItf } from '../../trace/itf.js'
import type { Trace } from '../../trace/trace.js'
import { trace as anyTrace } from '../trace/arbitrary-trace.js'
import { aTrace } from './a-trace.js'
import { expectRefused, inDirectory, run } from './run.js'

const plain = pc.createColors(false)
const text = (t: Trace): string => replayText('f', t, replay(t), plain)

describe('cli: replay', () => {
  it('a trace that reproduces', () => inDirectory(async (dir) => {
    writeFileSync(join(dir, 't.json'), itfText(aTrace()))
    const { stdout, stderr, status } = await run(['replay', join(dir, 't.json')])
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
    expect(stdout).to.contain('config     kpti, dit\n')
    expect(stdout).to.match(/^ {2}3 {2}A: ni\n {7}A\.x0 +0x1234 → 0xffffffda \(-ENOSYS\)\n {7}A\.at +entered → handled\n/m)
    expect(stdout).to.match(/^ {7}A\.pstate +0x61000000 → 0x0 {2}Z 1→0, C 1→0, DIT 1→0$/m)
    expect(stdout).to.match(/reproduced: 9 events, the whole state equal after each\n$/)
  }))
  it('one that does not: status 4, the place named', () => inDirectory(async (dir) => {
    const t = aTrace()
    t.states[9]!.tasks[0]!.pstate = 0x10n
    writeFileSync(join(dir, 't.json'), itfText(t))
    const { stdout, stderr, status } = await run(['replay', join(dir, 't.json')])
    expect(status).to.equal(4)
    expect(stderr).to.match(/^arm64-compat: [^\n]*does not reproduce event 9 \(E_NOT_REPRODUCED\)\n$/)
    expect(stdout).to.contain('         A.pstate  trace 0x10  replay 0x0\n')
    const json = await run(['replay', join(dir, 't.json'), '--json', '-'])
    expect(json.status).to.equal(4)
    expect(JSON.parse(json.stdout)).to.deep.equal({ format: 'arm64-compat/replay', version: 1, kernel: 'rfc-v2', events: 9, reproduced: false, event: 8, differences: [{ path: 'tasks[0].pstate', trace: '0x10', replay: '0x0' }] })
  }))
  it('an event that is not possible there', () => {
    const t = aTrace()
    t.events[1] = { kind: 'eret', task: 'A' }
    expect(text(t)).to.match(/ {2}2 {2}A: eret\n[^]*the replay says: .*\n\nnot reproduced: event 2 of 9\n$/)
  })
  it('long lists are told in one line, or in full', () => {
    const t = aTrace()
    const last = structuredClone(t.states[0]!)
    for (let i = 0; i < 20; i++) last.tasks[0]!.frame.words[10 + i] = 1n
    const folding: Trace = { ...t, states: [t.states[0]!, last], events: [{ kind: 'user', task: 'A', set: {} }] }
    expect(replayText('f', folding, { ok: true }, plain)).to.match(/^ {7}A\.frame\.words\[10\.\.29\] {2}20 of them changed$/m)
    expect(replayText('f', folding, { ok: true }, plain, true)).to.match(/^ {7}A\.frame\.words\[29\] {2}0x0 → 0x1$/m)
  })
  it('what a file says cannot steer the terminal', () => {
    const t = { ...aTrace(), claim: 'a\u001b[2Jb\nc', irrelevant: ['\u0007'] }
    expect(text(t)).to.contain('claim      a?[2Jb c, userspace any\nany value  ?\n')
  })
  it('no well-formed file makes it fall over', () => {
    fc.assert(fc.property(anyTrace, (t) => {
      const read = parseItf(itfText({ ...t, kernel: 'rfc-v2' }))
      expect(text(read)).to.match(/reproduced: /)
    }), { numRuns: 40 })
  })

  it('wrong files are refused in one line', () => inDirectory(async (dir) => {
    const path = (n: string): string => join(dir, n)
    mkdirSync(path('d'))
    writeFileSync(path('empty'), '')
    writeFileSync(path('text'), 'hello')
    writeFileSync(path('truncated'), itfText(aTrace()).slice(0, 5000))
    writeFileSync(path('list'), '[]')
    writeFileSync(path('wide'), itfText(aTrace()).replace('{"#bigint":"4194304"}', '{"#bigint":"18446744073709551616"}'))
    writeFileSync(path('other'), itfText({ ...aTrace(), kernel: 'v9.9' }))
    const fd = openSync(path('big'), 'w')
    ftruncateSync(fd, 100 * 1024 * 1024)
    closeSync(fd)
    await expectRefused(['replay', path('none')], 'E_NO_FILE')
    await expectRefused(['replay', path('d')], 'E_IS_DIRECTORY')
    await expectRefused(['replay', path('empty')], 'E_EMPTY_FILE')
    await expectRefused(['replay', path('text')], 'E_TRACE_JSON')
    await expectRefused(['replay', path('truncated')], 'E_TRACE_JSON')
    await expectRefused(['replay', path('list')], 'E_TRACE')
    await expectRefused(['replay', path('wide')], 'E_TRACE')
    await expectRefused(['replay', path('other')], 'E_NO_SIMULATOR')
    await expectRefused(['replay', path('text'), '--on', 'moon'], 'E_USAGE')
    const big = await expectRefused(['replay', path('big')], 'E_FILE_TOO_LARGE')
    expect(big.milliseconds).to.be.below(5000)
  }))
})
