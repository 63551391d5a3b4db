/** System call stops: tracehook_report_syscall, syscall_trace_enter, syscall_trace_exit, ptrace_resume (v5.4 to v6.12). */
import { expect } from 'chai'
import { initialState, place, syscallStop, table, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, config, errno, possible } from './help.js'

const enter: Event = { kind: 'trace_enter', task: 'A' }, exit: Event = { kind: 'trace_exit', task: 'A' }
const go: Event = { kind: 'resume', task: 'A' }, leave: Event = { kind: 'leave', task: 'A' }, skip: Event = { kind: 'skip', task: 'A' }
const other = (result = 5n): Event => ({ kind: 'handler', task: 'A', call: 'other', result, restart: 0n })
const seccomp: Event = { kind: 'seccomp', task: 'A', action: 'errno', data: 1n }

/** A task in call 3 or 63, registers x_i = 0x100 + i, under TIF_SYSCALL_TRACE. */
function inCall(bits: 64 | 32, over: Partial<Task> = {}): State {
  const s = initialState([bits, 64], config())
  Object.assign(s.tasks[0]!, { at: place.entered, table: bits === 64 ? table.native : table.compat, syscallno: bits === 64 ? 63n : 3n, regs: Array.from({ length: 31 }, (_, i) => 0x100n + BigInt(i)), orig_x0: 0x100n, TIF_SYSCALL_TRACE: true, ...over })
  return s
}
const fake = (over: Partial<Task> = {}): State => inCall(64, { table: table.fake, compat_call: true, syscallno: 3n, ...over })
const A = (s: State): Task => s.tasks[0]!
const run = (k: string, s: State, ...events: Event[]): Task => A(after(k, config(), s, ...events))
const can = (k: string, s: State, e: Event): boolean => possible(k, config(), s, e)

describe('the register that tells entry from exit', () => {
  const cases: [string, State, 7 | 12][] = [
    ['v5.11', inCall(64), 7], ['v5.11', inCall(32), 12], ['v6.12', inCall(64), 7], ['v6.12', inCall(32), 12],
    // is_compat_task() with the flag of the call; v4 leaves it at TIF_32BIT
    ['rfc-v2', fake(), 12], ['tango-v5.4', fake(), 12], ['v4-series', fake(), 7], ['rfc-v2', inCall(64), 7], ['v4-series', inCall(32, { compat_call: true }), 12],
  ]
  for (const [k, s, r] of cases) {
    it(`${k}, ${A(s).TIF_32BIT ? 32 : 64} bits, table ${A(s).table}: register ${r}`, () => {
      const there = run(k, s, enter)
      expect([there.stopped, there.traced, there.syscall_stop, there.stop_reg, there.stop_saved]).to.deep.equal([true, true, syscallStop.enter, BigInt(r), 0x100n + BigInt(r)])
      expect([there.regs[r], there.regs[r === 7 ? 12 : 7]]).to.deep.equal([0n, r === 7 ? 0x10cn : 0x107n])
      const back = run(k, s, enter, go)
      expect([back.stopped, back.traced, back.syscall_stop, back.stop_reg, back.stop_saved, back.regs[r], back.at]).to.deep.equal([false, true, 0n, 0n, 0n, 0x100n + BigInt(r), place.entered])
      const out = run(k, s, enter, go, other(), exit)
      expect([out.regs[r], out.syscall_stop, out.stopped, out.at, out.regs[0]]).to.deep.equal([1n, syscallStop.exit, true, place.handled, 5n])
      expect(run(k, s, enter, go, other(), exit, go, leave)).to.include({ at: place.returning, traced: false, stopped: false })
    })
  }
  it('what the tracer writes there is lost', () => {
    const s = after('v5.11', config(), inCall(64), enter)
    A(s).regs[7] = 0xbadn
    A(s).regs[12] = 0x900dn
    expect(run('v5.11', s, go).regs.slice(7, 13)).to.deep.equal([0x107n, 0x108n, 0x109n, 0x10an, 0x10bn, 0x900dn])
  })
})

describe('the order of a traced call', () => {
  const k = 'v5.11'
  it('no handler and no seccomp before the report, none while stopped, one report a place', () => {
    expect([other(), seccomp, skip, exit, leave].map((e) => can(k, inCall(64), e))).to.deep.equal([false, false, false, false, false])
    const stopped = after(k, config(), inCall(64), enter)
    expect([other(), seccomp, enter, skip].map((e) => can(k, stopped, e))).to.deep.equal([false, false, false, false])
    const reported = after(k, config(), inCall(64), enter, go)
    expect([other(), seccomp, enter, skip].map((e) => can(k, reported, e))).to.deep.equal([true, true, false, false])
    const handled = after(k, config(), reported, other())
    expect([leave, exit, enter].map((e) => can(k, handled, e))).to.deep.equal([false, true, false])
    const done = after(k, config(), handled, exit)
    expect([leave, exit].map((e) => can(k, done, e))).to.deep.equal([false, false])
    expect([leave, exit].map((e) => can(k, after(k, config(), done, go), e))).to.deep.equal([true, false])
  })
  it('without TIF_SYSCALL_TRACE there is no report', () => {
    const s = inCall(64, { TIF_SYSCALL_TRACE: false })
    expect([enter, other(), seccomp].map((e) => can(k, s, e))).to.deep.equal([false, true, true])
    expect([exit, leave].map((e) => can(k, after(k, config(), s, other()), e))).to.deep.equal([false, true])
  })
  it('a stopped task can be switched away from, and not to', () => {
    const s = after(k, config(), inCall(64), enter)
    const away = after(k, config(), s, { kind: 'switch', from: 'A', to: 'B' })
    expect(can(k, away, { kind: 'switch', from: 'B', to: 'A' })).to.equal(false)
    expect(can(k, after(k, config(), away, go), { kind: 'switch', from: 'B', to: 'A' })).to.equal(true)
  })
})

describe('NO_SYSCALL', () => {
  it('left by the tracer: no handler, x0 as it is', () => {
    const s = after('v5.11', config(), inCall(64), enter)
    A(s).syscallno = 0xffffffffn
    A(s).regs[0] = 0x77n
    const free = after('v5.11', config(), s, go)
    expect([can('v5.11', free, other()), can('v5.11', free, { kind: 'handler', task: 'A', call: 'ni' })]).to.deep.equal([false, false])
    expect(run('v5.11', free, skip)).to.include({ at: place.handled, traced: false }).and.to.have.nested.property('regs[0]', 0x77n)
  })
  it('the program\'s own: -ENOSYS before the stop, all 64 bits before v5.14', () => {
    const x0 = (k: string, s: State): bigint => run(k, s, enter).regs[0]!
    const none = { syscallno: 0xffffffffn }
    expect([x0('v5.11', inCall(64, none)), x0('v5.11', inCall(32, none)), x0('rfc-v2', fake(none)), x0('v6.12', inCall(32, none)), x0('v6.12', inCall(64, none))])
      .to.deep.equal([errno(38), errno(38), errno(38), 0xffffffdan, errno(38)])
    expect(run('v5.11', inCall(64), enter).regs[0]).to.equal(0x100n)
  })
  it('without a tracer it is a number that no table has', () => {
    const s = inCall(64, { syscallno: 0xffffffffn, TIF_SYSCALL_TRACE: false })
    expect([can('v5.11', s, skip), can('v5.11', s, { kind: 'handler', task: 'A', call: 'ni' })]).to.deep.equal([false, true])
  })
  it('the filter still runs from v5.12 on', () => {
    for (const [k, runs] of [['v5.11', false], ['tango-v5.4', false], ['v6.1', true], ['v6.12', true]] as const) {
      const s = after(k, config(), inCall(64), enter)
      A(s).syscallno = 0xffffffffn
      expect(can(k, after(k, config(), s, go), seccomp), k).to.equal(runs)
    }
  })
})

describe('single-step', () => {
  it('from v5.8 on the exit is a SIGTRAP, not a system call stop', () => {
    const s = inCall(64, { TIF_SINGLESTEP: true })
    for (const [k, stops] of [['v5.11', false], ['v6.12', false], ['tango-v5.4', true]] as const) {
      const handled = after(k, config(), s, enter, go, other())
      expect([can(k, handled, exit), can(k, handled, leave)], k).to.deep.equal([stops, !stops])
    }
  })
  it('ptrace_resume: the flags of the request; PSTATE.SS comes with TIF_SINGLESTEP and stays without', () => {
    const flags = (how: 'cont' | 'syscall' | 'singlestep' | undefined, over: Partial<Task>): unknown[] => {
      const t = run('v5.11', inCall(64, { at: place.returning, stopped: true, table: table.none, ...over }), how === undefined ? go : { kind: 'resume', task: 'A', with: how })
      return [t.TIF_SYSCALL_TRACE, t.TIF_SINGLESTEP, t.pstate]
    }
    const both = { TIF_SYSCALL_TRACE: true, TIF_SINGLESTEP: true, pstate: 0x200000n }, neither = { TIF_SYSCALL_TRACE: false, TIF_SINGLESTEP: false, pstate: 0n }
    expect([flags('cont', both), flags('syscall', both), flags('singlestep', both), flags(undefined, both)])
      .to.deep.equal([[false, false, 0x200000n], [true, false, 0x200000n], [false, true, 0x200000n], [true, true, 0x200000n]])
    expect([flags('cont', neither), flags('syscall', neither), flags('singlestep', neither), flags(undefined, neither)])
      .to.deep.equal([[false, false, 0n], [true, false, 0n], [false, true, 0x200000n], [false, false, 0n]])
    // a task that steps already keeps the SS it has
    expect(flags('singlestep', { ...both, pstate: 0n })).to.deep.equal([false, true, 0n])
  })
})

describe('a tracer at a system call stop', () => {
  it('changes the number: what runs is that one, in the table the call came in by', () => {
    // B asks PTRACE_SET_SYSCALL by the compat table; A is in a fake call
    const s = after('rfc-v2', config(), fake(), enter, { kind: 'switch', from: 'A', to: 'B' })
    Object.assign(s.tasks[1]!, { at: place.entered, table: table.fake, compat_call: true, syscallno: 26n })
    s.tasks[1]!.regs.splice(0, 4, 23n, 1n, 0n, 120n)
    const set = after('rfc-v2', config(), s, { kind: 'handler', task: 'B', call: 'ptrace', target: 'A' }, { kind: 'leave', task: 'B' }, go, { kind: 'switch', from: 'B', to: 'A' })
    expect(A(set).syscallno).to.equal(120n)
    set.tasks.push({ ...structuredClone(set.tasks[1]!), at: place.absent })
    expect(possible('rfc-v2', config(), set, { kind: 'handler', task: 'A', call: 'clone', child: 'C' })).to.equal(true)
    expect(possible('rfc-v2', config(), set, other())).to.equal(false)
  })
})
