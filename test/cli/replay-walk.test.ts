/** replay --from --to --step --itf: walking through a run. */
import { PassThrough } from 'node:stream'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import pc from 'picocolors'
import type { ReplayOptions } from '../../cli/options.js'
import { replayTrace } from '../../cli/replay-run.js'
import { walkByKeys } from '../../cli/walk-keys.js'
import { Timeline } from '../../sim/index.js'
import { UsageError } from '../../trace/errors.js'
import { itfText, parseItf } from '../../trace/itf.js'
import { aTrace } from './a-trace.js'
import { expectRefused, inDirectory, run } from './run.js'

const numbers = (text: string): string[] => [...text.matchAll(/^ {2,3}(\d+) {2}A: (\w+).*$/gm)].map((m) => `${m[1]} ${m[2]}`)

describe('cli: replay, a part of a run', () => {
  it('forwards', () => inDirectory(async (dir) => {
    writeFileSync(join(dir, 't.json'), itfText(aTrace()))
    const { stdout, status } = await run(['replay', join(dir, 't.json'), '--from', '2', '--to', '4'])
    expect(status).to.equal(0)
    expect(numbers(stdout)).to.deep.equal(['3 ni', '4 leave'])
    expect(stdout).to.contain('from after event 2 to after event 4\n')
  }))
  it('backwards: what going back over an event puts back', () => inDirectory(async (dir) => {
    writeFileSync(join(dir, 't.json'), itfText(aTrace()))
    const { stdout } = await run(['replay', join(dir, 't.json'), '--from', '9', '--to', '7'])
    expect(numbers(stdout)).to.deep.equal(['9 sigreturn', '8 svc'])
    expect(stdout).to.match(/^ {2}9 {2}A: sigreturn .*\(back\)$/m)
    expect(stdout).to.match(/^ {7}A\.at +handled → entered$/m)
    const json = JSON.parse((await run(['replay', join(dir, 't.json'), '--from', '4', '--to', '2', '--json', '-'])).stdout) as { steps: { event: number, changes: { path: string, from: string, to: string }[] }[] }
    expect(json.steps.map((s) => s.event)).to.deep.equal([3, 2])
    expect(json.steps[1]!.changes[0]).to.deep.equal({ path: 'tasks[0].regs[0]', from: '0xffffffda', to: '0x1234' })
  }))
  it('is written as a trace of its own, which replays', () => inDirectory(async (dir) => {
    writeFileSync(join(dir, 't.json'), itfText(aTrace()))
    expect((await run(['replay', join(dir, 't.json'), '--from', '2', '--to', '6', '--itf', join(dir, 'part.json')])).status).to.equal(0)
    const part = parseItf(readFileSync(join(dir, 'part.json'), 'utf8'))
    expect([part.events.length, part.start, part.claim]).to.deep.equal([4, 'assumed', undefined])
    expect(part.states[0]).to.deep.equal(aTrace().states[2])
    expect((await run(['replay', join(dir, 'part.json')])).status).to.equal(0)
  }))
  it('ends where the simulator says otherwise: status 4; what lies before can be looked at', () => inDirectory(async (dir) => {
    const t = aTrace()
    t.states[5]!.tasks[0]!.regs[1] = 1n
    writeFileSync(join(dir, 't.json'), itfText(t))
    const { stdout, status } = await run(['replay', join(dir, 't.json'), '--from', '3', '--to', '1'])
    expect(status).to.equal(4)
    expect(numbers(stdout)).to.deep.equal(['3 ni', '2 svc'])
    await expectRefused(['replay', join(dir, 't.json'), '--from', '6'], 'E_POSITION')
  }))
  it('wrong positions and options are refused in one line', () => inDirectory(async (dir) => {
    const file = join(dir, 't.json')
    writeFileSync(file, itfText(aTrace()))
    const code = (options: Partial<ReplayOptions>): Promise<unknown> => replayTrace(file, { on: 'sim', ...options }).catch((e: unknown) => e instanceof UsageError ? e.code : e)
    for (const from of ['10', '-1', '1.5', 'x', '']) expect(await code({ from }), from).to.equal('E_POSITION')
    expect([await code({ to: '10' }), await code({ step: true, json: '-' })]).to.deep.equal(['E_POSITION', 'E_OPTION'])
    await expectRefused(['replay', file, '--step'], 'E_NO_TERMINAL')
    await expectRefused(['replay', file, '--on', 'guest', '--from', '1'], 'E_OPTION')
  }))
})

describe('cli: replay --step', () => {
  const walk = async (typed: string): Promise<{ text: string, raw: boolean[] }> => {
    const t = aTrace(), raw: boolean[] = []
    const input = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => raw.push(on) }), output = new PassThrough()
    const walked = walkByKeys(new Timeline(t.kernel, t.config, t.states[0]!, t.events), input, output, pc.createColors(false))
    input.end(typed)
    await walked
    return { text: String(output.read()), raw }
  }
  it('n, p, f, l and q', async () => {
    const { text, raw } = await walk('nnpq')
    expect(numbers(text)).to.deep.equal(['1 user', '2 svc', '2 svc'])
    expect(text).to.match(/^ {2}2 {2}A: svc .*\(back\)$/m)
    expect(text).to.contain('after event 1 of 9: n next')
    expect(raw, 'the terminal is as it was').to.deep.equal([true, false])
    expect(numbers((await walk('lq')).text)).to.have.length(9)
    expect(numbers((await walk('lfq')).text).slice(9)).to.deep.equal(numbers((await walk('lq')).text).reverse())
  })
  it('says where there is nothing more, and what it does not know does nothing', async () => {
    const { text } = await walk('pxnq')
    expect(text).to.contain('this is the start')
    expect(numbers(text)).to.deep.equal(['1 user'])
    expect((await walk('ln')).text).to.contain('this is the end')
  })
})
