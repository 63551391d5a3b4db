/** sigreturn and rt_sigreturn of both tables. arch/arm64/kernel/signal32.c, signal.c (v5.11), word by word; results seen on 6.12 under QEMU. */
import { expect } from 'chai'
import { FPSCR_CTRL, FPSCR_STAT, rangesMask, UNBLOCKABLE } from '../../model/syscalls/sigreturn-compat.js'
import { initialState, place, table, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, errno, features, possible } from './help.js'

const base = 0x30000n
type Call = 'sigreturn' | 'rt_sigreturn'
const call = (which: Call): Event => ({ kind: 'handler', task: 'A', call: which, si_code: 2n, residue: Array.from({ length: 32 }, (_, i) => 0x5500n + BigInt(i)) })
const before = { regs: Array.from({ length: 31 }, (_, i) => 0x900n + BigInt(i)), sp: 0x999n, pc: 0x888n, orig_x0: 0x777n, blocked: 0x400n, restart_fn: 1n, fpsr: 1n, fpcr: 2n, vregs: Array.from({ length: 32 }, () => 0x66n) }

/** r0..r14 are 100 + i, q0..q15 are i, the rest as given (offsets in struct compat_sigframe). */
function frame32(which: Call, over: Record<number, bigint> = {}, task: Partial<Task> = {}): State {
  const s = initialState([32], features)
  const t = s.tasks[0]!
  Object.assign(t, structuredClone(before), { at: place.entered, table: table.compat, syscallno: which === 'sigreturn' ? 119n : 173n })
  t.regs[13] = base
  t.frame = { base, lo: 0n, hi: 1152n, words: t.frame.words }
  const put = (offset: number, v: bigint): void => { t.frame.words[((which === 'sigreturn' ? 0 : 128) + offset) / 4] = v }
  for (let i = 0; i < 15; i++) put(32 + 4 * i, BigInt(100 + i))
  for (let i = 0; i < 16; i++) put(240 + 16 * i, BigInt(i))
  const fixed: Record<number, bigint> = { 92: 0x8000n, 96: 0x60200010n, 104: 0xffffffffn, 108: 1n, 232: 0x56465001n, 236: 288n, 496: 0xffffffffn }
  for (const [o, v] of Object.entries({ ...fixed, ...over })) put(Number(o), v)
  Object.assign(t, task)
  return s
}
const run = (which: Call, s: State, k = 'v5.11'): Task => after(k, features, s, call(which)).tasks[0]!

describe('constants', () => {
  it('VFP_FPSCR_STAT_MASK, VFP_FPSCR_CTRL_MASK (asm/fpsimd.h), SIGKILL and SIGSTOP', () => {
    expect([FPSCR_STAT, FPSCR_CTRL, UNBLOCKABLE, rangesMask([[3, 1], [8, 8]])]).to.deep.equal([0xf800009fn, 0x07f79f00n, 0x40100n, 0x10en])
  })
})

for (const which of ['sigreturn', 'rt_sigreturn'] as const) {
  const size = which === 'sigreturn' ? 752n : 880n
  describe(`compat ${which}`, () => {
    it('r0 to r14, pc, PSTATE, mask, V0 to V15, FPSR, FPCR from the frame; the rest stays', () => {
      const t = run(which, frame32(which))
      expect(t.regs).to.deep.equal(before.regs.map((v, i) => i < 15 ? BigInt(100 + i) : v))
      expect([t.pc, t.pstate, t.sp, t.orig_x0, t.blocked, t.restart_fn, t.syscallno, t.signo]).to.deep.equal([0x8000n, 0x61000010n, 0x999n, 0x777n, 0x1_fffb_feffn, 0n, 0xffffffffn, 0n])
      expect([t.fpsr, t.fpcr]).to.deep.equal([0xf800009fn, 0x07f79f00n])
      // user_fpsimd_state on the kernel stack: V16 to V31 are whatever lay there
      expect(t.vregs).to.deep.equal(Array.from({ length: 32 }, (_, i) => i < 16 ? BigInt(i) : 0x5500n + BigInt(i)))
    })
    const failures: [string, Record<number, bigint>, boolean][] = [
      ['mode', { 96: 0x13n }, true], ['M[4] clear', { 96: 0x60000000n }, true], ['A', { 96: 0x110n }, true], ['I', { 96: 0x90n }, true], ['F', { 96: 0x50n }, true],
      ['VFP magic', { 232: 0x56465000n }, true], ['VFP size', { 236: 292n }, true],
    ]
    for (const [name, over] of failures) {
      it(`bad ${name}: SIGSEGV at the frame's r13, registers, pc and mask already loaded, V registers not`, () => {
        const t = run(which, frame32(which, over))
        expect([t.signo, t.si_code, t.si_addr, t.regs[0], t.regs[1], t.pc, t.restart_fn, t.syscallno, t.vregs[0], t.vregs[16], t.fpsr]).to.deep.equal([11n, 2n, 113n, 0n, 101n, 0x8000n, 0n, 0xffffffffn, 0x66n, 0x66n, 1n])
        expect(t.blocked).to.equal(0x1_fffb_feffn & ~0x400n)
      })
    }
    it('refused PSTATE is forced to something valid all the same', () => expect(run(which, frame32(which, { 96: 0x600000d3n })).pstate).to.equal(0x60000010n))
    it('a misaligned sp, or one past TASK_SIZE_MAX: SIGSEGV with nothing loaded', () => {
      for (const sp of [base + 4n, base + 1n, base + 2n, (1n << 48n) - size + 8n]) {
        const t = run(which, frame32(which, {}, { regs: before.regs.map((v, i) => i === 13 ? sp : v), frame: { ...frame32(which).tasks[0]!.frame, base: 0x100000n } }))
        expect([t.signo, t.si_addr, t.pc, t.blocked, t.restart_fn, t.syscallno, t.regs[1]]).to.deep.equal([11n, sp, 0x888n, 0n, 0n, which === 'sigreturn' ? 119n : 173n, 0x901n])
      }
    })
    it('the last frame below TASK_SIZE_MAX is read', () => {
      const sp = (1n << 48n) - 1152n
      const t = run(which, frame32(which, {}, { regs: before.regs.map((v, i) => i === 13 ? sp : v), frame: { ...frame32(which).tasks[0]!.frame, base: sp } }))
      expect(t.signo).to.equal(0n)
    })
    it('faults leave zeros; the mask is taken if it could be read', () => {
      const none = run(which, frame32(which, {}, { frame: { ...frame32(which).tasks[0]!.frame, hi: 0n } }))
      expect([none.signo, none.blocked, none.pc, none.regs[1], none.si_addr, none.pstate]).to.deep.equal([11n, 0n, 0n, 0n, 0n, 0x10n])
    })
    it('what is read ends with fpscr, and the mask is its own eight bytes', () => {
      const rt = which === 'sigreturn' ? 0n : 128n
      const upTo = (hi: bigint): Task => run(which, frame32(which, {}, { frame: { ...frame32(which).tasks[0]!.frame, hi: rt + hi } }))
      expect([upTo(504n).signo, upTo(504n).vregs[15], upTo(496n).signo]).to.deep.equal([0n, 15n, 11n])
      expect([upTo(112n).blocked, upTo(104n).blocked]).to.deep.equal([0x1_fffb_faffn, 0n])
    })
    it('si_code is what the memory map says: MAPERR or ACCERR', () => {
      const s = frame32(which)
      expect([1n, 2n, 3n, 0n].map((si_code) => possible('v5.11', features, s, { ...call(which), si_code } as Event))).to.deep.equal([true, true, false, false])
    })
    it('a 64-bit task in a 32-bit call: an AArch64 PSTATE is taken, an AArch32 one ends in SIGSEGV; v4 refuses before reading', () => {
      const fake = (k: string, psr: bigint): Task => run(which, frame32(which, { 96: psr }, { TIF_32BIT: false, compat_call: true, pstate: 0n, table: table.fake }), k)
      for (const k of ['rfc-v2', 'tango-v5.4']) {
        expect([fake(k, 0x60200000n).signo, fake(k, 0x60200000n).pstate, fake(k, 0x10n).signo, fake(k, 0x10n).regs[1]], k).to.deep.equal([0n, 0x61000000n, 11n, 101n])
      }
      const v4 = fake('v4-series', 0n)
      expect([v4.signo, v4.regs[1], v4.pc, v4.restart_fn, v4.si_addr]).to.deep.equal([11n, 0x901n, 0x888n, 0n, base])
    })
  })
}

/** x0..x30 are 100 + i, an FPSIMD record with q = i. */
function frame64(over: Record<number, bigint> = {}, task: Partial<Task> = {}): State {
  const s = initialState([64], features)
  const t = s.tasks[0]!
  Object.assign(t, structuredClone(before), { at: place.entered, table: table.native, syscallno: 139n, sp: base })
  t.frame = { base, lo: 0n, hi: 1152n, words: t.frame.words }
  const put = (offset: number, v: bigint): void => { t.frame.words[offset / 4] = v }
  for (let i = 0; i < 31; i++) put(312 + 8 * i, BigInt(100 + i))
  for (let i = 0; i < 32; i++) put(608 + 16 * i, BigInt(i))
  const fixed: Record<number, bigint> = { 168: 0xffffffffn, 172: 1n, 560: 0x7000n, 568: 0x8000n, 576: 0x60000000n, 592: 0x46508001n, 596: 528n, 600: 3n, 604: 4n }
  for (const [o, v] of Object.entries({ ...fixed, ...over })) put(Number(o), v)
  Object.assign(t, task)
  return s
}

describe('native rt_sigreturn', () => {
  const go = (s: State): Task => run('rt_sigreturn', s)
  it('x0 to x30, sp, pc, PSTATE, mask and FPSIMD state from the frame', () => {
    const t = go(frame64())
    expect(t.regs).to.deep.equal(before.regs.map((_, i) => BigInt(100 + i)))
    expect([t.sp, t.pc, t.pstate, t.blocked, t.restart_fn, t.syscallno, t.orig_x0, t.fpsr, t.fpcr, t.signo]).to.deep.equal([0x7000n, 0x8000n, 0x60000000n, 0x1_fffb_feffn, 0n, 0xffffffffn, 0x777n, 3n, 4n, 0n])
    expect(t.vregs).to.deep.equal(Array.from({ length: 32 }, (_, i) => BigInt(i)))
  })
  const failures: [string, Record<number, bigint>][] = [
    ['M[4]', { 576: 0x10n }], ['EL1', { 576: 5n }], ['D', { 576: 0x200n }], ['no FPSIMD record', { 592: 0n, 596: 0n }], ['record of another size', { 596: 512n }], ['the same, whatever FPCR is', { 596: 512n, 604: 0x1000n }],
    ['a second FPSIMD record', { 1120: 0x46508001n, 1124: 528n }], ['unknown record', { 1120: 5n, 1124: 16n }], ['terminator with a size', { 1124: 16n }],
  ]
  for (const [name, over] of failures) {
    it(`${name}: SIGSEGV at the frame's sp, registers loaded, V registers not`, () => {
      const t = go(frame64(over))
      expect([t.signo, t.si_code, t.si_addr, t.regs[0], t.regs[1], t.sp, t.pc, t.vregs[5], t.restart_fn]).to.deep.equal([11n, 2n, 0x7000n, 0n, 101n, 0x7000n, 0x8000n, 0x66n, 0n])
    })
  }
  it('a misaligned sp, or one past TASK_SIZE_MAX: nothing loaded', () => {
    for (const sp of [base + 8n, base + 1n, (1n << 48n) - 4688n + 16n]) {
      const t = go(frame64({}, { sp, frame: { ...frame64().tasks[0]!.frame, base: 0x100000n } }))
      expect([t.signo, t.si_addr, t.pc, t.blocked, t.syscallno, t.restart_fn]).to.deep.equal([11n, sp, 0x888n, 0n, 139n, 0n])
    }
  })
  it('faults leave zeros', () => {
    const t = go(frame64({}, { frame: { ...frame64().tasks[0]!.frame, hi: 0n } }))
    expect([t.signo, t.blocked, t.regs[1], t.sp, t.si_addr, t.pstate]).to.deep.equal([11n, 0n, 0n, 0n, 0n, 0n])
  })
  it('uc_stack is read as well (restore_altstack): a page that ends within it is a fault, with everything else loaded', () => {
    const from = (lo: bigint): Task => go(frame64({}, { frame: { ...frame64().tasks[0]!.frame, lo } }))
    expect([from(144n).signo, from(160n).signo, from(160n).vregs[5], from(160n).blocked]).to.deep.equal([0n, 11n, 5n, 0x1_fffb_faffn])
  })
  it('a mapping that ends with a register holds that register', () => {
    const t = go(frame64({}, { frame: { ...frame64().tasks[0]!.frame, hi: 568n } }))
    expect([t.signo, t.regs[30], t.sp, t.pc]).to.deep.equal([11n, 130n, 0x7000n, 0n])
  })
  it('compat rt_sigreturn goes by the table, not by the task', () => {
    const t = run('rt_sigreturn', frame32('rt_sigreturn', { 96: 0n }, { TIF_32BIT: false, compat_call: true, pstate: 0n, table: table.fake }), 'rfc-v2')
    expect([t.regs[15], t.sp]).to.deep.equal([0x90fn, 0x999n])
    expect(t.regs[0]).to.not.equal(errno(38))
  })
  it('ESR, SVE and extra records are not modelled', () => {
    for (const magic of [0x45535201n, 0x53564501n, 0x45585401n]) {
      expect(possible('v5.11', features, frame64({ 592: magic }), call('rt_sigreturn'))).to.equal(false)
      expect(possible('v5.11', features, frame64({ 1120: magic }), call('rt_sigreturn'))).to.equal(false)
    }
  })
})
