/** Restart and delivery. do_signal, handle_signal, signal_setup_done: arch/arm64/kernel/signal.c, kernel/signal.c (v5.4, v5.11). */
import { expect } from 'chai'
import { isAtReturn, noteRestartBlock, restartWithoutSignal } from '../../model/tasks/do-signal.js'
import { forceSignal, sendSignal } from '../../model/tasks/force-signal.js'
import { compatFrameAddress, nativeFrameAddress } from '../../model/tasks/signal-frames.js'
import { bv } from '../../model/terms/build.js'
import { afterExec, initialState, place, type Config, type State, type Task } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { after, config, errno, fakeTask, features, kernel, num, possible, task, truth } from './help.js'

const returning = (bits: 64 | 32, over: Partial<Task>, c: Config = config()): State => {
  const s = initialState([bits], c)
  Object.assign(s.tasks[0]!, { at: place.returning, ...over })
  return s
}
const regs = (over: Record<number, bigint>): bigint[] => Array.from({ length: 31 }, (_, i) => over[i] ?? BigInt(i))
const restart: Event = { kind: 'restart', task: 'A' }
const signal = (over: Partial<Extract<Event, { kind: 'signal' }>> = {}): Event => ({ kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 0n, restorer: 0x7000n, sigtramp: 0xa000n, ...over })

describe('do_signal without a signal', () => {
  const run = (ret: bigint, over: Partial<Task> = {}, k = 'v5.11', bits: 64 | 32 = 64): Task => after(k, config(), returning(bits, { syscallno: 63n, orig_x0: 0x55n, pc: 0x1004n, regs: regs({ 0: ret }), ...over }), restart).tasks[0]!
  for (const [code, again] of [[512, true], [513, true], [514, true], [516, true], [515, false], [4, false], [0, false], [517, false], [511, false]] as const) {
    it(`-${code}: ${again ? 'the call again' : 'as it is'}`, () => {
      const t = run(errno(code))
      expect([t.regs[0], t.pc, t.syscallno]).to.deep.equal(again ? [0x55n, 0x1000n, 0xffffffffn] : [errno(code), 0x1004n, 0xffffffffn])
      expect(t.regs[8]).to.equal(code === 516 ? 128n : 8n)
      expect(t.regs[7]).to.equal(7n)
    })
  }
  it('the result is an int: what invoke_syscall cut to 32 bits still restarts', () => expect(run(errno(512) & 0xffffffffn).regs[0]).to.equal(0x55n))
  it('outside a system call nothing happens', () => expect(run(errno(512), { syscallno: 0xffffffffn })).to.deep.include({ pc: 0x1004n }))
  it('the pc goes back by 2 where bit 5 is set, whatever the mode (compat_thumb_mode)', () => {
    expect(run(errno(512), { pstate: 0x30n }, 'v5.11', 32).pc).to.equal(0x1002n)
    expect(run(errno(512), { pstate: 0x20n }).pc).to.equal(0x1002n)
  })
  it('restart_syscall: x8 = 128 natively, r7 = 0 for AArch32', () => {
    const t = run(errno(516), { pstate: 0x10n }, 'v5.11', 32)
    expect([t.regs[7], t.regs[8]]).to.deep.equal([0n, 8n])
  })
  it('a 32-bit call restarts natively: v4 with the flag set, the others once it has fallen', () => {
    for (const [k, compat_call] of [['rfc-v2', false], ['tango-v5.4', false], ['v4-series', false], ['v4-series', true]] as const) {
      const t = run(errno(516), { compat_call }, k)
      expect([t.regs[7], t.regs[8]], k).to.deep.equal([7n, 128n])
    }
    expect(run(errno(516), { compat_call: true }, 'rfc-v2').regs[7]).to.equal(0n)
  })
  it('user_rewind_single_step: SS is set again under TIF_SINGLESTEP, only for a restarted call', () => {
    expect(run(errno(512), { TIF_SINGLESTEP: true }).pstate).to.equal(0x200000n)
    expect(run(errno(512)).pstate).to.equal(0n)
    expect(run(errno(4), { TIF_SINGLESTEP: true }).pstate).to.equal(0n)
  })
  it('an asynchronous tag fault is sent first: SIGSEGV, SEGV_MTEAERR, blocked or not', () => {
    const t = run(errno(512), { TIF_MTE_ASYNC_FAULT: true, blocked: 0x400n })
    expect([t.signo, t.si_code, t.si_addr, t.TIF_MTE_ASYNC_FAULT, t.blocked, t.regs[0]]).to.deep.equal([11n, 8n, 0n, false, 0x400n, 0x55n])
  })
})

describe('restart_block, force_sig_fault', () => {
  it('a handler that returns -ERESTART_RESTARTBLOCK leaves its function', () => {
    for (const [ret, fn] of [[errno(516), 2n], [errno(516) & 0xffffffffn, 2n], [errno(512), 1n], [0n, 1n]] as const) {
      const t = task(64, { restart_fn: 1n })
      noteRestartBlock(t, bv(64, ret), bv(8, 2))
      expect(num(t.restart_fn)).to.equal(fn)
    }
  })
  it('sent: pending, the mask stays; forced: unblocked', () => {
    const t = task(64, { blocked: 0xffffn })
    sendSignal(t, 11, bv(32, 1), bv(64, 2))
    expect([t.signo, t.si_code, t.si_addr, t.blocked].map(num)).to.deep.equal([11n, 1n, 2n, 0xffffn])
    forceSignal(t, 11, bv(32, 3), bv(64, 4))
    expect([t.signo, t.si_code, t.si_addr, t.blocked].map(num)).to.deep.equal([11n, 3n, 4n, 0xfbffn])
  })
  it('what a seccomp filter had left in siginfo goes with the next signal', () => {
    for (const send of [sendSignal, forceSignal]) {
      const t = task(64, { signo: 31n, si_code: 1n, si_errno: 5n, si_syscall: 6n, si_arch: 7n })
      send(t, 11, bv(32, 1), bv(64, 2))
      expect([t.si_errno, t.si_syscall, t.si_arch].map(num)).to.deep.equal([0n, 0n, 0n])
    }
  })
  it('places', () => expect([task(64, { at: 4n }), task(64)].map((t) => truth(isAtReturn(t)))).to.deep.equal([true, false]))
  it('restart leaves a state alone that is no call', () => {
    const t = fakeTask({ syscallno: 0xffffffffn, regs: regs({ 0: errno(516) }) })
    restartWithoutSignal(kernel('rfc-v2'), t)
    expect(t.regs.map(num)).to.deep.equal(regs({ 0: errno(516) }))
  })
})

describe('where frames go', () => {
  it('compat_get_sigframe: 32-bit arithmetic, on 8 bytes', () => {
    const at = (r13: bigint, size: number): bigint => num(compatFrameAddress(task(32, { regs: regs({ 13: r13 }) }), size))
    expect([at(0x10000n, 752), at(0x10007n, 880), at(0xf00010000n, 752), at(0n, 752)]).to.deep.equal([0xfd10n, 0xfc90n, 0xfd10n, 0xfffffd10n])
  })
  it('get_sigframe: the frame record below sp on 16 bytes, sizeof(struct rt_sigframe) below', () => {
    const at = (sp: bigint): bigint[] => Object.values(nativeFrameAddress(task(64, { sp }))).map(num)
    expect([at(0x10000n), at(0x1000fn)]).to.deep.equal([[0x10000n - 16n - 4688n, 0xfff0n], [0x10000n - 16n - 4688n, 0xfff0n]])
    expect(at(0x10010n)).to.deep.equal([0x10000n - 4688n, 0x10000n])
  })
})

const native = (over: Partial<Task> = {}): State => {
  const t = afterExec(64, features)
  return returning(64, { sp: 0x10000n, frame: { base: 0x10000n - 4704n, lo: 0n, hi: 1152n, words: t.frame.words }, regs: regs({}), pc: 0x1004n, ...over }, features)
}
const compat = (size: bigint, over: Partial<Task> = {}): State => {
  const t = afterExec(32, features)
  return returning(32, { frame: { base: 0x10000n - size, lo: 0n, hi: 1152n, words: t.frame.words }, regs: regs({ 13: 0x10000n }), pc: 0x1004n, pstate: 0x10n, ...over }, features)
}
const word = (t: Task, offset: number): bigint => t.frame.words[offset / 4]!
const dword = (t: Task, offset: number): bigint => word(t, offset) | word(t, offset + 4) << 32n

describe('setup_rt_frame, setup_return (native)', () => {
  it('registers and frame', () => {
    const vregs = Array.from({ length: 32 }, (_, i) => BigInt(i) << 64n | 0x77n)
    // every word of the memory is set before, so that one that is not written is seen
    const dirty = { ...native().tasks[0]!.frame, words: native().tasks[0]!.frame.words.map(() => 0xffffffffn) }
    const t = after('v5.11', features, native({ pstate: 0x82001400n, blocked: 0x1_0000_0002n, vregs, fpsr: 3n, fpcr: 4n, frame: dirty }), signal()).tasks[0]!
    expect([t.regs[0], t.regs[1], t.regs[29], t.regs[30], t.sp, t.pc, t.pstate, t.blocked]).to.deep.equal([10n, 1n, 0xfff0n, 0xa000n, 0x10000n - 4704n, 0x9000n, 0x80001800n, 0x1_0000_0202n])
    for (let i = 0; i < 31; i++) expect(dword(t, 312 + 8 * i), `x${i}`).to.equal(BigInt(i))
    for (let i = 0; i < 32; i++) expect([dword(t, 608 + 16 * i), dword(t, 616 + 16 * i)], `v${i}`).to.deep.equal([0x77n, BigInt(i)])
    expect([128, 136, 144, 152, 160, 168, 304, 560, 568, 576].map((o) => dword(t, o))).to.deep.equal([0n, 0n, 0n, 2n, 0n, 0x1_0000_0002n, 0n, 0x10000n, 0x1004n, 0x82001400n])
    expect([592, 596, 600, 604, 1120, 1124].map((o) => word(t, o))).to.deep.equal([0x46508001n, 528n, 3n, 4n, 0n, 0n])
  })
  it('SA_RESTORER, SA_SIGINFO, SA_NODEFER', () => {
    const t = after('v5.11', features, native(), signal({ flags: 0x44000004n })).tasks[0]!
    expect([t.regs[1], t.regs[2], t.regs[30], t.blocked, word(t, 0), word(t, 8), dword(t, 16)]).to.deep.equal([0x10000n - 4704n, 0x10000n - 4704n + 128n, 0x7000n, 0n, 10n, 0n, 0n])
  })
  it('siginfo of a forced fault', () => {
    const t = after('v5.11', features, native({ signo: 11n, si_code: 2n, si_addr: 0x123456789an }), signal({ signo: 11n, flags: 4n })).tasks[0]!
    expect([word(t, 0), word(t, 8), dword(t, 16), t.signo, t.si_code, t.si_addr]).to.deep.equal([11n, 2n, 0x123456789an, 0n, 0n, 0n])
  })
  it('its address without the tag unless SA_EXPOSE_TAGBITS asks for it (v5.11 on)', () => {
    const addr = (k: string, si_addr: bigint, flags: bigint): bigint => dword(after(k, features, native({ signo: 11n, si_code: 1n, si_addr }), signal({ signo: 11n, flags })).tasks[0]!, 16)
    const tagged = 0xab00_0000_1234_5678n, kernelHalf = 0xab80_0000_0000_0000n
    expect([addr('v5.11', tagged, 4n), addr('v6.12', tagged, 4n), addr('v5.11', tagged, 0x804n), addr('v5.11', kernelHalf, 4n), addr('tango-v5.4', tagged, 4n)]).to.deep.equal([0x1234_5678n, 0x1234_5678n, tagged, kernelHalf, tagged])
  })
  it('v5.4 steps into the handler (user_fastforward_single_step): SS is clear there; later kernels set it again', () => {
    const ss = (k: string): bigint => after(k, features, native({ pstate: 0x200000n, TIF_SINGLESTEP: true }), signal()).tasks[0]!.pstate & 0x200000n
    expect([ss('v5.4'), ss('tango-v5.4'), ss('v5.11'), ss('v6.12')]).to.deep.equal([0n, 0n, 0x200000n, 0x200000n])
  })
  it('BTYPE needs BTI, TCO is cleared by kernels that know MTE; v5.4 knows neither', () => {
    const pstate = (k: string, c: Config, given: bigint): bigint => after(k, c, native({ pstate: given }), signal()).tasks[0]!.pstate
    expect([pstate('v5.11', { ...features, bti: false }, 0x02000400n), pstate('v5.11', features, 0x400n), pstate('tango-v5.4', features, 0x80000000n)]).to.deep.equal([0x400n, 0x800n, 0x80000000n])
  })
  it('a frame that cannot be written, or lies beyond TASK_SIZE_MAX, forces SIGSEGV, SI_KERNEL, unblocked', () => {
    const t = after('v5.11', features, native({ frame: { ...native().tasks[0]!.frame, hi: 0n }, blocked: 0x400n }), signal()).tasks[0]!
    expect([t.signo, t.si_code, t.si_addr, t.blocked, t.pc, t.sp, t.regs[0]]).to.deep.equal([11n, 0x80n, 0n, 0n, 0x1004n, 0x10000n, 0n])
  })
})

describe('compat_setup_frame, compat_setup_rt_frame, compat_setup_return', () => {
  const pairs: [string, bigint, bigint, number][] = [['plain', 752n, 0n, 0], ['rt', 880n, 4n, 128]]
  for (const [name, size, flags, base] of pairs) {
    it(name, () => {
      const vregs = Array.from({ length: 32 }, (_, i) => BigInt(i) << 64n | 0x77n)
      const s = compat(size, { pstate: 0xff8f0030n, blocked: 0x1_0000_0002n, vregs, fpsr: 0xffffffffn, fpcr: 0xffffffffn })
      const t = after('v5.11', features, s, signal({ flags, handler: 0x9001n })).tasks[0]!
      const sp = 0x10000n - size
      expect([t.regs[0], t.regs[1], t.regs[2], t.regs[13], t.regs[14], t.pc, t.pstate, t.blocked]).to.deep.equal(
        [10n, base > 0 ? sp : 1n, base > 0 ? sp + 128n : 2n, sp, 0xa000n + (base > 0 ? 21n : 9n), 0x9001n, 0x008f0030n, 0x1_0000_0202n])
      for (let i = 0; i < 15; i++) expect(word(t, base + 32 + 4 * i), `r${i}`).to.equal(i === 13 ? 0x10000n : BigInt(i))
      // flags, link, stack, trap_no, error_code, oldmask, pc, cpsr (DIT in bit 21), fault_address, sigmask
      expect([0, 4, 8, 12, 16, 20, 24, 28, 92, 96, 100, 104, 108].map((o) => word(t, base + o))).to.deep.equal(
        [base > 0 ? 0n : 0x5ac3c35an, 0n, 0n, base > 0 ? 2n : 0n, 0n, 0n, 0n, 2n, 0x1004n, 0xfeaf0030n, 0n, 2n, 1n])
      expect([232, 236, 496, 504, 508, 512, 520, 524].map((o) => word(t, base + o))).to.deep.equal([0x56465001n, 288n, 0xfff79f9fn, 0x40000000n, 0n, 0n, 0n, 0n])
      for (let i = 0; i < 16; i++) expect([dword(t, base + 240 + 16 * i), dword(t, base + 248 + 16 * i)], `q${i}`).to.deep.equal([0x77n, BigInt(i)])
    })
  }
  it('ARM and Thumb handlers, SA_RESTORER', () => {
    const lr = (handler: bigint, flags: bigint): bigint[] => {
      const t = after('v5.11', features, compat((flags & 4n) === 0n ? 752n : 880n, { pstate: 0x30n }), signal({ handler, flags })).tasks[0]!
      return [t.regs[14]!, t.pstate, t.pc]
    }
    expect([lr(0x9000n, 0n), lr(0x9000n, 4n), lr(0x9000n, 0x04000000n), lr(0xf00009000n, 0n)]).to.deep.equal([[0xa000n, 0x10n, 0x9000n], [0xa00cn, 0x10n, 0x9000n], [0x7000n, 0x10n, 0x9000n], [0xa000n, 0x10n, 0x9000n]])
    // no other flag is taken for it (SA_NOCLDSTOP, SA_RESTART, SA_NODEFER)
    for (const flags of [1n, 2n, 0x10000000n, 0x40000000n]) expect(lr(0x9000n, flags)[0], flags.toString(16)).to.equal(0xa000n)
  })
  it('siginfo: the address of a forced SIGSEGV or SIGILL, cut to 32 bits', () => {
    for (const [signo, addr] of [[11n, 0x3456789an], [4n, 0x3456789an]] as const) {
      const t = after('v5.11', features, compat(880n, { signo, si_code: 2n, si_addr: 0x123456789an }), signal({ signo, flags: 4n })).tasks[0]!
      expect([word(t, 0), word(t, 4), word(t, 8), word(t, 12)]).to.deep.equal([signo, 0n, 2n, addr])
    }
  })
  it('a fake task gets a native frame; without the guards an AArch32 one', () => {
    for (const k of ['rfc-v2', 'v4-series']) expect(after(k, features, native({ compat_call: true }), signal()).tasks[0]!.sp, k).to.equal(0x10000n - 4704n)
    const s = compat(752n, { compat_call: true, TIF_32BIT: false, pstate: 0n })
    const t = after('rfc-v2-unguarded', features, s, signal()).tasks[0]!
    expect([t.signo, t.regs[13]]).to.deep.equal([11n, 0x10000n - 752n])
  })
})

describe('the restart is undone for a handler', () => {
  const undone = (code: number, flags: bigint): [bigint, bigint] => {
    const t = after('v5.11', features, native({ syscallno: 63n, orig_x0: 0x55n, regs: regs({ 0: errno(code) }) }), signal({ flags })).tasks[0]!
    return [dword(t, 312), dword(t, 568)]
  }
  const eintr = [errno(4), 0x1004n], again = [0x55n, 0x1000n]
  for (const [code, flags, want] of [[514, 0n, eintr], [516, 0n, eintr], [512, 0n, eintr], [513, 0n, again], [512, 0x10000000n, again], [514, 0x10000000n, eintr], [513, 0x10000000n, again], [4, 0n, [errno(4), 0x1004n]]] as const) {
    it(`-${code} flags ${flags.toString(16)}`, () => expect(undone(code, flags)).to.deep.equal(want))
  }
})

describe('which signals can be delivered', () => {
  const can = (over: Partial<Task>, e: Event): boolean => possible('v5.11', features, native(over), e)
  it('1 to 64, not SIGKILL or SIGSTOP, with a handler, not blocked', () => {
    expect([0n, 1n, 9n, 19n, 64n, 65n].map((signo) => can({}, signal({ signo })))).to.deep.equal([false, true, false, false, true, false])
    expect([0n, 1n, 2n].map((handler) => can({}, signal({ handler })))).to.deep.equal([false, false, true])
    expect([can({ blocked: 1n << 9n }, signal()), can({ blocked: 1n << 8n }, signal()), can({ blocked: 1n << 63n }, signal({ signo: 64n }))]).to.deep.equal([false, true, false])
  })
  it('a forced one goes first; a tag fault is SIGSEGV; a stopped task waits', () => {
    expect([can({ signo: 11n }, signal()), can({ signo: 11n }, signal({ signo: 11n }))]).to.deep.equal([false, true])
    expect([can({ TIF_MTE_ASYNC_FAULT: true }, signal()), can({ TIF_MTE_ASYNC_FAULT: true, blocked: 0x400n }, signal({ signo: 11n }))]).to.deep.equal([false, true])
    expect(can({ stopped: true }, signal())).to.equal(false)
  })
})
