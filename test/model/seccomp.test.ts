/** What a seccomp filter does to a refused call: __seccomp_filter (kernel/seccomp.c), asm/syscall.h; the siginfo of its SIGSYS. */
import { expect } from 'chai'
import { initialState, place, table, view, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { bv } from '../../model/terms/build.js'
import { sendSignal } from '../../model/tasks/force-signal.js'
import { after, config, errno, num, task } from './help.js'

const ARM = 0x40000028n, AARCH64 = 0xc00000b7n
const refuse = (action: 'errno' | 'trap' | 'kill', data: bigint): Event => ({ kind: 'seccomp', task: 'A', action, data })
function inCall(bits: 64 | 32, over: Partial<Task> = {}): State {
  const s = initialState([bits], config())
  Object.assign(s.tasks[0]!, { at: place.entered, table: bits === 64 ? table.native : table.compat, syscallno: 63n, orig_x0: 0x1234_5678_9abcn, pc: 0x400104n, blocked: 1n << 30n, pstate: bits === 64 ? 0x80000000n : 0x21000010n, ...over })
  s.tasks[0]!.regs[0] = 7n
  s.tasks[0]!.regs[15] = 0x8004n
  return s
}
const fake = (over: Partial<Task> = {}): State => inCall(64, { table: table.fake, compat_call: true, ...over })
const run = (k: string, s: State, ...e: Event[]): Task => after(k, config(), s, ...e).tasks[0]!

describe('seccomp: errno', () => {
  const x0 = (k: string, s: State, data: bigint): bigint => run(k, s, refuse('errno', data)).regs[0]!
  it('-data, at most 4095, 0 for 0', () => expect([1n, 4095n, 4096n, 0xffffn, 0n].map((d) => x0('v5.11', inCall(64), d))).to.deep.equal([errno(1), errno(4095), errno(4095), errno(4095), 0n]))
  for (const [k, s, cut] of [['v5.11', inCall(32), true], ['rfc-v2', fake(), true], ['v4-series', fake(), true], ['v4-series', inCall(64), false], ['rfc-v2', inCall(64), false], ['tango-v5.4', fake(), false], ['tango-v5.4', inCall(32), false], ['v6.12', inCall(32), true]] as const) {
    it(`${k}, ${s.tasks[0]!.TIF_32BIT ? 32 : 64} bits, table ${s.tasks[0]!.table}: ${cut ? 'cut to 32 bits' : 'whole'}`, () => expect(x0(k, s, 38n)).to.equal(cut ? 0xffffffdan : errno(38)))
  }
  it('nothing is forced; the call is over but for its end', () => {
    expect(run('v5.11', inCall(64), refuse('errno', 1n))).to.include({ at: place.handled, signo: 0n, core: 0n, syscallno: 63n, orig_x0: 0x1234_5678_9abcn })
    expect(run('rfc-v2', fake(), refuse('errno', 1n), { kind: 'leave', task: 'A' })).to.include({ at: place.returning, compat_call: false })
  })
})

describe('seccomp: trap', () => {
  it('the registers as they came, SIGSYS forced and unblocked, with the call in its siginfo', () => {
    const t = run('v5.11', inCall(64), refuse('trap', 0xabcdn))
    expect(t).to.include({ at: place.handled, signo: 31n, si_code: 1n, si_errno: 0xabcdn, si_addr: 0x400104n, si_syscall: 63n, si_arch: AARCH64, blocked: 0n })
    expect(t.regs[0]).to.equal(0x1234_5678_9abcn)
  })
  it('si_arch is of the table on every variant; Tango takes its call address from x15', () => {
    for (const k of ['rfc-v2', 'v4-series', 'tango-v5.4']) {
      const t = run(k, fake(), refuse('trap', 0n))
      expect([t.si_arch, t.si_addr], k).to.deep.equal([ARM, k === 'tango-v5.4' ? 0x8004n : 0x400104n])
      expect(run(k, inCall(64), refuse('trap', 0n)), k).to.include({ si_arch: AARCH64, si_addr: 0x400104n })
    }
  })
  const deliver = (flags = 4n): Event => ({ kind: 'signal', task: 'A', signo: 31n, handler: 0x9000n, flags, restorer: 0n, sigtramp: 0n })
  it('its handler finds it in a native frame: words 1, 4 to 7', () => {
    const s = inCall(64)
    Object.assign(s.tasks[0]!.frame, { base: 0x10000n, lo: 0n, hi: 1152n })
    s.tasks[0]!.sp = 0x10000n + 4688n + 16n
    const words = run('rfc-v2', s, refuse('trap', 0xabcdn), { kind: 'leave', task: 'A' }, deliver()).frame.words
    expect(words.slice(0, 10)).to.deep.equal([31n, 0xabcdn, 1n, 0n, 0x400104n, 0n, 63n, AARCH64, 0n, 0n])
  })
  it('and in a compat frame: words 1, 3 to 5', () => {
    const s = inCall(32, { pc: 0x10004n, pstate: 0x10n })
    Object.assign(s.tasks[0]!.frame, { base: 0x10000n, lo: 0n, hi: 1152n })
    s.tasks[0]!.regs[13] = 0x10000n + 880n
    const t = run('v5.11', s, refuse('trap', 0xabcdn), { kind: 'leave', task: 'A' }, deliver())
    expect(t.frame.words.slice(0, 8)).to.deep.equal([31n, 0xabcdn, 1n, 0x10004n, 63n, ARM, 0n, 0n])
    expect(t).to.include({ signo: 0n, si_errno: 0n, si_syscall: 0n, si_arch: 0n })
  })
})

describe('seccomp: kill', () => {
  it('a core dump in the view of the call, the registers as they came', () => {
    // DIT (bit 24) is bit 21 of a 32-bit PSR
    const t = run('v5.11', inCall(32), refuse('kill', 5n))
    expect(t).to.include({ at: place.dead, signo: 0n, core: view.aarch32, core_psr: 0x20200010n })
    expect(t.regs[0]).to.equal(0x1234_5678_9abcn)
    expect(run('v5.11', inCall(64), refuse('kill', 5n))).to.include({ core: view.aarch64, core_psr: 0x80000000n })
  })
  it('an AArch64 task in a 32-bit call is dumped in the compat view', () => {
    for (const k of ['rfc-v2', 'tango-v5.4', 'v4-series']) expect(run(k, fake({ pstate: 0xff_8100_0000n }), refuse('kill', 0n)), k).to.include({ core: view.aarch32, core_psr: 0x80200000n })
    for (const k of ['rfc-v2', 'tango-v5.4', 'v4-series']) expect(run(k, inCall(64, { pstate: 0xff_8100_0000n }), refuse('kill', 0n)), k).to.include({ core: view.aarch64, core_psr: 0xff_8100_0000n })
  })
})

describe('seccomp: kill from v5.15 on', () => {
  it('SIGSYS is forced as by trap; the flag is gone when the core is dumped', () => {
    for (const k of ['v6.1', 'v6.12', 'v7.3', 'rfc-v2@v6.12', 'tango@v6.12', 'v4-series@v6.12']) {
      expect(run(k, inCall(64), refuse('kill', 5n)), k).to.deep.equal(run(k, inCall(64), refuse('trap', 5n)))
      expect(run(k, inCall(64), refuse('kill', 5n)), k).to.include({ at: place.handled, signo: 31n, si_code: 1n, si_errno: 5n, core: 0n })
    }
  })
})

describe('core dumps of forced signals', () => {
  const die = (k: string, s: State): Task => run(k, s, { kind: 'die', task: 'A' })
  const forced = (signo: bigint, over: Partial<Task> = {}): State => inCall(64, { at: place.returning, table: table.none, signo, ...over })
  it('SIGQUIT ILL TRAP ABRT BUS FPE SEGV XCPU XFSZ SYS, and no other', () => {
    const dumps = Array.from({ length: 64 }, (_, i) => BigInt(i + 1)).filter((n) => die('v5.11', forced(n)).core !== 0n)
    expect(dumps).to.deep.equal([3n, 4n, 5n, 6n, 7n, 8n, 11n, 24n, 25n, 31n])
    expect(die('v5.11', forced(9n))).to.include({ at: place.dead, core: 0n, core_psr: 0n, signo: 9n })
  })
  it('the view at that moment: a flag that is still set makes it compat; the series\' flag has fallen after an ordinary call', () => {
    expect(die('rfc-v2', forced(11n, { compat_call: true }))).to.include({ core: view.aarch32 })
    expect(die('v4-series', forced(11n, { compat_call: true }))).to.include({ core: view.aarch32 })
    expect(die('rfc-v2', forced(11n))).to.include({ core: view.aarch64, core_psr: 0x80000000n })
    // v4: a 32-bit task that came by exec from a fake call has lost its flag: the second test decides
    const s = inCall(32, { at: place.returning, table: table.none, signo: 11n, compat_call: false })
    expect(die('v4-series', s)).to.include({ core: view.aarch32_ptrace, core_psr: 0x20200010n })
  })
})

describe('a signal after one of a filter', () => {
  it('has nothing of the filter in its siginfo (force_sig_fault: clear_siginfo)', () => {
    const t = task(64, { signo: 31n, si_code: 1n, si_errno: 5n, si_syscall: 63n, si_arch: AARCH64, si_addr: 0x1234n })
    sendSignal(t, 11, bv(32, 9), bv(64, 0x5678))
    expect([t.signo, t.si_code, t.si_errno, t.si_syscall, t.si_arch, t.si_addr].map(num)).to.deep.equal([11n, 9n, 0n, 0n, 0n, 0x5678n])
  })
})
