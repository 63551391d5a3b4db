/** When clone3 makes a child, and which errors it can have: kernel/fork.c copy_clone_args_from_user, clone3_args_valid, clone3_stack_valid; include/uapi/linux/sched.h. */
import { expect } from 'chai'
import { initialState, place, table, type State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { modelStep } from '../sim/compiled-model.js'
import { frame32 } from '../sim/help.js'
import { after, config } from './help.js'

interface Given { flags?: bigint, exit?: bigint, stack?: bigint, size?: bigint, setTid?: bigint, setTidSize?: bigint, usize?: bigint, number?: bigint }
const BASE = 0x20000n

function inCall(g: Given): State {
  const s = initialState([64, 64], config()), t = s.tasks[0]!
  s.tasks[1]!.at = place.absent
  Object.assign(t, { at: place.entered, table: table.native, syscallno: g.number ?? 435n, orig_x0: BASE, buf: { base: BASE, lo: 0n, hi: 320n, words: t.buf.words.slice() } })
  for (const [offset, v = 0n] of [[0, g.flags], [32, g.exit], [40, g.stack], [48, g.size], [64, g.setTid], [72, g.setTidSize]] as [number, bigint | undefined][]) {
    t.buf.words[offset / 4] = v & 0xffffffffn
    t.buf.words[offset / 4 + 1] = v >> 32n
  }
  t.regs.splice(0, 2, BASE, g.usize ?? 88n)
  return s
}
const can = (k: string, g: Given, e: Event): boolean => modelStep(k, config(), inCall({ usize: k === 'v5.4' ? 64n : 88n, ...g }), e, () => undefined)
const clone3: Event = { kind: 'handler', task: 'A', call: 'clone3', child: 'B' }
const fails = (result: bigint): Event => ({ kind: 'handler', task: 'A', call: 'other', result, restart: 0n })
const u64 = (n: bigint): bigint => BigInt.asUintN(64, n)
const list = (k: string, from: bigint, to: bigint, given: (n: bigint) => Given): string => Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i)).filter((n) => !can(k, given(n), clone3)).join()

describe('clone3 in the model', () => {
  it('flags: CSIGNAL and CLONE_DETACHED never, CLONE_NEWTIME since v6.1; nothing beyond what a version knows (CLONE_INTO_CGROUP is left out)', () => {
    const from = (first: number): string => Array.from({ length: 64 - first }, (_, i) => first + i).join()
    const refused = (k: string): string => list(k, 0n, 63n, (n) => ({ flags: 1n << n }))
    expect(refused('v5.4')).to.equal(`0,1,2,3,4,5,6,7,22,${from(32)}`)
    expect(refused('v5.11')).to.equal(`0,1,2,3,4,5,6,7,22,${from(33)}`)
    for (const k of ['v6.1', 'v6.12']) expect(refused(k), k).to.equal(`0,1,2,3,4,5,6,22,${from(33)}`)
    expect(refused('v7.3')).to.equal(`0,1,2,3,4,5,6,22,33,${from(38)}`)
  })
  it('exit signals: 0 to 64', () => {
    for (const k of ['v5.4', 'v5.11', 'v7.3']) expect(list(k, 0n, 80n, (exit) => ({ exit })), k).to.equal('65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80')
  })
  it('a stack lies below TASK_SIZE_MAX (2^48), and its sum does not wrap around', () => {
    const top = 1n << 48n
    const given: [bigint, bigint][] = [[top - 4096n, 4096n], [top - 4096n, 4097n], [u64(-4096n), 8192n], [4096n, u64(-4096n)], [4096n, 0n], [0n, 4096n], [0n, 0n], [4096n, 4096n]]
    expect(given.map(([stack, size]) => can('v5.11', { stack, size }, clone3))).to.deep.equal([true, false, false, false, false, false, true, true])
  })
  it('a structure larger than a page is -E2BIG whatever it holds, and one below the first version -EINVAL', () => {
    const only = (usize: bigint): number[] => [7, 22, 14].filter((e) => can('v5.11', { usize, stack: 5n }, fails(u64(-BigInt(e)))))
    for (const usize of [4097n, 4098n, 4100n, 4104n, 4112n, 4128n, 8192n, 1n << 63n]) expect(only(usize), String(usize)).to.deep.equal([7])
    for (const usize of [0n, 1n, 56n, 63n]) expect(only(usize), String(usize)).to.deep.equal([22])
  })
  it('set_tid without its length, a length without set_tid: -EINVAL; both: left out', () => {
    expect([{ setTid: 5n }, { setTidSize: 5n }, { setTid: 0x1000n, setTidSize: 1n }, {}].map((g) => can('v5.11', g, clone3))).to.deep.equal([false, false, false, true])
  })
  it('its errors: -1 to -133 (EHWPOISON); what makes a task is its own number alone', () => {
    expect([-1n, -133n, -134n, -256n, -389n, 0n, 2n].map((n) => can('v5.11', {}, fails(u64(n))))).to.deep.equal([true, true, false, false, false, false, false])
    expect([434n, 435n, 436n].map((number) => can('v5.11', { number }, clone3))).to.deep.equal([false, true, false])
  })
})

describe('clone in the model', () => {
  it('takes the TLS argument with CLONE_SETTLS alone, whatever other flags and signals there are', () => {
    const tls = (flags: bigint): bigint => {
      const s = inCall({ number: 220n })
      s.tasks[0]!.regs.splice(0, 5, flags, 0n, 0n, 0x4321n, 0n)
      return after('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'clone', child: 'B' }).tasks[1]!.tp_value
    }
    for (let n = 0n; n < 32n; n++) expect(tls(1n << n), String(n)).to.equal(n === 19n ? 0x4321n : 0n)
  })
})

describe('prctl(PR_SET_TAGGED_ADDR_CTRL) in the model', () => {
  it('another call with 55 as its first argument is that call', () => {
    for (const number of [63n, 166n, 168n]) {
      const s = inCall({ number })
      Object.assign(s.tasks[0]!, { orig_x0: 55n })
      s.tasks[0]!.regs[0] = 55n
      for (const k of ['v5.11', 'v7.3']) expect(modelStep(k, config(), s, fails(0n), () => undefined), `${k} ${number}`).to.equal(true)
    }
  })
  it('is the call of that number and that option', () => {
    const asked = (number: bigint, option: bigint): boolean => {
      const s = inCall({ number })
      Object.assign(s.tasks[0]!, { orig_x0: option })
      s.tasks[0]!.regs.splice(0, 5, option, 1n, 0n, 0n, 0n)
      return modelStep('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'tagged_addr' }, () => undefined)
    }
    expect([asked(167n, 55n), asked(166n, 55n), asked(222n, 55n), asked(167n, 56n)]).to.deep.equal([true, false, false, false])
  })
})

describe('sigreturn in the model', () => {
  it('takes a frame at the start of the region or apart from it; one that overlaps is left out', () => {
    const at = (sp: bigint): boolean => {
      const s = initialState([32], config()), t = s.tasks[0]!
      Object.assign(t, { at: place.entered, table: table.compat, syscallno: 119n, frame: { base: 0x30000n, lo: 0n, hi: 1152n, words: t.frame.words } })
      t.regs[13] = sp
      return modelStep('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'sigreturn', si_code: 1n, residue: Array.from({ length: 32 }, () => 0n) }, () => undefined)
    }
    expect([0x30000n, 0x30008n, 0x2ff00n, 0x20000n, 0x40000n].map(at)).to.deep.equal([true, false, false, true, true])
  })
  it('compat rt_sigreturn reads uc_stack (compat_restore_altstack): a page that ends within it is a fault', () => {
    const signo = (lo: bigint): unknown => {
      const s = initialState([32], config()), t = s.tasks[0]!
      Object.assign(t, { at: place.entered, table: table.compat, syscallno: 173n })
      frame32(t, 0x10n, true, 0x30000n - 144n)
      t.frame.lo = lo
      const changes = new Map<string, unknown>()
      modelStep('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'rt_sigreturn', si_code: 1n, residue: Array.from({ length: 32 }, () => 0n) }, (path, v) => changes.set(path, v))
      return changes.get('tasks[0].signo')
    }
    expect([signo(0n), signo(144n)]).to.deep.equal([undefined, 11n])
  })
})

describe('the fault address that a handler of the model sees', () => {
  it('has its tag with SA_EXPOSE_TAGBITS alone (hide_si_addr_tag_bits)', () => {
    const word = (flags: bigint): bigint => {
      const s = initialState([64], config()), t = s.tasks[0]!
      Object.assign(t, { at: place.returning, sp: 0x41000n, signo: 11n, si_code: 1n, si_addr: 0x5a00000000001234n, frame: { base: 0x41000n - 4704n, lo: 0n, hi: 1152n, words: t.frame.words } })
      return after('v5.11', config(), s, { kind: 'signal', task: 'A', signo: 11n, handler: 0x9000n, flags, restorer: 0n, sigtramp: 0n }).tasks[0]!.frame.words[5]!
    }
    expect([4n, 5n, 6n, 0x804n, 0x805n].map(word)).to.deep.equal([0n, 0n, 0n, 0x5a000000n, 0x5a000000n])
  })
})
