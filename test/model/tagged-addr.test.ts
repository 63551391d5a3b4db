/** prctl(PR_SET_TAGGED_ADDR_CTRL) and what TIF_TAGGED_ADDR does to access_ok(): process.c, mte.c, asm/uaccess.h, asm/memory.h. */
import { expect } from 'chai'
import { untagged } from '../../model/tasks/uaccess.js'
import { bv } from '../../model/terms/build.js'
import { initialState, place, table, type Config, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, config, errno, num, possible } from './help.js'

const set: Event = { kind: 'handler', task: 'A', call: 'tagged_addr' }
function inCall(kind: 'native' | 'compat' | 'fake', args: bigint[], over: Partial<Task> = {}): State {
  const s = initialState([kind === 'compat' ? 32 : 64, 0], config())
  Object.assign(s.tasks[0]!, { at: place.entered, table: table[kind], compat_call: kind === 'fake', syscallno: kind === 'native' ? 167n : 172n, ...over })
  s.tasks[0]!.regs.splice(0, args.length, ...args)
  return s
}
const run = (k: string, s: State, c: Partial<Config> = {}): [bigint, boolean] => {
  const t = after(k, config(c), s, set).tasks[0]!
  return [t.regs[0]!, t.TIF_TAGGED_ADDR]
}

describe('prctl(PR_SET_TAGGED_ADDR_CTRL)', () => {
  it('sets and clears the flag of a 64-bit task', () => {
    expect([run('v5.11', inCall('native', [55n, 1n])), run('v5.11', inCall('native', [55n | 7n << 32n, 0n], { TIF_TAGGED_ADDR: true }))]).to.deep.equal([[0n, true], [0n, false]])
  })
  it('-EINVAL for a 32-bit task, and where the variant takes a 32-bit call for one', () => {
    expect(run('v5.11', inCall('compat', [55n, 1n]))).to.deep.equal([0xffffffean, false])
    for (const [k, works] of [['rfc-v2', false], ['rfc-v2-unguarded', false], ['v4-series', true], ['v4-series@v6.12', true], ['rfc-v2@v6.12', false]] as const) {
      expect(run(k, inCall('fake', [55n, 1n])), k).to.deep.equal(works ? [0n, true] : [0xffffffean, false])
    }
    expect(run('tango-v5.4', inCall('fake', [55n, 1n]))).to.deep.equal([errno(22), false])
  })
  it('-EINVAL for other bits and further arguments; with MTE its bits are there', () => {
    const bad = [errno(22), false], ok = [0n, true]
    const arg = (k: string, v: bigint, mte = false): unknown => run(k, inCall('native', [55n, v]), { mte })
    expect([arg('v5.11', 3n), arg('v5.11', 1n << 32n | 1n), arg('v5.11', 3n, true), arg('v5.11', 5n, true), arg('v5.11', 7n, true), arg('v5.11', 0x7fff9n, true), arg('v5.11', 0x80001n, true)]).to.deep.equal([bad, bad, ok, ok, bad, ok, bad])
    // both modes at once from v5.13 on; v5.4 has no MTE
    expect([arg('v6.12', 7n, true), arg('tango-v5.4', 3n, true)]).to.deep.equal([ok, bad])
    for (const i of [2, 3, 4]) expect(run('v5.11', inCall('native', Object.assign([55n, 1n, 0n, 0n, 0n], { [i]: 1n << 40n }))), `x${i}`).to.deep.equal(bad)
  })
  it('every other prctl is `other`', () => {
    const other: Event = { kind: 'handler', task: 'A', call: 'other', result: 0n, restart: 0n }
    expect([possible('v5.11', config(), inCall('native', [56n]), set), possible('v5.11', config(), inCall('native', [56n]), other), possible('v5.11', config(), inCall('native', [55n]), other)]).to.deep.equal([false, true, false])
  })
  it('a child has it, exec clears it', () => {
    const s = inCall('native', [0x11n], { TIF_TAGGED_ADDR: true, syscallno: 220n })
    expect(after('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }).tasks[1]!.TIF_TAGGED_ADDR).to.equal(true)
    s.tasks[0]!.syscallno = 221n
    expect(after('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'execve', bits: 64 }).tasks[0]!.TIF_TAGGED_ADDR).to.equal(false)
  })
})

describe('untagged_addr()', () => {
  for (const [a, r] of [[0xab00_1234_5678_9000n, 0x1234_5678_9000n], [0x00aa_0000_0000_0000n, 0x00aa_0000_0000_0000n], [0xff80_0000_0000_0000n, 0xff80_0000_0000_0000n], [0x1280_0000_0000_0001n, 0x1280_0000_0000_0001n], [0n, 0n]] as const) {
    it(`${a.toString(16)} → ${r.toString(16)}`, () => expect(num(untagged(bv(64, a)))).to.equal(r))
  }
})

describe('a tagged stack pointer', () => {
  const TAG = 0x5a00_0000_0000_0000n
  const frame = { base: 0x10000n, lo: 0n, hi: 1152n }
  /** Delivery of a signal on a native stack, then rt_sigreturn from it. */
  function there(tagged: boolean, tag: bigint): { delivered: Task, back: Task } {
    const s = initialState([64], config())
    const t = s.tasks[0]!
    Object.assign(t, { at: place.returning, sp: (0x10000n + 4688n + 16n) | tag, TIF_TAGGED_ADDR: tagged, pc: 0x400000n })
    Object.assign(t.frame, frame)
    t.regs[5] = 0x5555n
    const one = after('v5.11', config(), s, { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 4n, restorer: 0n, sigtramp: 0n })
    const delivered = structuredClone(one.tasks[0]!)
    Object.assign(one.tasks[0]!, { at: place.entered, table: table.native, syscallno: 139n })
    one.tasks[0]!.regs[5] = 0n
    const back = after('v5.11', config(), one, { kind: 'handler', task: 'A', call: 'rt_sigreturn', si_code: 1n, residue: Array.from({ length: 32 }, () => 0n) })
    return { delivered, back: back.tasks[0]! }
  }
  it('with the flag the frame is written and read; registers keep the tag', () => {
    const { delivered } = there(true, TAG)
    expect(delivered).to.include({ signo: 0n, sp: TAG | 0x10000n, pc: 0x9000n })
    expect([delivered.regs[1], delivered.frame.words[0]]).to.deep.equal([TAG | 0x10000n, 10n])
  })
  it('without it access_ok refuses: SIGSEGV', () => expect(there(false, TAG).delivered).to.include({ signo: 11n, sp: TAG | (0x10000n + 4704n) }))
  it('rt_sigreturn: a tagged frame with the flag, SIGSEGV at the tagged address without', () => {
    const image = there(true, TAG).delivered
    const call = (tagged: boolean): Task => {
      const s = initialState([64], config())
      Object.assign(s.tasks[0]!, structuredClone(image), { at: place.entered, table: table.native, syscallno: 139n, TIF_TAGGED_ADDR: tagged })
      // FP state is beyond the region: the frame ends in a fault, after the registers
      return after('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'rt_sigreturn', si_code: 1n, residue: Array.from({ length: 32 }, () => 0n) }).tasks[0]!
    }
    expect(call(true).regs[5]).to.equal(0x5555n)
    expect(call(false)).to.include({ signo: 11n, si_addr: TAG | 0x10000n }).and.to.have.nested.property('regs[5]', 0x5555n)
    expect(call(false).pc).to.equal(0x9000n)
    expect(call(true).pc).to.equal(0x400000n)
  })
  it('and an untagged one as ever', () => expect(there(false, 0n).back.regs[5]).to.equal(0x5555n))
})

describe('a tagged buffer of ptrace', () => {
  it('is reached with the flag, -EFAULT without', () => {
    const result = (tagged: boolean): bigint => {
      const s = initialState([64, 64], config())
      Object.assign(s.tasks[0]!, { at: place.entered, table: table.native, syscallno: 117n, TIF_TAGGED_ADDR: tagged })
      Object.assign(s.tasks[1]!, { at: place.returning, stopped: true })
      const t = s.tasks[0]!
      Object.assign(t.buf, { base: 0x20000n, lo: 0n, hi: 320n })
      t.buf.words[0] = 0x20010n
      t.buf.words[1] = 0x77000000n
      t.buf.words[2] = 8n
      t.regs.splice(0, 4, 0x4204n, 1n, 0x401n, 0x3300_0000_0002_0000n)
      return after('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }).tasks[0]!.regs[0]!
    }
    expect([result(true), result(false)]).to.deep.equal([0n, errno(14)])
  })
})

describe('cacheflush of a task with tagged addresses', () => {
  // compat_arm_syscall: access_ok(start, end - start); rfc-v2-unguarded lets a 64-bit task there
  const flush = (start: bigint, end: bigint): bigint => after('rfc-v2-unguarded', config(), inCall('fake', [start, end, 0n], { syscallno: 0xf0002n, TIF_TAGGED_ADDR: true }), { kind: 'handler', task: 'A', call: 'ni' }).tasks[0]!.regs[0]! & 0xffffffffn
  const tag = 0x5an << 56n, fault = errno(14) & 0xffffffffn
  it('the length counts, not the end', () => {
    expect([flush(1n << 47n, (1n << 47n) + 4096n), flush(tag | 1n << 47n, (tag | 1n << 47n) + 4096n), flush((1n << 48n) - 4096n, 1n << 48n)]).to.deep.equal([0n, 0n, 0n])
    expect([flush((1n << 48n) - 4096n, (1n << 48n) + 1n), flush(4096n, (1n << 48n) + 4097n)]).to.deep.equal([fault, fault])
  })
})
