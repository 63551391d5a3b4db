/**
 * What ptrace and sigreturn let through, against what a real kernel was seen to do: Linux 6.12 and Debian's 6.1 and 6.12 on QEMU
 * (the masks and the validity test are the same text in v5.11), and the kernel's own selftests (tools/testing/selftests/arm64/signal).
 */
import { expect } from 'chai'
import { A, B, compatImage, config, errno, frame32, frame64, leave, machine, nativeImage, place, ptrace, run, setregset, sigreturn, svc } from './help.js'

const all = { dit: true, ssbs: true, bti: true, mte: true, mixed_endian_el0: true }
const bit = (n: number): bigint => 1n << BigInt(n)

describe('PTRACE_SETREGSET NT_PRSTATUS of an AArch64 task, as seen on 6.12', () => {
  const set = (pstate: bigint) => run('v5.11', config(all), setregset(64, 64, 1, 272, nativeImage(pstate), config(all)), ptrace)
  for (const n of [31, 30, 29, 28, 12, 10, 11, 24, 25]) {
    it(`keeps bit ${n}`, () => expect(B(set(bit(n))).pstate).to.equal(bit(n)))
  }
  for (const n of [5, 13, 14, 15, 19, 20, 21, 22, 23, 26, 27, 32, 40, 63]) {
    it(`clears bit ${n} without an error`, () => {
      const s = set(bit(n))
      expect(A(s).regs[0]).to.equal(0n)
      expect(B(s).pstate).to.equal(0n)
    })
  }
  for (const n of [0, 1, 2, 3, 4, 6, 7, 8, 9]) {
    it(`refuses bit ${n} with EINVAL and applies nothing`, () => {
      const s = set(bit(n) | bit(31))
      expect(A(s).regs[0]).to.equal(errno(22))
      expect(B(s).pstate).to.equal(bit(12)) // SSBS, as after exec
    })
  }
  it('takes 72 and 280 bytes, and refuses 4', () => {
    for (const [length, result] of [[72, 0n], [280, 0n], [4, errno(22)]] as const) {
      const s = run('v5.11', config(), setregset(64, 64, 1, length, nativeImage(0n)), ptrace)
      expect(A(s).regs[0], String(length)).to.equal(result)
    }
  })
})

describe('PTRACE_SETREGSET NT_PRSTATUS of an AArch32 task, as seen on 6.12', () => {
  const set = (psr: bigint) => run('v5.11', config(all), setregset(64, 32, 1, 72, compatImage(psr), config(all)), ptrace)
  const kept = [31, 30, 29, 28, 27, 16, 17, 18, 19, 25, 26, 10, 11, 12, 13, 14, 15, 9, 5, 23]
  for (const n of kept) it(`keeps bit ${n}`, () => expect(B(set(0x10n | bit(n))).pstate).to.equal(0x10n | bit(n)))
  it('moves DIT from bit 21 to bit 24', () => expect(B(set(0x10n | bit(21))).pstate).to.equal(0x10n | bit(24)))
  for (const n of [20, 22]) it(`clears bit ${n}`, () => expect(B(set(0x10n | bit(n))).pstate).to.equal(0x10n))
  for (const psr of [0x110n, 0x90n, 0x50n, 0x11n, 0x1fn, 0n]) {
    it(`refuses 0x${psr.toString(16)}`, () => expect(A(set(psr)).regs[0]).to.equal(errno(22)))
  }
})

describe('AArch32 sigreturn, as seen on 6.12', () => {
  for (const call of ['sigreturn', 'rt_sigreturn'] as const) {
    const enter = (psr: bigint) => {
      const s = machine(32)
      frame32(A(s), psr, call === 'rt_sigreturn')
      A(s).regs[7] = call === 'sigreturn' ? 119n : 173n
      return run('v5.11', config(), s, svc(), sigreturn(call), leave)
    }
    it(`${call} accepts USR mode and goes to the frame's pc`, () => {
      const t = A(enter(0xf0000010n))
      expect([t.pstate, t.pc, t.regs[0], t.signo]).to.deep.equal([0xf0000010n, 0x8000n, 100n, 0n])
    })
    it(`${call} refuses a masked frame with SIGSEGV, registers and pc already loaded`, () => {
      const t = A(enter(0xf00000d0n))
      expect([t.signo, t.pc, t.regs[1], t.regs[0], t.si_addr]).to.deep.equal([11n, 0x8000n, 101n, 0n, 113n])
    })
    it(`${call} needs a VFP record`, () => {
      const s = machine(32)
      frame32(A(s), 0x10n, call === 'rt_sigreturn')
      A(s).frame.words[call === 'rt_sigreturn' ? 90 : 58] = 0n
      A(s).regs[7] = call === 'sigreturn' ? 119n : 173n
      expect(A(run('v5.11', config(), s, svc(), sigreturn(call))).signo).to.equal(11n)
    })
  }
})

/** mangle_pstate_invalid_*: rt_sigreturn from a frame with such a pstate ends in SIGSEGV. */
describe('selftests arm64/signal: mangle_pstate_invalid', () => {
  const cases: [string, bigint][] = [
    ['compat_toggle', 0x10n], ['daif_bits', 0x3c0n], ['mode_el1h', 5n], ['mode_el1t', 4n], ['mode_el2h', 9n], ['mode_el2t', 8n], ['mode_el3h', 0xdn], ['mode_el3t', 0xcn],
  ]
  for (const [name, bad] of cases) {
    for (const kernel of ['v5.11', 'rfc-v2', 'tango-v5.4', 'v4-series']) {
      it(`${name} on ${kernel}`, () => {
        const s = machine(64)
        frame64(A(s), bad)
        A(s).regs[8] = 139n
        const t = A(run(kernel, config(), s, svc(), sigreturn('rt_sigreturn'), leave))
        expect([t.signo, t.at, t.pstate & 0xfffffffn]).to.deep.equal([11n, place.returning, 0n])
      })
    }
  }
})

describe('selftests arm64/signal: fake_sigreturn', () => {
  const cases: [string, (w: bigint[], t: { sp: bigint }) => void][] = [
    ['bad_magic', (w) => { w[280] = 0xdeadbeefn; w[281] = 16n }],
    ['bad_size', (w) => { w[149] = 4096n }],
    ['bad_size_for_magic0', (w) => { w[281] = 16n }],
    ['duplicated_fpsimd', (w) => { w[280] = 0x46508001n; w[281] = 528n }],
    ['missing_fpsimd', (w) => { w[148] = 0n; w[149] = 0n }],
    ['misaligned_sp', (_, t) => { t.sp += 8n }],
  ]
  for (const [name, spoil] of cases) {
    it(name, () => {
      const s = machine(64)
      frame64(A(s), 0n)
      spoil(A(s).frame.words, A(s))
      A(s).regs[8] = 139n
      expect(A(run('v5.11', config(), s, svc(), sigreturn('rt_sigreturn'))).signo).to.equal(11n)
    })
  }
  it('the frame unspoilt is fine', () => {
    const s = machine(64)
    frame64(A(s), 0x60000000n)
    A(s).regs[8] = 139n
    const t = A(run('v5.11', config(), s, svc(), sigreturn('rt_sigreturn')))
    expect([t.signo, t.pstate, t.regs[30]]).to.deep.equal([0n, 0x60000000n, 130n])
  })
})
