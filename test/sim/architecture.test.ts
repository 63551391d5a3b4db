/** Software step, PSTATE.IL, alignment of pc, upper register halves, IT: the architecture's part of entry and return (Arm ARM; facts by section in docs/simulator.md). */
import { expect } from 'chai'
import type { Event } from '../../trace/events.js'
import type { State } from '../../trace/state.js'
import { NotEnabled, simulate } from '../../sim/index.js'
import { A, config, eret, leave, machine, nativeImage, place, run, setregset, svc } from './help.js'

const SS = 1n << 21n, IL = 1n << 20n
const step: Event = { kind: 'step', task: 'A', upper: 0n }
const irq = (upper = 0n): Event => ({ kind: 'irq', task: 'A', upper, mte_async_fault: false })
const at0 = (bits: 32 | 64, over: Partial<ReturnType<typeof A>> = {}): State => {
  const s = machine(bits)
  Object.assign(A(s), over)
  return s
}
const returning = (bits: 32 | 64, pstate: bigint, over: Partial<ReturnType<typeof A>> = {}): bigint => A(run('v5.11', config(), at0(bits, { at: place.returning, pstate, ...over }), eret)).pstate
function refused(s: State, e: Event): string {
  try {
    simulate('v5.11', config(), s, e)
  } catch (error) {
    if (error instanceof NotEnabled) return error.reason
    throw error
  }
  return ''
}

describe('software step (MDSCR_EL1.SS is TIF_SINGLESTEP)', () => {
  for (const [bits, mode] of [[64, 0n], [32, 0x10n]] as const) {
    it(`${bits} bits: ERET keeps SPSR.SS only with MDSCR_EL1.SS`, () => {
      expect([returning(bits, mode | SS, { TIF_SINGLESTEP: true }), returning(bits, mode, { TIF_SINGLESTEP: true }), returning(bits, mode | SS)]).to.deep.equal([mode | SS, mode, mode])
    })
    it(`${bits} bits: an SVC finds the step taken, an interrupt finds it still to come`, () => {
      const s = at0(bits, { pstate: mode | SS, TIF_SINGLESTEP: true })
      expect([A(run('v5.11', config(), s, svc())).pstate, A(run('v5.11', config(), s, irq())).pstate]).to.deep.equal([mode, mode | SS])
    })
    it(`${bits} bits: the exception stops the task for its tracer, with the step rewound`, () => {
      const s = at0(bits, { pstate: mode, TIF_SINGLESTEP: true, syscallno: 4n })
      expect(A(run('v5.11', config(), s, step))).to.include({ pstate: mode | SS, stopped: true, at: place.returning, syscallno: 0xffffffffn, signo: 0n, pc: A(s).pc })
    })
  }
  it('no exception without MDSCR_EL1.SS; TPIDRRO_EL0 is used by the trampoline as by every other entry', () => {
    expect(refused(at0(64), step)).to.equal('MDSCR_EL1.SS is clear')
    const s = at0(64, { TIF_SINGLESTEP: true })
    s.cpus[0]!.TPIDRRO_EL0 = 7n
    expect(run('v5.11', config({ kpti: true }), s, step).cpus[0]!.TPIDRRO_EL0).to.equal(0n)
  })
  it('stepping over a call: the exit of the call is the next stop, with SS clear until the tracer asks again (user_enable_single_step sets it only with the flag)', () => {
    const s = at0(64, { pstate: SS, TIF_SINGLESTEP: true })
    const after = run('v5.11', config(), s, svc(), { kind: 'handler', task: 'A', call: 'other', result: 5n, restart: 0n }, leave, { kind: 'stop', task: 'A' }, { kind: 'resume', task: 'A', with: 'singlestep' })
    expect([A(after).pstate, A(run('v5.11', config(), after, eret)).pstate]).to.deep.equal([0n, 0n])
  })
})

describe('a step into a signal handler', () => {
  it('v5.4 steps over its first instruction (user_fastforward_single_step), v5.8 and later report it', () => {
    const s = at0(64, { at: place.returning, pstate: SS, TIF_SINGLESTEP: true, sp: 0x41000n, frame: { base: 0x41000n - 4704n, lo: 0n, hi: 1152n, words: A(machine(64)).frame.words } })
    const handler: Event = { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 1n, restorer: 0n, sigtramp: 0n }
    expect(['v5.4', 'tango-v5.4', 'v5.11', 'v7.3'].map((k) => A(run(k, config(), s, handler)).pstate)).to.deep.equal([0n, 0n, SS, SS])
  })
})

describe('the first argument of v7.3 (asm/syscall_wrapper.h)', () => {
  it('compat ptrace and mmap2 take regs[0], native ones orig_x0, after a tracer has changed x0', () => {
    const call = (kind: 1n | 2n, x0: bigint, orig: bigint): bigint => {
      const s = machine(kind === 1n ? 64 : 32, 64)
      s.tasks[1]!.stopped = true
      Object.assign(A(s), { at: place.entered, table: kind, syscallno: kind === 1n ? 117n : 26n, orig_x0: orig })
      A(s).buf = { base: 0x20000n, lo: 0n, hi: 320n, words: A(s).buf.words }
      A(s).regs.splice(0, 4, x0, 2n, 0n, 0x20000n)
      return A(run('v7.3', config(), s, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' })).regs[0]!
    }
    const GETREGSET = 0x4204n, none = 0x999n, [eio, einval] = [5n, 22n].map((n) => BigInt.asUintN(64, -n)) as [bigint, bigint]
    expect([call(1n, none, GETREGSET), call(1n, GETREGSET, none), call(2n, none, GETREGSET), call(2n, GETREGSET, none)]).to.deep.equal([einval, eio, eio & 0xffffffffn, einval & 0xffffffffn])
    const map = (kind: 1n | 2n, x0: bigint, orig: bigint): string => {
      const s = at0(kind === 1n ? 64 : 32, { at: place.entered, table: kind, syscallno: kind === 1n ? 222n : 192n, orig_x0: orig })
      A(s).regs.splice(0, 4, x0, 0x1000n, 3n, 0x32n)
      try {
        simulate('v7.3', config(), s, { kind: 'handler', task: 'A', call: 'mmap', result: 0x70000n })
        return 'there'
      } catch (e) {
        return e instanceof NotEnabled ? 'not there' : 'wrong'
      }
    }
    expect([map(1n, 0n, 0x70000n), map(1n, 0x70000n, 0n), map(2n, 0n, 0x70000n), map(2n, 0x70000n, 0n)]).to.deep.equal(['there', 'not there', 'not there', 'there'])
  })
})

describe('what keeps an SVC from being one', () => {
  it('PSTATE.IL: every instruction is an Illegal Execution state exception; interrupts still come, and SPSR has IL', () => {
    for (const [bits, mode] of [[64, 0n], [32, 0x10n]] as const) {
      const s = at0(bits, { pstate: mode | IL })
      expect(refused(s, svc())).to.contain('PSTATE.IL')
      expect(A(run('v5.11', config(), s, irq())).pstate).to.equal(mode | IL)
    }
  })
  it('IL comes from SPSR at a legal return (§8.2)', () => expect([returning(64, IL), returning(32, 0x10n | IL)]).to.deep.equal([IL, 0x10n | IL]))
  it('pc: 4 bytes, in Thumb 2', () => {
    const at = (bits: 32 | 64, pc: bigint, pstate = bits === 32 ? 0x10n : 0n): boolean => refused(at0(bits, { pc, pstate }), svc()) === ''
    expect([at(64, 0x400002n), at(64, 0x400001n), at(64, 0x400004n), at(32, 0x10002n), at(32, 0x10004n), at(32, 0x10002n, 0x30n), at(32, 0x10001n, 0x30n)]).to.deep.equal([false, false, true, false, true, true, false])
  })
})

describe('upper halves of registers (§8.4)', () => {
  it('each of x0 to x14 is zeroed or kept for itself, x0 always zeroed by the kernel; x15 on is out of reach', () => {
    for (let bit = 0; bit < 15; bit++) {
      const s = at0(32)
      A(s).regs.fill(0xdead_0000_0001n)
      const regs = A(run('v5.11', config(), s, irq(1n << BigInt(bit)))).regs
      expect(regs.map((r, i) => r === (i > 14 || (i === bit && i !== 0) ? 0xdead_0000_0001n : 1n)).every((x) => x), String(bit)).to.equal(true)
    }
  })
  it('an exception from AArch64 leaves no choice', () => expect(refused(at0(64), irq(1n))).to.contain('AArch32'))
})

describe('PTRACE_PEEKUSR of a 32-bit tracer', () => {
  it('start_code, start_data and end_code are no part of the state; what lies around them is -EIO', () => {
    const s = machine(32, 32)
    Object.assign(A(s), { at: place.entered, table: 2n, syscallno: 26n })
    s.tasks[1]!.stopped = true
    const peek = (off: bigint): string => {
      A(s).regs.splice(0, 4, 3n, 2n, off, 0x20000n)
      return refused(s, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' })
    }
    for (const off of [0x10000n, 0x10004n, 0x10008n]) expect(peek(off), String(off)).to.contain('start_code')
    for (const off of [0x10001n, 0x10005n, 0x1000cn, 0xfffcn, 296n]) expect(peek(off), String(off)).to.equal('')
  })
})

describe('V0 to V31, FPSR, FPCR', () => {
  const given = { vregs: Array.from({ length: 32 }, (_, i) => BigInt(i + 1) << 100n | 1n), fpsr: 0x0800009fn, fpcr: 0x07f79f00n }
  it('a call keeps all of them, 128 bits each', () => {
    const s = at0(64, given)
    const t = A(run('v6.12', config(), s, svc(), { kind: 'handler', task: 'A', call: 'other', result: 0n, restart: 0n }, leave, eret))
    expect([t.vregs, t.fpsr, t.fpcr]).to.deep.equal([given.vregs, given.fpsr, given.fpcr])
  })
  it('exec zeroes them (fpsimd_flush_thread), a child has its parent\'s', () => {
    const s = at0(64, { ...given, at: place.entered, table: 1n, syscallno: 221n })
    const t = A(run('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'execve', bits: 64 }))
    expect([t.vregs.every((v) => v === 0n), t.fpsr, t.fpcr]).to.deep.equal([true, 0n, 0n])
  })
  it('a 32-bit program has V0 to V15', () => {
    expect(refused(at0(32), { kind: 'user', task: 'A', set: { 'vregs[16]': 1n } })).to.contain('V16')
    expect(A(run('v5.11', config(), at0(32), { kind: 'user', task: 'A', set: { 'vregs[15]': 1n } })).vregs[15]).to.equal(1n)
  })
})

describe('what a native handler gets (setup_return, setup_sigframe, kernel/signal.c)', () => {
  const handler = (flags: bigint): Event => ({ kind: 'signal', task: 'A', signo: 11n, handler: 0x9000n, flags, restorer: 0x7000n, sigtramp: 0x8000n })
  const forced = (over: Partial<ReturnType<typeof A>>, hi = 1152n): State => at0(64, { at: place.returning, sp: 0x41000n, frame: { base: 0x41000n - 4704n, lo: 0n, hi, words: A(machine(64)).frame.words.map(() => 7n) }, ...over })
  it('returns by the restorer with SA_RESTORER alone: SA_NOCLDSTOP is no part of it', () => {
    expect([0n, 1n, 0x04000000n, 0x04000001n].map((flags) => A(run('v5.11', config(), forced({}), handler(flags))).regs[30])).to.deep.equal([0x8000n, 0x8000n, 0x7000n, 0x7000n])
  })
  it('sees the tag of a fault address with SA_EXPOSE_TAGBITS alone (hide_si_addr_tag_bits)', () => {
    const tagged = { signo: 11n, si_code: 1n, si_addr: 0x5a00000000001234n }
    expect([4n, 5n, 0x804n, 0x805n].map((flags) => A(run('v5.11', config(), forced(tagged), handler(flags))).frame.words[5])).to.deep.equal([0n, 0n, 0x5a000000n, 0x5a000000n])
  })
  it('an asynchronous tag check fault has SEGV_MTEAERR and no address', () => {
    const words = A(run('v5.11', config({ mte: true }), forced({ TIF_MTE_ASYNC_FAULT: true, si_addr: 0x44n }), handler(4n))).frame.words
    expect([words[0], words[2], words[4], words[5]]).to.deep.equal([11n, 8n, 0n, 0n])
  })
  it('siginfo is written in two parts: 48 bytes, and the rest cleared (copy_siginfo_to_user)', () => {
    const words = A(run('v7.3', config(), forced({}, 48n), handler(4n))).frame.words
    expect([words[0], words[11], words[12]]).to.deep.equal([11n, 0n, 7n])
  })
})

describe('orig_x0 of a tracee whose x0 is written (v6.x: gpr_set)', () => {
  it('RFC v2 on 6.12: follows x0 in a native call, not in a 32-bit one', () => {
    const image = nativeImage(0n)
    image[0] = 0x77n
    const orig = (over: Partial<ReturnType<typeof A>>): bigint => {
      const s = setregset(64, 64, 1, 272, image)
      Object.assign(s.tasks[1]!, { syscallno: 64n, orig_x0: 1n, ...over })
      return run('rfc-v2@v6.12', config(), s, { kind: 'handler', task: 'A', call: 'ptrace', target: 'B' }).tasks[1]!.orig_x0
    }
    expect([orig({}), orig({ compat_call: true }), orig({ syscallno: 0xffffffffn })]).to.deep.equal([0x77n, 1n, 1n])
  })
})
