import { expect } from 'chai'
import fc from 'fast-check'
import { UsageError } from '../../trace/errors.js'
import { fromItf, itfText, parseItf, toItf } from '../../trace/itf.js'
import { defaultConfig, initialState, laterFields } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { trace } from './arbitrary-trace.js'

const small: Trace = { kernel: 'rfc-v2', config: defaultConfig, start: 'exec', states: [initialState([64]), initialState([64])], events: [{ kind: 'svc', task: 'A', imm: 0n, upper: 0n, mte_async_fault: false }] }
type Json = Record<string, never> & never[]
/** The ITF form of `small`, changed at one place. */
function broken(change: (itf: Json) => void): unknown {
  const itf = JSON.parse(itfText(small)) as Json
  change(itf)
  return itf
}
const set = (o: unknown, path: (string | number)[], value: unknown): void => {
  let at = o as Record<string | number, unknown>
  for (const p of path.slice(0, -1)) at = at[p] as typeof at
  const last = path.at(-1)!
  if (value === undefined) delete at[last]
  else at[last] = value
}

describe('trace: ITF', () => {
  it('what is written is read back', () => {
    fc.assert(fc.property(trace, (t) => {
      expect(parseItf(itfText(t))).to.deep.equal(t)
    }), { numRuns: 60 })
  })
  it('has the form of ITF', () => {
    const itf = toItf(small) as { vars: string[], states: Record<string, { hex?: Record<string, string> }>[] }
    expect(itf.vars).to.deep.equal(['event', 'cpus', 'tasks'])
    expect(Object.keys(itf.states[0]!)).to.deep.equal(['#meta', 'event', 'cpus', 'tasks'])
    expect(itf.states[0]!['event']).to.deep.equal({ kind: 'init' })
    expect(itf.states[1]!['event']).to.deep.equal({ kind: 'svc', task: 'A', imm: { '#bigint': '0' }, upper: { '#bigint': '0' }, mte_async_fault: false })
    expect(itf.states[0]!['#meta']!.hex!['tasks[0].pc']).to.equal('0x400000')
  })
  it('reads a trace from before the fields of system call stops, seccomp and core dumps: they are zero', () => {
    const itf = JSON.parse(itfText(small)) as { states: { tasks: Record<string, unknown>[] }[] }
    for (const s of itf.states) for (const t of s.tasks) for (const f of laterFields) delete t[f]
    expect(fromItf(itf)).to.deep.equal(small)
  })
  it('a `resume` may say how', () => {
    const state = initialState([64])
    for (const e of [{ kind: 'resume', task: 'A' }, { kind: 'resume', task: 'A', with: 'syscall' }] as const) {
      expect(parseItf(itfText({ ...small, states: [state, state], events: [e] })).events).to.deep.equal([e])
    }
  })
  it('leaves zero words out, and reads lists in full, too', () => {
    const t: Trace = { ...small, states: [initialState([64])], events: [] }
    t.states[0]!.tasks[0]!.frame.words[3] = 7n
    const itf = JSON.parse(itfText(t)) as Json
    const frame = (itf as unknown as { states: { tasks: { frame: { words: unknown } }[] }[] }).states[0]!.tasks[0]!.frame
    expect(frame.words).to.deep.equal({ '#map': [[{ '#bigint': '3' }, { '#bigint': '7' }]] })
    frame.words = t.states[0]!.tasks[0]!.frame.words.map(Number)
    expect(fromItf(itf)).to.deep.equal(t)
  })
  it('a trace of ten states takes less than 100 kB', () => {
    const t: Trace = { ...small, states: Array.from({ length: 10 }, () => initialState([64, 32])), events: Array.from({ length: 9 }, () => small.events[0]!) }
    expect(itfText(t).length).to.be.below(100_000)
  })

  const bad: [string, unknown, RegExp][] = [
    ['null', null, /expected object/],
    ['a list', [], /expected object/],
    ['no states', broken((i) => set(i, ['states'], [])), /^f: states: /],
    ['no head', broken((i) => set(i, ['#meta', 'arm64-compat'], undefined)), /^f: #meta\.arm64-compat: /],
    ['another version', broken((i) => set(i, ['#meta', 'arm64-compat', 'version'], 2)), /version: .*expected 1/],
    ['no kernel', broken((i) => set(i, ['#meta', 'arm64-compat', 'kernel'], undefined)), /#meta\.arm64-compat\.kernel: /],
    ['an unknown key', broken((i) => set(i, ['extra'], 1)), /extra/],
    ['another variable', broken((i) => set(i, ['vars'], ['event', 'cpus', 'x'])), /vars: expected/],
    ['a 65-bit register', broken((i) => set(i, ['states', 1, 'tasks', 0, 'regs', 3], { '#bigint': '18446744073709551616' })), /^f: states\[1\]\.tasks\[0\]\.regs\[3\]: Too big/],
    ['a negative register', broken((i) => set(i, ['states', 1, 'tasks', 0, 'regs', 3], { '#bigint': '-1' })), /^f: states\[1\]\.tasks\[0\]\.regs\[3\]/],
    ['a number with digits without end', broken((i) => set(i, ['states', 1, 'tasks', 0, 'pc'], { '#bigint': '9'.repeat(100_000) })), /^f: states\[1\]\.tasks\[0\]\.pc/],
    ['a register too few', broken((i) => set(i, ['states', 0, 'tasks', 0, 'regs'], [])), /regs: .*31/],
    ['a word outside', broken((i) => set(i, ['states', 0, 'tasks', 0, 'frame', 'words'], { '#map': [[{ '#bigint': '288' }, 1]] })), /words\.#map\[0\]\[0\]: Too big/],
    ['a word twice', broken((i) => set(i, ['states', 0, 'tasks', 0, 'frame', 'words'], { '#map': [[1, 1], [1, 2]] })), /words: index 1 twice/],
    ['a fraction', broken((i) => set(i, ['states', 0, 'tasks', 0, 'pc'], 0.5)), /states\[0\]\.tasks\[0\]\.pc/],
    ['an unknown event', broken((i) => set(i, ['states', 1, 'event'], { kind: 'reboot' })), /states\[1\]\.event: no event of that kind; known are .*svc/],
    ['an event without its parameter', broken((i) => set(i, ['states', 1, 'event', 'imm'], undefined)), /states\[1\]\.event\.imm: /],
    ['a user event that writes elsewhere', broken((i) => set(i, ['states', 1, 'event'], { kind: 'user', task: 'A', set: { '#map': [['tp_value', 1]] } })), /states\[1\]\.event/],
    ['init in the middle', broken((i) => set(i, ['states', 1, 'event'], { kind: 'init' })), /states\[1\]\.event: 'init'/],
    ['no init', broken((i) => set(i, ['states', 0, 'event'], { kind: 'eret', task: 'A' })), /states\[0\]\.event/],
    ['tasks that come and go', broken((i) => set(i, ['states', 1, 'tasks'], [...initialTasks(), ...initialTasks()])), /states\[1\]: has 1 cpus and 2 tasks/],
    ['upper halves kept from AArch64', broken((i) => set(i, ['states', 1, 'event', 'upper'], { '#bigint': '1' })), /^f: states\[1\]\.event\.upper: 0 is expected of an exception from AArch64/],
    ['five tasks', broken((i) => set(i, ['states', 0, 'tasks'], [...initialTasks(), ...initialTasks(), ...initialTasks(), ...initialTasks(), ...initialTasks()])), /tasks: Too big/],
  ]
  for (const [name, json, message] of bad) {
    it(`refuses ${name}, in one line`, () => {
      expect(() => fromItf(json, 'f')).to.throw(UsageError).that.satisfies((e: UsageError) => {
        expect(e.code).to.equal('E_TRACE')
        expect(e.message).to.match(message).and.not.match(/\n/)
        expect(e.message.length).to.be.below(600)
        return true
      })
    })
  }
  it('refuses what is not JSON', () => expect(() => parseItf('{"a": ', 'f')).to.throw(UsageError, /^f: not JSON/).with.property('code', 'E_TRACE_JSON'))
})

function initialTasks(): unknown[] {
  const itf = JSON.parse(itfText(small)) as { states: { tasks: unknown[] }[] }
  return itf.states[0]!.tasks
}
