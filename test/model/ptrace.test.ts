/** Views, regsets and requests. kernel/ptrace.c, kernel/regset.c, arch/arm64/kernel/ptrace.c (v5.4, v5.11); sizes and results seen on 6.12 under QEMU. */
import { expect } from 'chai'
import { taskUserRegsetView } from '../../model/syscalls/regsets.js'
import type { SymTask } from '../../model/index.js'
import { initialState, place, table, view, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, errno, fakeTask, features, kernel, num, possible, task } from './help.js'

const call: Event = { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }
const base = 0x20000n
const cut = (v: bigint): bigint => BigInt.asUintN(32, v)

interface Setup { a?: Partial<Task>, b?: Partial<Task>, request: bigint, addr?: bigint, data?: bigint, words?: Record<number, bigint>, from?: 32 | 64, to?: 32 | 64, lo?: bigint, hi?: bigint, fake?: boolean }
/** A tracer A at the door of ptrace(), a stopped B with distinct register values. */
function setup(o: Setup): State {
  const s = initialState([o.from ?? 64, o.to ?? 64], features)
  const [a, b] = [s.tasks[0]!, s.tasks[1]!]
  const narrow = (o.from ?? 64) === 32, compat = narrow || o.fake === true
  Object.assign(a, { at: place.entered, table: narrow ? table.compat : compat ? table.fake : table.native, syscallno: compat ? 26n : 117n, compat_call: o.fake === true })
  a.regs = Array.from({ length: 31 }, (_, i) => [o.request, 2n, o.addr ?? 0n, o.data ?? base][i] ?? 0n)
  a.buf = { base, lo: o.lo ?? 0n, hi: o.hi ?? 320n, words: a.buf.words.map((_, i) => o.words?.[i] ?? 0n) }
  b.regs = b.regs.map((_, i) => 0x1_0000_0100n + BigInt(i))
  Object.assign(b, { stopped: true, pc: 0x1_0000_0200n, orig_x0: 0x1_0000_0300n, tp_value: 0x11_0000_0022n, syscallno: 0x44n, ...o.b })
  Object.assign(a, o.a)
  return s
}
const run = (o: Setup, k = 'v5.11'): { a: Task, b: Task } => {
  const s = after(k, features, setup(o), call)
  return { a: s.tasks[0]!, b: s.tasks[1]! }
}
/** An iovec in the layout of the tracer's table, then the payload. */
const iov = (compat: boolean, len: bigint, payload: bigint[] = [], at = base + 16n): Record<number, bigint> => ({
  ...compat ? { 0: cut(at), 1: cut(len) } : { 0: cut(at), 1: at >> 32n, 2: cut(len), 3: len >> 32n },
  ...Object.fromEntries(payload.map((v, i) => [4 + i, v])),
})
const GET = 0x4204n, SET = 0x4205n, PRSTATUS = 1n, TLS = 0x401n, SYSTEM_CALL = 0x404n

describe('task_user_regset_view(target), asked by current', () => {
  const cases: [string, SymTask, SymTask, keyof typeof view][] = [
    ['v5.11', task(64), task(64), 'aarch64'], ['v5.11', task(64), task(32), 'aarch32_ptrace'], ['v5.11', task(32), task(64), 'aarch32'], ['v5.11', task(32), task(32), 'aarch32'],
    ...(['rfc-v2', 'tango-v5.4', 'v4-series'] as const).flatMap((k): [string, SymTask, SymTask, keyof typeof view][] => [
      [k, fakeTask(), task(64), 'aarch32'], [k, fakeTask(), task(32, { compat_call: k === 'v4-series' }), 'aarch32'], [k, task(64), fakeTask(), 'aarch64'],
    ]),
    ['rfc-v2-unguarded', task(64), fakeTask(), 'aarch32_ptrace'],
  ]
  for (const [i, [k, current, target, want]] of cases.entries()) it(`${k} ${i}: ${want}`, () => expect(num(taskUserRegsetView(kernel(k), current, target))).to.equal(view[want]))
})

describe('PTRACE_GETREGSET', () => {
  it('gpr_get: 272 bytes, x0 first, pstate last', () => {
    const { a, b } = run({ request: GET, addr: PRSTATUS, words: iov(false, 504n) })
    const want = [...b.regs, b.sp, b.pc, b.pstate].flatMap((v) => [cut(v), v >> 32n])
    expect([a.regs[0], a.buf.words[2], a.buf.words[3], a.view]).to.deep.equal([0n, 272n, 0n, view.aarch64])
    expect(a.buf.words.slice(4, 4 + 68)).to.deep.equal(want)
  })
  it('compat_gpr_get of an AArch32 task: r0..r14, pc, PSR with DIT in bit 21, orig_r0', () => {
    const { a, b } = run({ request: GET, addr: PRSTATUS, words: iov(false, 72n), to: 32, b: { pstate: 0x61000010n } })
    expect(a.buf.words.slice(4, 4 + 18)).to.deep.equal([...b.regs.slice(0, 15).map(cut), 0x200n, 0x60200010n, 0x300n])
    expect([a.regs[0], a.view]).to.deep.equal([0n, view.aarch32_ptrace])
  })
  it('a shorter length gives fewer words', () => {
    const { a } = run({ request: GET, addr: PRSTATUS, words: iov(false, 8n) })
    expect([a.buf.words[2], a.buf.words[4], a.buf.words[5], a.buf.words[6]]).to.deep.equal([8n, 0x100n, 1n, 0n])
  })
  it('NT_ARM_TLS: 16 bytes since v6.2, 8 here; 4 for an AArch32 task; none in the view of a 32-bit tracer', () => {
    const get = (o: Partial<Setup>, k = 'v5.11'): bigint[] => {
      const { a } = run({ request: GET, addr: TLS, words: iov(o.from === 32 || o.fake === true, 16n), ...o }, k)
      return [a.regs[0]!, a.buf.words[o.from === 32 || o.fake === true ? 1 : 2]!, a.buf.words[4]!, a.buf.words[5]!]
    }
    expect(get({})).to.deep.equal([0n, 8n, 0x22n, 0x11n])
    expect(get({ to: 32 })).to.deep.equal([0n, 4n, 0x22n, 0n])
    expect(get({ from: 32 })).to.deep.equal([errno(22) & 0xffffffffn, 16n, 0n, 0n])
    expect(get({ fake: true }, 'rfc-v2')).to.deep.equal([errno(22) & 0xffffffffn, 16n, 0n, 0n])
    expect(get({ fake: true, to: 32 }, 'tango-v5.4')).to.deep.equal([errno(22), 16n, 0n, 0n])
  })
  it('NT_ARM_SYSTEM_CALL', () => {
    for (const to of [64, 32] as const) {
      const { a } = run({ request: GET, addr: SYSTEM_CALL, words: iov(false, 4n), to })
      expect([a.regs[0], a.buf.words[2], a.buf.words[4]]).to.deep.equal([0n, 4n, 0x44n])
    }
  })
  it('an unknown note and a length that is no multiple are EINVAL; the view is set; an unmapped iovec is EFAULT, the view not', () => {
    for (const [o, result, seen] of [
      [{ addr: 2n, words: iov(false, 8n) }, errno(22), view.aarch64], [{ addr: PRSTATUS, words: iov(false, 12n) }, errno(22), view.aarch64], [{ addr: PRSTATUS, words: iov(false, 4n) }, errno(22), view.aarch64],
      [{ addr: SYSTEM_CALL, words: iov(false, 6n) }, errno(22), view.aarch64], [{ addr: PRSTATUS, words: iov(false, 8n), hi: 0n }, errno(14), view.none],
      [{ addr: PRSTATUS, words: iov(false, 8n, [], 0x5000n) }, errno(14), view.aarch64], [{ addr: PRSTATUS, words: iov(false, (1n << 40n) | 4n) }, errno(22), view.aarch64], [{ addr: PRSTATUS, words: iov(false, 1n << 40n) }, 0n, view.aarch64],
    ] as const) {
      const { a } = run({ request: GET, ...o })
      expect([a.regs[0], a.view]).to.deep.equal([result, seen])
    }
  })
  it('base and length of a native iovec are whole 64-bit numbers: beyond 32 bits the low half does not answer for them', () => {
    const far = run({ request: GET, addr: PRSTATUS, words: iov(false, 8n, [], base + 16n + (1n << 32n)) }).a
    expect([far.regs[0], far.buf.words[4]]).to.deep.equal([errno(14), 0n])
    const store = run({ request: SET, addr: TLS, words: iov(false, 8n, [0x77n, 0x88n], base + 16n + (1n << 32n)) })
    expect([store.a.regs[0], store.b.tp_value]).to.deep.equal([errno(14), 0x11_0000_0022n])
    // ptrace_regset: iov_len % regset->size, then min(iov_len, n * size); SYSTEM_CALL has one word of 4 bytes, TLS of an AArch32 task, too
    const lengths = (addr: bigint, to: 32 | 64, low: bigint): bigint[] => { const { a } = run({ request: GET, addr, to, words: iov(false, (1n << 32n) + low) }); return [a.regs[0]!, a.buf.words[2]!, a.buf.words[3]!] }
    for (const low of [0n, 4n, 8n, 12n]) expect(lengths(SYSTEM_CALL, 64, low), String(low)).to.deep.equal([0n, 4n, 0n])
    for (const low of [1n, 2n, 3n, 5n, 6n, 7n]) expect(lengths(SYSTEM_CALL, 64, low)[0], String(low)).to.equal(errno(22))
    for (const low of [0n, 8n, 16n]) expect(lengths(TLS, 64, low), String(low)).to.deep.equal([0n, 8n, 0n])
    for (const low of [1n, 2n, 4n, 6n, 12n]) expect(lengths(TLS, 64, low)[0], String(low)).to.equal(errno(22))
    for (let bit = 32n; bit < 64n; bit++) {
      const { a } = run({ request: GET, addr: PRSTATUS, words: iov(false, (1n << bit) + 8n) })
      expect([a.regs[0], a.buf.words[2], a.buf.words[3]], String(bit)).to.deep.equal([0n, 272n, 0n])
    }
    for (let len = 0n; len <= 304n; len += 8n) expect(run({ request: GET, addr: PRSTATUS, words: iov(false, len) }).a.buf.words[2], String(len)).to.equal(len < 272n ? len : 272n)
    expect(lengths(PRSTATUS, 32, 4n)).to.deep.equal([0n, 72n, 0n])
    expect(lengths(PRSTATUS, 64, 8n)).to.deep.equal([0n, 272n, 0n])
  })
  it('the iovec has 16 bytes in the native table, 8 in the compat one', () => {
    const native = run({ request: GET, addr: PRSTATUS, words: iov(false, 8n), hi: 8n }).a
    const compat = run({ request: GET, addr: PRSTATUS, words: iov(true, 4n), from: 32, hi: 8n }).a
    expect([native.regs[0], native.view, compat.regs[0], compat.view]).to.deep.equal([errno(14), view.none, cut(errno(14)), view.aarch32])
  })
  it('a transfer may end where the mapping ends, or where the buffer does', () => {
    for (const [hi, result] of [[288n, 0n], [292n, 0n]] as const) expect(run({ request: GET, addr: PRSTATUS, words: iov(false, 272n), hi }).a.regs[0], String(hi)).to.equal(result)
    const seen = run({ request: GET, addr: PRSTATUS, words: iov(false, 272n), hi: 288n }).a.buf.words
    expect([seen[4 + 67], seen[4 + 66]]).to.deep.equal([0n, 0x1000n])
    expect(run({ request: GET, addr: PRSTATUS, words: iov(false, 8n), hi: 24n }).a.regs[0]).to.equal(0n)
    expect(run({ request: 12n, data: base, from: 32, hi: 72n }).a.regs[0]).to.equal(0n)
    expect(run({ request: 13n, data: base, from: 32, to: 32, hi: 72n, words: Object.fromEntries(Array.from({ length: 18 }, (_, i) => [i, i === 16 ? 0x10n : BigInt(i)])) }).a.regs[0]).to.equal(0n)
  })
  it('the target must be stopped; the type is the low half of addr; native requests of the compat set are EIO', () => {
    expect(run({ request: GET, addr: PRSTATUS, words: iov(false, 8n), b: { stopped: false } }).a.regs[0]).to.equal(errno(3))
    expect(run({ request: GET, addr: 0xf_0000_0401n, words: iov(false, 8n) }).a.regs[0]).to.equal(0n)
    for (const request of [3n, 6n, 12n, 13n, 22n, 23n]) expect(run({ request, addr: 0n }).a.regs[0], String(request)).to.equal(errno(5))
  })
})

describe('PTRACE_SETREGSET', () => {
  const image = (o: Record<number, bigint>): bigint[] => Array.from({ length: 34 }, (_, i) => o[i] ?? BigInt(i) << 32n | 7n).flatMap((v) => [cut(v), v >> 32n])
  it('gpr_set: everything or, if PSTATE is refused, nothing', () => {
    const good = run({ request: SET, addr: PRSTATUS, words: iov(false, 272n, image({ 33: 0x80000000n })) })
    expect([good.a.regs[0], good.b.sp, good.b.pc, good.b.pstate, good.b.orig_x0]).to.deep.equal([0n, 31n << 32n | 7n, 32n << 32n | 7n, 0x80000000n, 0x1_0000_0300n])
    expect(good.b.regs).to.deep.equal(good.b.regs.map((_, i) => BigInt(i) << 32n | 7n))
    const bad = run({ request: SET, addr: PRSTATUS, words: iov(false, 272n, image({ 33: 0x80n })) })
    expect([bad.a.regs[0], bad.b.regs[0], bad.b.pstate, bad.b.pc]).to.deep.equal([errno(22), 0x1_0000_0100n, 0x1000n, 0x1_0000_0200n])
  })
  it('gpr_set: a shorter image leaves the rest; a fault changes nothing', () => {
    const some = run({ request: SET, addr: PRSTATUS, words: iov(false, 16n, image({})) }).b
    expect(some.regs.slice(0, 3)).to.deep.equal([7n, 1n << 32n | 7n, 0x1_0000_0102n])
    const s = setup({ request: SET, addr: PRSTATUS, words: iov(false, 272n, image({})), hi: 32n })
    const b = after('v5.11', features, s, call)
    expect([b.tasks[0]!.regs[0], b.tasks[1]!.regs[0]]).to.deep.equal([errno(14), 0x1_0000_0100n])
  })
  it('gpr_set: what the length leaves out need not be mapped', () => {
    const { a, b } = run({ request: SET, addr: PRSTATUS, words: iov(false, 16n, image({})), hi: 32n })
    expect([a.regs[0], b.regs[0], b.regs[1], b.regs[2]]).to.deep.equal([0n, 7n, 1n << 32n | 7n, 0x1_0000_0102n])
    expect(run({ request: SET, addr: SYSTEM_CALL, words: iov(false, 0n), hi: 16n }).a.regs[0]).to.equal(0n)
    expect(run({ request: SET, addr: TLS, words: iov(false, 0n), hi: 16n }).a.regs[0]).to.equal(0n)
  })
  it('compat_gpr_set: words before a fault are committed if PSTATE is valid', () => {
    const b = after('v5.11', features, setup({ request: SET, addr: PRSTATUS, words: iov(false, 72n, [1n, 2n, 3n, 4n, 5n]), hi: 32n, to: 32 }), call)
    expect(b.tasks[0]!.regs[0]).to.equal(errno(14))
    expect(b.tasks[1]!.regs.slice(0, 6)).to.deep.equal([1n, 2n, 3n, 4n, 0x1_0000_0104n, 0x1_0000_0105n])
  })
  it('copy_regset_from_user: access_ok of the length first, of no bytes as well; the setter is not reached', () => {
    const beyond = (at: bigint, len: bigint): [bigint, bigint] => {
      const { a, b } = run({ request: SET, addr: PRSTATUS, words: iov(false, len, [], at), to: 32, b: { pstate: 0x200010n } })
      return [a.regs[0]!, b.pstate]
    }
    const top = 1n << 48n, tagged = 0x7d00_0000_57fe_9010n
    expect([beyond(top, 0n), beyond(top + 4n, 0n), beyond(tagged, 0n), beyond(tagged, 72n), beyond(top - 72n, 72n), beyond(top - 68n, 72n), beyond(1n << 40n, 0n)])
      .to.deep.equal([[0n, 0x10n], [errno(14), 0x200010n], [errno(14), 0x200010n], [errno(14), 0x200010n], [errno(14), 0x10n], [errno(14), 0x200010n], [0n, 0x10n]])
  })
  it('compat_gpr_set: r0..r14, pc, PSR, orig_r0; refused as a whole', () => {
    const words = Array.from({ length: 18 }, (_, i) => BigInt(i + 1))
    const good = run({ request: SET, addr: PRSTATUS, words: iov(false, 72n, words.map((v, i) => i === 16 ? 0x60200010n : v)), to: 32 })
    expect([...good.b.regs.slice(0, 16), good.b.pc, good.b.pstate, good.b.orig_x0]).to.deep.equal([...words.slice(0, 15), 0x1_0000_010fn, 16n, 0x61000010n, 18n])
    const bad = run({ request: SET, addr: PRSTATUS, words: iov(false, 72n, words.map((v, i) => i === 16 ? 0n : v)), to: 32 })
    expect([bad.a.regs[0], bad.b.regs[0]]).to.deep.equal([errno(22), 0x1_0000_0100n])
  })
  it('the AArch32 layout on a 64-bit target: upper halves lost, DIT moved, sanitised as AArch64 (32-bit tracer, or 32-bit call)', () => {
    const words = Array.from({ length: 18 }, (_, i) => i === 16 ? 0x60200000n : BigInt(i + 1))
    for (const [k, o] of [['v5.11', { from: 32 }], ['rfc-v2', { fake: true }], ['v4-series', { fake: true }], ['tango-v5.4', { fake: true }]] as const) {
      const { a, b } = run({ request: SET, addr: PRSTATUS, words: iov(true, 72n, words), ...o }, k)
      expect([a.regs[0], b.regs[0], b.regs[15], b.pc, b.pstate, a.view], k).to.deep.equal([0n, 1n, 0x1_0000_010fn, 16n, 0x61000000n, view.aarch32])
    }
  })
  it('tls_set, compat_tls_set, system_call_set', () => {
    const set = (addr: bigint, len: bigint, o: Partial<Setup> = {}): Task => run({ request: SET, addr, words: iov(false, len, [0x77n, 0x88n]), ...o }).b
    expect([set(TLS, 8n).tp_value, set(TLS, 0n).tp_value, set(TLS, 4n, { to: 32 }).tp_value, set(TLS, 0n, { to: 32 }).tp_value]).to.deep.equal([0x88_0000_0077n, 0x11_0000_0022n, 0x77n, 0x22n])
    expect([set(TLS, 8n, { hi: 20n }).tp_value, set(TLS, 4n, { to: 32, hi: 16n }).tp_value, set(SYSTEM_CALL, 4n, { hi: 16n }).syscallno]).to.deep.equal([0x11_0000_0022n, 0x11_0000_0022n, 0x44n])
    expect([set(SYSTEM_CALL, 4n).syscallno, set(SYSTEM_CALL, 0n).syscallno, set(SYSTEM_CALL, 4n, { to: 32 }).syscallno]).to.deep.equal([0x77n, 0x44n, 0x77n])
    for (const [addr, to] of [[TLS, 64], [TLS, 32], [SYSTEM_CALL, 64]] as const) expect(run({ request: SET, addr, words: iov(false, 8n), to, hi: 16n }).a.regs[0]).to.equal(errno(14))
  })
})

describe('compat_arch_ptrace', () => {
  const low = (r: bigint): bigint => r & 0xffffffffn
  it('PEEKUSR: one register of the compat layout, 0 beyond, EIO past struct user or off a word', () => {
    const peek = (addr: bigint, o: Partial<Setup> = {}): bigint[] => {
      const { a } = run({ request: 3n, addr, words: { 0: 0x99n }, from: 32, b: { pstate: 0x61000010n }, ...o })
      return [a.regs[0]!, a.buf.words[0]!]
    }
    expect([0n, 56n, 60n, 64n, 68n, 72n, 292n].map((x) => peek(x))).to.deep.equal([[0n, 0x100n], [0n, 0x10en], [0n, 0x200n], [0n, 0x60200010n], [0n, 0x300n], [0n, 0n], [0n, 0n]])
    for (const addr of [296n, 2n, 1n, 0xfffffffcn]) expect(peek(addr)).to.deep.equal([low(errno(5)), 0x99n])
    expect(peek(0n, { hi: 0n })).to.deep.equal([low(errno(14)), 0x99n])
  })
  it('POKEUSR: one register, PSTATE checked for the width of the target; nothing beyond', () => {
    const poke = (addr: bigint, data: bigint, to: 32 | 64 = 32): Task & { ret: bigint } => {
      const { a, b } = run({ request: 6n, addr, data, from: 32, to })
      return { ...b, ret: a.regs[0]! }
    }
    for (let i = 0; i < 15; i++) expect([poke(BigInt(4 * i), 5n).regs[i], poke(BigInt(4 * i), 5n).regs[i + 1]], `r${i}`).to.deep.equal([5n, 0x1_0000_0101n + BigInt(i)])
    expect([poke(60n, 5n).pc, poke(64n, 0x60200010n).pstate, poke(68n, 5n).orig_x0, poke(64n, 0x60200000n, 64).pstate]).to.deep.equal([5n, 0x61000010n, 5n, 0x61000000n])
    expect([poke(64n, 0n).ret, poke(64n, 0n).pstate, poke(72n, 5n).ret, poke(292n, 5n).ret, poke(296n, 5n).ret, poke(3n, 5n).ret]).to.deep.equal([low(errno(22)), 0x800010n, 0n, 0n, low(errno(5)), low(errno(5))])
    expect(poke(72n, 5n).regs).to.deep.equal(poke(296n, 5n).regs)
  })
  it('GETREGS, SETREGS: 72 bytes at data, the view is aarch32 whatever the widths', () => {
    for (const [k, o] of [['v5.11', { from: 32 }], ['v4-series', { fake: true }]] as const) {
      const get = run({ request: 12n, b: { pstate: 0x61000000n }, ...o }, k)
      expect([...get.a.buf.words.slice(0, 19), get.a.view]).to.deep.equal([...Array.from({ length: 15 }, (_, i) => 0x100n + BigInt(i)), 0x200n, 0x60200000n, 0x300n, 0n, view.aarch32])
      const set = run({ request: 13n, words: Object.fromEntries(Array.from({ length: 18 }, (_, i) => [i, i === 16 ? 0n : BigInt(i)])), ...o }, k)
      expect([...set.b.regs.slice(0, 15), set.b.pc, set.b.pstate, set.b.orig_x0, set.a.view]).to.deep.equal([...Array.from({ length: 15 }, (_, i) => BigInt(i)), 15n, 0n, 17n, view.aarch32])
    }
    for (const request of [12n, 13n]) expect(run({ request, from: 32, hi: 0n }).a.regs[0]).to.equal(low(errno(14)))
  })
  it('GET_THREAD_AREA, SET_SYSCALL', () => {
    const get = run({ request: 22n, from: 32 })
    expect([get.a.regs[0], get.a.buf.words[0]]).to.deep.equal([0n, 0x22n])
    expect(run({ request: 22n, from: 32, hi: 0n }).a.regs[0]).to.equal(low(errno(14)))
    const set = run({ request: 23n, data: 0xf_0000_0005n, from: 32 })
    expect([set.a.regs[0], set.b.syscallno]).to.deep.equal([0n, 5n])
  })
  it('arguments are cut to 32 bits: compat_long_t, compat_ulong_t', () => {
    const { a } = run({ request: 0xf_0000_4204n, addr: 0xf_0000_0001n, data: 0xf_0002_0000n, words: iov(true, 72n), fake: true }, 'rfc-v2')
    expect([a.regs[0], a.buf.words[4]]).to.deep.equal([0n, 0x100n])
  })
  it('the arguments of the compat table are unsigned: an address above 2 GiB is that address', () => {
    const high = 0x90000000n
    const { a } = run({ request: 22n, from: 32, data: high, a: { buf: { base: high, lo: 0n, hi: 320n, words: Array.from({ length: 80 }, () => 0n) } } })
    expect([a.regs[0], a.buf.words[0]]).to.deep.equal([0n, 0x22n])
  })
  it('those of the native table are 64 bits: an iovec above 4 GiB', () => {
    const high = 0x7f_9000_0000n
    const words = iov(false, 8n, [], high + 16n)
    const { a } = run({ request: GET, addr: PRSTATUS, data: high, a: { buf: { base: high, lo: 0n, hi: 320n, words: Array.from({ length: 80 }, (_, i) => words[i] ?? 0n) } } })
    expect([a.regs[0], a.buf.words[2], a.buf.words[4], a.buf.words[5]]).to.deep.equal([0n, 8n, 0x100n, 1n])
  })
  it('only the compat table leads here, whatever the tracer is', () => {
    expect(run({ request: 22n, fake: true }, 'v4-series').a.buf.words[0]).to.equal(0x22n)
  })
})

describe('an iovec that cannot be read', () => {
  it('is -EFAULT before anything else: no view is asked for, nothing is stored, not even what an empty write stores back', () => {
    for (const [to, addr] of [[32, TLS], [64, TLS], [32, PRSTATUS], [64, PRSTATUS], [32, SYSTEM_CALL]] as const) {
      const given = { request: SET, addr, to, words: iov(false, 0n), hi: 0n, b: { pstate: to === 32 ? 0x200010n : 0x200000n } }
      const { a, b } = run(given), was = setup(given).tasks[1]!
      expect([a.regs[0], a.view, b], `${to} ${addr}`).to.deep.equal([errno(14), view.none, was])
    }
    expect(run({ request: SET, addr: TLS, to: 32, words: iov(false, 4n, [5n]) }).a.regs[0]).to.equal(0n)
    // sixteen bytes are enough
    expect([16n, 15n, 8n].map((hi) => run({ request: SET, addr: TLS, words: iov(false, 0n), hi }).a.regs[0])).to.deep.equal([0n, errno(14), errno(14)])
    // the empty write itself: compat_tls_set cuts, valid_user_regs clears SS
    expect([run({ request: SET, addr: TLS, to: 32, words: iov(false, 0n) }).b.tp_value, run({ request: SET, addr: PRSTATUS, words: iov(false, 0n), b: { pstate: 0x200000n } }).b.pstate]).to.deep.equal([0x22n, 0n])
  })
})

describe('what the model leaves out is refused, not guessed', () => {
  const can = (o: Setup): boolean => possible('v5.11', features, setup(o), call)
  it('other requests, other layouts, mm fields, an absent target', () => {
    expect([can({ request: 16n }), can({ request: GET, addr: 1n, words: iov(false, 8n, [], base + 20n) }), can({ request: 3n, addr: 0x10000n, from: 32 }), can({ request: 3n, addr: 0x1000cn, from: 32 }), can({ request: GET, addr: 1n, data: base + 8n }), can({ request: GET, addr: 1n, words: iov(false, 8n), b: { at: place.absent } })])
      .to.deep.equal([false, false, false, true, false, false])
    expect([0x10004n, 0x10008n].map((addr) => can({ request: 3n, addr, from: 32 }))).to.deep.equal([false, false])
  })
  it('a GET that stops in the middle of the buffer', () => {
    expect([can({ request: GET, addr: 1n, words: iov(false, 272n), hi: 64n }), can({ request: GET, addr: 1n, words: iov(false, 272n), hi: 16n }), can({ request: 12n, from: 32, hi: 64n })]).to.deep.equal([false, true, false])
  })
})
