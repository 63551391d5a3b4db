/** Known answers for paths: TLS, entry, fork, exec, switch, restart, signal frames; each from the named place of the kernel source. */
import { expect } from 'chai'
import { NotEnabled, replay, simulate } from '../../sim/index.js'
import { defaultConfig, initialState } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { A, B, config, eret, errno, frame32, leave, machine, place, ptrace, run, setregset, sigreturn, svc, switchTo, table } from './help.js'

const other = (result: bigint): Event => ({ kind: 'handler', task: 'A', call: 'other', result: BigInt.asUintN(64, result), restart: 1n })
const ni: Event = { kind: 'handler', task: 'A', call: 'ni' }

describe('TLS', () => {
  it('__ARM_NR_set_tls is seen in TPIDRRO_EL0 and by NT_ARM_TLS alike (seen on 6.12)', () => {
    const s = machine(32)
    Object.assign(A(s).regs, { 0: 0xcafen, 7: 0xf0005n })
    const after = run('v5.11', config(), s, svc(), ni, leave)
    expect([after.cpus[0]!.TPIDRRO_EL0, A(after).tp_value, A(after).regs[0]]).to.deep.equal([0xcafen, 0xcafen, 0n])
  })
  it('AArch64 tasks read TPIDRRO_EL0 = 0, KPTI on or off (seen on 6.12)', () => {
    for (const kpti of [false, true]) {
      const c = config({ kpti })
      const s = initialState([32, 64], c)
      Object.assign(A(s).regs, { 0: 0xcafen, 7: 0xf0005n })
      let after = run('v5.11', c, s, svc(), ni, leave, switchTo('A', 'B'), { kind: 'eret', task: 'B' })
      if (kpti) after = run('v5.11', c, after, { kind: 'irq', task: 'B', upper: 0n, mte_async_fault: false }, { kind: 'eret', task: 'B' })
      expect(after.cpus[0]!.TPIDRRO_EL0, `kpti ${kpti}`).to.equal(0n)
    }
  })
  it('v5.11 with KPTI leaves the AArch32 value in TPIDRRO_EL0 until the next entry (tls_thread_switch)', () => {
    const c = config({ kpti: true })
    const s = initialState([32, 64], c)
    Object.assign(A(s).regs, { 0: 0xcafen, 7: 0xf0005n })
    const after = run('v5.11', c, s, svc(), ni, leave, switchTo('A', 'B'), { kind: 'eret', task: 'B' })
    expect(after.cpus[0]!.TPIDRRO_EL0).to.equal(0xcafen)
  })
  it('a 64-bit task cannot reach set_tls on rfc-v2, and can on rfc-v2-unguarded', () => {
    const s = machine(64)
    Object.assign(A(s).regs, { 0: 0xcafen, 7: 0xf0005n })
    expect(A(run('rfc-v2', config(), s, svc(1n), ni)).regs[0]).to.equal(errno(38) & 0xffffffffn)
    expect(run('rfc-v2-unguarded', config(), s, svc(1n), ni).cpus[0]!.TPIDRRO_EL0).to.equal(0xcafen)
  })
  it('NT_ARM_TLS: 8 bytes of a 64-bit task, 4 of a 32-bit one, none for a 32-bit tracer', () => {
    const set = (tracer: 32 | 64, tracee: 32 | 64, length: number) => run('v5.11', config(), setregset(tracer, tracee, 0x401, length, [0x11n, 0x22n]), ptrace)
    expect(B(set(64, 64, 8)).tp_value).to.equal(0x2200000011n)
    expect(B(set(64, 32, 4)).tp_value).to.equal(0x11n)
    expect(A(set(32, 64, 4)).regs[0]).to.equal(errno(22) & 0xffffffffn)
  })
})

describe('entry and exit', () => {
  it('KPTI: x30 survives the trampoline of an AArch64 task and TPIDRRO_EL0 ends as 0 (entry.S)', () => {
    const c = config({ kpti: true })
    const s = machine(64, 0, c)
    A(s).regs[30] = 0x1234n
    s.cpus[0]!.TPIDRRO_EL0 = 0x99n
    const after = run('v5.11', c, s, svc())
    expect([A(after).regs[30], after.cpus[0]!.TPIDRRO_EL0]).to.deep.equal([0x1234n, 0n])
  })
  it('from AArch32: w0 is zero-extended, other upper halves are the choice (kernel_entry 0, 32)', () => {
    const s = machine(32)
    for (let i = 0; i < 15; i++) A(s).regs[i] = 0xabcd00000001n
    const t = A(simulate('v5.11', defaultConfig, s, { kind: 'svc', task: 'A', imm: 0n, upper: 0b11n, mte_async_fault: false }))
    expect(t.regs.slice(0, 3)).to.deep.equal([1n, 0xabcd00000001n, 1n])
  })
  it('eret to EL1 modes leaves user space at EL1; other modes panic (IllegalExceptionReturn)', () => {
    const outcome = (mode: bigint, aarch32 = true) => {
      const s = machine(64)
      A(s).at = place.returning
      A(s).pstate = mode
      return A(run('v5.11', config({ aarch32_el0: aarch32 }), s, eret)).at
    }
    expect([0n, 0x10n, 4n, 5n, 8n, 9n, 0xcn, 1n, 0x13n, 0x1fn].map((m) => outcome(m))).to.deep.equal(
      [place.el0, place.el0, place.el1, place.el1, place.panic, place.panic, place.panic, place.panic, place.panic, place.panic])
    expect(outcome(0x10n, false)).to.equal(place.panic)
  })
  it('IT bits without T, or a reserved IT, return as 0 (RestoredITBits)', () => {
    const returned = (pstate: bigint) => {
      const s = machine(32)
      A(s).at = place.returning
      A(s).pstate = pstate
      return A(run('v5.11', config(), s, eret)).pstate
    }
    expect(returned(0x0600fc10n)).to.equal(0x10n)
    expect(returned(0x0600fc30n)).to.equal(0x0600fc30n)
    expect(returned(0x0000f030n)).to.equal(0x30n) // IT = 0b11110000
  })
})

describe('a 32-bit call from a 64-bit task', () => {
  it('rfc-v2: svc #1 with the number in w7; the result is cut; the flag falls in leave', () => {
    const s = machine(64)
    Object.assign(A(s).regs, { 7: 0xffffffff00000003n, 8: 63n })
    const entered = run('rfc-v2', config(), s, svc(1n))
    expect([A(entered).syscallno, A(entered).table, A(entered).audit_arch, A(entered).compat_call]).to.deep.equal([3n, table.fake, 0x40000028n, true])
    const left = run('rfc-v2', config(), entered, other(-4n), leave)
    expect([A(left).regs[0], A(left).compat_call]).to.deep.equal([0xfffffffcn, false])
  })
  it('tango: exactly x8 = 0x80000000; the result is not cut', () => {
    const s = machine(64)
    Object.assign(A(s).regs, { 7: 3n, 8: 0x80000000n })
    expect(A(run('tango-v5.4', config(), s, svc(), other(-4n))).regs[0]).to.equal(errno(4))
    A(s).regs[8] = 0x180000000n
    expect(A(run('tango-v5.4', config(), s, svc())).table).to.equal(table.native)
  })
  it('v4: bit 31 of x8; sigreturn refused with everything but the restart block untouched', () => {
    const s = machine(64)
    frame32(A(s), 0x10n)
    A(s).regs[8] = 0x80000077n
    A(s).restart_fn = 2n
    const t = A(run('v4-series', config(), s, svc(), sigreturn('sigreturn')))
    expect([t.signo, t.restart_fn, t.regs[1], t.syscallno]).to.deep.equal([11n, 0n, 0n, 119n])
  })
  it('rfc-v2: compat sigreturn of a 64-bit task takes an AArch64 pstate from the frame, residue in V16 to V31', () => {
    const s = machine(64)
    frame32(A(s), 0x20000000n)
    A(s).regs[7] = 119n
    const t = A(run('rfc-v2', config(), s, svc(1n), sigreturn('sigreturn', 0x5555n)))
    expect([t.signo, t.pstate, t.pc, t.vregs[16], t.vregs[15]]).to.deep.equal([0n, 0x20000000n, 0x8000n, 0x5555n, 0n])
  })
  it('rfc-v2: the early MTE return leaves the flag set, v4 clears it', () => {
    const c = config({ mte: true })
    const s = machine(64, 0, c)
    Object.assign(A(s).regs, { 7: 3n, 8: 0x80000003n })
    const mte: Event = { kind: 'svc', task: 'A', imm: 1n, upper: 0n, mte_async_fault: true }
    expect([A(run('rfc-v2', c, s, mte)).compat_call, A(run('v4-series', c, s, mte)).compat_call]).to.deep.equal([true, false])
    expect(A(run('rfc-v2', c, s, mte)).regs[0]).to.equal(errno(513))
  })
})

describe('fork, exec, switch', () => {
  const cloneOf = (kernel: string, s = machine(64)) => {
    s.tasks.push(initialState([0]).tasks[0]!)
    return run(kernel, config(), s, svc(1n), { kind: 'handler', task: 'A', call: 'clone', child: 'B' })
  }
  it('CLONE_SETTLS goes to tp_value, the stack to sp, the child returns 0 (copy_thread)', () => {
    const s = machine(64)
    Object.assign(A(s).regs, { 0: 0x80000n, 1: 0x7000n, 3: 0xbeefn, 8: 220n })
    const after = cloneOf('v5.11', s)
    expect([B(after).tp_value, B(after).sp, B(after).regs[0], A(after).regs[0], B(after).at]).to.deep.equal([0xbeefn, 0x7000n, 0n, 2n, place.returning])
  })
  it('rfc-v2: the child of a 32-bit clone inherits the flag', () => {
    const s = machine(64)
    Object.assign(A(s).regs, { 7: 120n })
    expect(B(cloneOf('rfc-v2', s)).compat_call).to.equal(true)
  })
  it('exec from 32 to 64 bits clears TPIDRRO_EL0; TIF_32BIT decides before SET_PERSONALITY (load_elf_binary)', () => {
    const s = machine(32)
    s.cpus[0]!.TPIDRRO_EL0 = 5n
    A(s).regs[7] = 11n
    const after = run('v5.11', config(), s, svc(), { kind: 'handler', task: 'A', call: 'execve', bits: 64 })
    expect([after.cpus[0]!.TPIDRRO_EL0, A(after).TIF_32BIT, A(after).pc, A(after).sp]).to.deep.equal([0n, false, 0x400000n, 0x7ffffff000n])
  })
  it('v4: exec of a 32-bit image by a 32-bit call of a 64-bit task loses the permanent flag in do_el0_svc', () => {
    const s = machine(64)
    A(s).regs[8] = 0x8000000bn
    const handled = run('v4-series', config(), s, svc(), { kind: 'handler', task: 'A', call: 'execve', bits: 32 })
    expect([A(handled).TIF_32BIT, A(handled).compat_call]).to.deep.equal([true, true])
    expect(A(run('v4-series', config(), handled, leave)).compat_call).to.equal(false)
  })
  it('erratum 1418040: CNTVCT is closed when a 32-bit task follows a 64-bit one, and opened on the way back', () => {
    const c = config({ erratum_1418040: true })
    const s = initialState([64, 32], c)
    A(s).at = place.returning
    const there = run('v5.11', c, s, switchTo('A', 'B'))
    expect(there.cpus[0]!.CNTKCTL_EL0VCTEN).to.equal(false)
    expect(run('v5.11', c, there, switchTo('B', 'A')).cpus[0]!.CNTKCTL_EL0VCTEN).to.equal(true)
  })
})

describe('restart and signals (do_signal)', () => {
  const pending = (r: bigint) => run('v5.11', config(), Object.assign(machine(64)), { kind: 'user', task: 'A', set: { 'regs[0]': 7n, 'regs[8]': 63n } }, svc(), other(r), leave)
  const deliver = (flags: bigint): Event => ({ kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags, restorer: 0n, sigtramp: 0xa000n })
  it('without a signal -ERESTARTNOHAND restarts: x0 and pc are the call again', () => {
    const t = A(run('v5.11', config(), pending(-514n), { kind: 'restart', task: 'A' }))
    expect([t.regs[0], t.pc, t.syscallno]).to.deep.equal([7n, 0x400000n, 0xffffffffn])
  })
  it('-ERESTART_RESTARTBLOCK becomes restart_syscall (128) in x8', () => {
    const s = pending(-516n)
    expect(A(s).restart_fn).to.equal(1n)
    expect(A(run('v5.11', config(), s, { kind: 'restart', task: 'A' })).regs[8]).to.equal(128n)
  })
  it('-ERESTARTSYS with a handler: EINTR without SA_RESTART, restart with it', () => {
    const frameX0 = (flags: bigint) => {
      const s = pending(-512n)
      A(s).frame = { base: 0x10000n - 4704n, lo: 0n, hi: 1152n, words: A(s).frame.words }
      A(s).sp = 0x10000n
      const t = A(run('v5.11', config(), s, deliver(flags)))
      expect([t.signo, t.pc, t.regs[0], t.regs[30], t.blocked, t.sp]).to.deep.equal([0n, 0x9000n, 10n, 0xa000n, 1n << 9n, 0x10000n - 4704n])
      return [t.frame.words[78]!, t.frame.words[79]!, t.frame.words[142]!]
    }
    expect(frameX0(0n)).to.deep.equal([0xfffffffcn, 0xffffffffn, 0x400004n])
    expect(frameX0(0x10000000n)).to.deep.equal([7n, 0n, 0x400000n])
  })
  it('a frame that cannot be written forces SIGSEGV (force_sigsegv), SI_KERNEL', () => {
    const t = A(run('v5.11', config(), pending(0n), deliver(0n)))
    expect([t.signo, t.si_code, t.blocked]).to.deep.equal([11n, 0x80n, 0n])
  })
  it('a forced signal that is blocked is unblocked (force_sig_info_to_task)', () => {
    const s = machine(32)
    A(s).blocked = 1n << 10n
    A(s).regs[7] = 119n
    A(s).regs[13] = 4n
    expect(A(run('v5.11', config(), s, svc(), sigreturn('sigreturn'))).blocked).to.equal(0n)
  })
  it('an AArch32 handler starts with flags, IT, DIT and E clear and T from its address (compat_setup_return)', () => {
    const s = machine(32)
    Object.assign(A(s), { at: place.returning, pstate: 0xff8f0230n })
    A(s).regs[13] = 0x10000n
    A(s).frame = { base: 0x10000n - 752n, lo: 0n, hi: 1152n, words: A(s).frame.words }
    const t = A(run('v5.11', config({ mixed_endian_el0: true }), s, { kind: 'signal', task: 'A', signo: 10n, handler: 0x9001n, flags: 0n, restorer: 0n, sigtramp: 0xa000n }))
    expect([t.pstate, t.pc, t.regs[14], t.frame.words[24]]).to.deep.equal([0x008f0030n, 0x9001n, 0xa009n, 0xfeaf0230n])
  })
})

describe('frames and exception return, bit by bit', () => {
  it('an AArch32 frame carries V0 to V15 as D registers, FPSCR from FPSR and FPCR, FPEXC.EN (compat_preserve_vfp_context)', () => {
    const s = machine(32)
    Object.assign(A(s), { at: place.returning, fpsr: 0x8000001fn, fpcr: 0x01000000n, vregs: A(s).vregs.map((_, i) => BigInt(i + 1) << 64n | BigInt(100 + i)) })
    A(s).regs[13] = 0x10000n
    A(s).frame = { base: 0x10000n - 752n, lo: 0n, hi: 1152n, words: A(s).frame.words.map(() => 0xffffffffn) }
    const words = A(run('v5.11', config(), s, { kind: 'signal', task: 'A', signo: 10n, handler: 0x9000n, flags: 0n, restorer: 0n, sigtramp: 0n })).frame.words
    expect(words.slice(58, 64)).to.deep.equal([0x56465001n, 288n, 100n, 0n, 1n, 0n])
    expect(words.slice(120, 132)).to.deep.equal([115n, 0n, 16n, 0n, 0x8100001fn, 0xffffffffn, 0x40000000n, 0n, 0n, 0xffffffffn, 0n, 0n])
  })
  it('an AArch64 return takes D, A, I, F and IL from SPSR, SS only under TIF_SINGLESTEP, and what the CPU has', () => {
    const back = (over: object, step: boolean) => {
      const s = machine(64)
      Object.assign(A(s), { at: place.returning, pstate: 0xffffffe0n, TIF_SINGLESTEP: step })
      return A(run('v5.11', config(over), s, eret)).pstate
    }
    expect(back({}, false)).to.equal(0xf01003c0n)
    expect(back({ mte: true, dit: true, ssbs: true, bti: true }, true)).to.equal(0xf3301fc0n)
  })
})

describe('what is not possible', () => {
  it('says why, and leaves the given state alone', () => {
    const s = machine(64)
    const before = structuredClone(s)
    expect(() => simulate('v5.11', config(), s, leave)).to.throw(NotEnabled, 'task A is at el0')
    expect(() => simulate('v5.11', config(), s, { kind: 'user', task: 'A', set: { pstate: 5n } })).to.throw(NotEnabled, 'PSTATE')
    expect(() => simulate('v5.11', config(), s, switchTo('A', 'A'))).to.throw(NotEnabled)
    simulate('v5.11', config(), s, svc())
    expect(s).to.deep.equal(before)
  })
  it('replay names the step and the difference', () => {
    const s = machine(64)
    const good = simulate('v5.11', config(), s, svc())
    const bad = structuredClone(good)
    bad.tasks[0]!.regs[3] = 9n
    const trace = { kernel: 'v5.11', config: config(), start: 'exec' as const, events: [svc()] }
    expect(replay({ ...trace, states: [s, good] })).to.deep.equal({ ok: true })
    expect(replay({ ...trace, states: [s, bad] })).to.deep.equal({ ok: false, step: 0, differences: [{ path: 'tasks[0].regs[3]', from: 9n, to: 0n }] })
  })
})
