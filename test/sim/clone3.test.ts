/** clone3: struct clone_args, what of it is refused and what the child gets. kernel/fork.c. */
import { expect } from 'chai'
import type { Event } from '../../trace/events.js'
import type { State } from '../../trace/state.js'
import { NotEnabled, simulate } from '../../sim/index.js'
import { A, B, config, errno, machine, place, run, table } from './help.js'

const BASE = 0x20000n
interface Given { flags?: bigint, exit?: bigint, stack?: bigint, size?: bigint, tls?: bigint, setTid?: bigint, setTidSize?: bigint, cgroup?: bigint, usize?: bigint, uargs?: bigint, hi?: bigint, beyond?: bigint }

function inCall(g: Given, bits: 32 | 64 = 64): State {
  const s = machine(bits, 0), t = A(s)
  s.tasks[1] = { ...machine(64, 64).tasks[1]!, at: place.absent, stopped: false }
  Object.assign(t, { at: place.entered, table: bits === 64 ? table.native : table.compat, syscallno: 435n, orig_x0: g.uargs ?? BASE })
  t.buf = { base: BASE, lo: 0n, hi: g.hi ?? 320n, words: t.buf.words.slice() }
  const put = (offset: number, v = 0n): void => {
    t.buf.words[offset / 4] = v & 0xffffffffn
    t.buf.words[offset / 4 + 1] = v >> 32n
  }
  const fields: [number, bigint | undefined][] = [[0, g.flags], [32, g.exit], [40, g.stack], [48, g.size], [56, g.tls], [64, g.setTid], [72, g.setTidSize], [80, g.cgroup], [88, g.beyond]]
  for (const [offset, v] of fields) put(offset, v)
  t.regs.splice(0, 2, g.uargs ?? BASE, g.usize ?? 88n)
  return s
}

const possible = (k: string, s: State, e: Event): boolean => {
  try {
    simulate(k, config(), s, e)
    return true
  } catch (error) {
    if (error instanceof NotEnabled) return false
    throw error
  }
}
const clone3: Event = { kind: 'handler', task: 'A', call: 'clone3', child: 'B' }
const fails = (n: bigint): Event => ({ kind: 'handler', task: 'A', call: 'other', result: n, restart: 0n })
/** The only error that is possible, `child`, or `?` where neither is. */
function outcome(k: string, g: Given, bits: 32 | 64 = 64): string {
  const s = inCall(g, bits), can = [7, 14, 22, 11].filter((n) => possible(k, s, fails(errno(n))))
  if (possible(k, s, clone3)) return can.length === 4 ? 'child' : 'both'
  return can.length === 1 ? `-${can[0]}` : '?'
}

describe('clone3 (copy_clone_args_from_user, clone3_args_valid)', () => {
  it('sizes: 64 to a page; a shorter structure is filled up with 0, a longer one must have 0 beyond', () => {
    expect([63n, 64n, 72n, 80n, 88n, 96n, 320n, 4096n, 4097n, 1n << 32n].map((usize) => outcome('v5.11', { usize }))).to.deep.equal(['-22', 'child', 'child', 'child', 'child', 'child', 'child', '-14', '-7', '-7'])
    expect([outcome('v5.11', { usize: 96n, beyond: 1n }), outcome('v5.11', { usize: 88n, beyond: 1n }), outcome('v5.4', { usize: 80n }), outcome('v5.4', { usize: 80n, setTidSize: 1n })]).to.deep.equal(['-7', 'child', 'child', '-7'])
  })
  it('beyond the structure: the first word that is not 0 ends the search, a page that is not there behind it does not count (check_zeroed_user)', () => {
    expect([outcome('v5.11', { usize: 104n, hi: 96n, beyond: 1n }), outcome('v5.11', { usize: 104n, hi: 96n }), outcome('v5.11', { usize: 104n, hi: 88n, beyond: 1n }), outcome('v5.11', { usize: 104n, beyond: 1n << 63n })]).to.deep.equal(['-7', '-14', '-14', '-7'])
    // access_ok() of the whole comes first
    const s = inCall({ usize: 104n, beyond: 1n }), t = A(s), at = (1n << 48n) - 96n
    t.buf = { ...t.buf, base: at, hi: 96n }
    Object.assign(t, { orig_x0: at })
    t.regs[0] = at
    expect([7, 14].map((n) => possible('v5.11', s, fails(errno(n))))).to.deep.equal([false, true])
  })
  it('memory: all of it must be there', () => {
    expect([64n, 63n, 87n, 88n].map((hi) => outcome('v5.11', { usize: 64n, hi }))).to.deep.equal(['child', '-14', 'child', 'child'])
    expect([outcome('v5.11', { hi: 87n }), outcome('v5.11', { uargs: 0x90000n }), outcome('v5.11', { uargs: (1n << 48n) - 8n })]).to.deep.equal(['-14', '-14', '-14'])
  })
  it('exit signals: 0 to 64, all 64 bits; none for CLONE_THREAD and CLONE_PARENT', () => {
    for (let exit = 0n; exit <= 64n; exit++) expect(outcome('v6.1', { exit }), String(exit)).to.equal('child')
    expect([17n, 64n, 65n, 0x111n, 1n << 32n].map((exit) => outcome('v7.3', { exit }))).to.deep.equal(['child', 'child', '-22', '-22', '-22'])
    expect([0x10000n, 0x8000n, 0x800n].map((flags) => outcome('v5.11', { flags, exit: 17n }))).to.deep.equal(['-22', '-22', 'child'])
    expect([0x10000n, 0x8000n].map((flags) => outcome('v5.11', { flags }))).to.deep.equal(['child', 'child'])
  })
  it('flags by version', () => {
    const can = (flags: bigint): string => ['v5.4', 'v5.11', 'v6.1', 'v6.12', 'v7.3'].filter((k) => outcome(k, { flags }) === 'child').join(' ')
    const all = 'v5.4 v5.11 v6.1 v6.12 v7.3'
    expect([0x80000n, 1n, 0x80n, 0x400000n, 1n << 32n, (1n << 32n) | 0x800n, 1n << 34n, 1n << 37n, 1n << 38n, 1n << 63n].map(can))
      .to.deep.equal([all, '', 'v6.1 v6.12 v7.3', '', 'v5.11 v6.1 v6.12 v7.3', '', 'v7.3', 'v7.3', '', ''])
  })
  it('every flag for itself', () => {
    const taken = (k: string): bigint => Array.from({ length: 64 }, (_, i) => 1n << BigInt(i)).filter((f) => f !== 1n << 33n && outcome(k, { flags: f }) === 'child').reduce((a, b) => a | b, 0n)
    expect(['v5.4', 'v5.11', 'v6.1', 'v6.12', 'v7.3'].map(taken)).to.deep.equal([0xffbfff00n, 0x1ffbfff00n, 0x1ffbfff80n, 0x1ffbfff80n, 0x3dffbfff80n])
  })
  it('a stack has an address and a size, and lies below TASK_SIZE_MAX', () => {
    const top = 1n << 48n
    expect([[0n, 1n], [1n, 0n], [0x70000n, 0x1000n], [top - 16n, 16n], [top - 16n, 17n], [1n, (1n << 64n) - 1n]].map(([stack, size]) => outcome('v5.11', { stack: stack!, size: size! }))).to.deep.equal(['-22', '-22', 'child', 'child', '-22', '-22'])
  })
  it('set_tid needs a size and a size set_tid; a cgroup needs its field', () => {
    expect([outcome('v5.11', { setTid: 1n }), outcome('v5.11', { setTidSize: 1n }), outcome('v5.11', { setTid: 1n, setTidSize: 33n }), outcome('v5.11', { flags: 1n << 33n, usize: 80n }), outcome('v5.11', { flags: 1n << 33n, cgroup: 1n << 31n })]).to.deep.equal(['-22', '-22', '-22', '-22', '-22'])
  })
})

describe('clone3 (copy_process)', () => {
  const child = { flags: 0x80100n, stack: 0x1_0007_0000n, size: 0x1000n, tls: 0x1234_5678_9abcn }
  it('64-bit: stack + stack_size becomes sp, tls TPIDR_EL0\'s shadow', () => {
    const s = run('v5.11', config(), inCall(child), clone3)
    expect([B(s).sp, B(s).regs[13], B(s).tp_value, B(s).regs[0], B(s).at, A(s).regs[0], A(s).at]).to.deep.equal([0x1_0007_1000n, 0n, 0x1234_5678_9abcn, 0n, place.returning, 2n, place.handled])
    expect(B(run('v5.11', config(), inCall({ ...child, flags: 0n }), clone3)).tp_value).to.equal(0n)
  })
  it('32-bit: both fields with all of their 64 bits, in regs[13] and TPIDRRO_EL0\'s shadow', () => {
    const s = run('v5.11', config(), inCall(child, 32), clone3)
    expect([B(s).regs[13], B(s).tp_value]).to.deep.equal([0x1_0007_1000n, 0x1234_5678_9abcn])
  })
  it('v7.3 takes the address of the structure from orig_x0', () => {
    const s = inCall(child)
    A(s).orig_x0 = 0x90000n
    expect([possible('v7.3', s, clone3), possible('v6.12', s, clone3)]).to.deep.equal([false, true])
  })
  it('every version: one of the low seven bits (CSIGNAL, CLONE_NEWTIME apart) and CLONE_DETACHED are refused; what lies beyond byte 88 must be 0', () => {
    for (const k of ['v5.4', 'v5.11', 'v6.1', 'v6.12', 'v7.3']) {
      for (const bit of [0n, 1n, 2n, 3n, 4n, 5n, 6n, 22n]) expect(outcome(k, { flags: 1n << bit }), `${k} ${bit}`).to.equal('-22')
      expect([outcome(k, { usize: 96n, beyond: 1n }), outcome(k, { usize: 96n, beyond: 1n << 8n })], k).to.deep.equal(['-7', '-7'])
    }
  })
  it('CLONE_INTO_CGROUP needs the published size that has the descriptor (CLONE_ARGS_SIZE_VER2, 88)', () => {
    expect([80n, 87n, 88n].map((usize) => outcome('v6.1', { flags: 1n << 33n, usize, cgroup: usize === 88n ? 5n : 0n }))).to.deep.equal(['-22', '-22', '?'])
  })
  it('a stack that wraps around the top of the address space is refused (access_ok)', () => {
    expect([outcome('v5.11', { stack: (1n << 64n) - 4096n, size: 8192n }), outcome('v5.11', { stack: 4096n, size: (1n << 64n) - 4096n })]).to.deep.equal(['-22', '-22'])
  })
  it('the errors of a call that makes no task: -1 to -133 (EHWPOISON), all 64 bits', () => {
    const s = inCall({})
    expect([errno(1), errno(133), errno(134), 0n, 2n, 0xffffffff00000000n, 0xffffffffn].map((result) => possible('v5.11', s, fails(result)))).to.deep.equal([true, true, false, false, false, false, false])
  })
})
