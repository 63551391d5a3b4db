import { code, compatFrame, compatGregs, compatRtOffset, compatSigframe, nativeFrame, readCompatGregs, readUserPtRegs, rtSigframe, userPtRegs } from '../images.js'
import { NT, PTRACE, Script, stopOf, stopSignal } from '../protocol.js'
import { atEl0, callOfA, frameBase, freshState, halves, mapFrame, page32, page64, signalOf, sigreturn, stoppedCall } from './common.js'
import { breakpoints32, startFor } from './run32.js'
import { psrOf } from './prstatus32.js'
import { fakeRegisters, type FakeCall, type Probe, type Situation } from './probe.js'
import type { Config } from '../../trace/state.js'

const le64 = (v: bigint): Buffer => {
  const b = Buffer.alloc(8)
  b.writeBigUInt64LE(BigInt.asUintN(64, v))
  return b
}
const after64 = page64 + 4n
const regs0 = [0xa0n, 0xa1n]

/** rt_sigreturn → restore_sigframe → valid_user_regs (kernel/signal.c). */
export const sigreturn64: Probe = {
  name: 'sigreturn64', what: 'rt_sigreturn of a 64-bit task from a frame with a given pstate', bits: 64, where: 64,
  prepare: () => mapFrame(new Script().spawn(0, 64), 0, 64).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])).poke(0, frameBase, nativeFrame({ regs: regs0, pc: after64, sp: 0x700n })),
  script: (v) => new Script().poke(0, frameBase + BigInt(rtSigframe.pstate), le64(v))
    .setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 139n], sp: frameBase, pc: page64 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272),
  observe([, , , stop, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), pstate: r.pstate, pc: r.pc, sp: r.sp, x0: r.regs[0]!, x1: r.regs[1]! }
  },
  situation(v, config) {
    const initial = freshState([64], config)
    const t = initial.tasks[0]!
    t.pc = page64
    t.sp = frameBase
    t.pstate = 0n
    t.regs[8] = 139n
    t.frame.base = frameBase
    t.frame.hi = BigInt(t.frame.words.length * 4)
    halves(nativeFrame({ regs: regs0, pc: after64, sp: 0x700n, pstate: v })).forEach((w, i) => { t.frame.words[i] = w })
    atEl0(initial)
    return {
      initial, events: callOfA(sigreturn('rt_sigreturn')),
      observe: (s) => ({ signal: signalOf(s), pstate: s.tasks[0]!.pstate, pc: s.tasks[0]!.pc, sp: s.tasks[0]!.sp, x0: s.tasks[0]!.regs[0]!, x1: s.tasks[0]!.regs[1]! }),
    }
  },
}

/** compat_sys_(rt_)sigreturn of an AArch32 task; read at its system call exit stop, before hardware has a say. */
function compat(name: string, rt: boolean): Probe {
  const call = rt ? 'rt_sigreturn' : 'sigreturn'
  const at = frameBase + BigInt(rt ? compatRtOffset : 0)
  const number = rt ? 173n : 119n
  const image = (v: bigint): Buffer => compatFrame({ regs: regs0, pc: startFor(v), psr: v }, rt)
  const registers = compatGregs({ regs: [0n, 0n, 0n, 0n, 0n, 0n, 0n, number, 0n, 0n, 0n, 0n, 0n, frameBase], pc: page32 + 0x100n })
  return {
    name, what: `${call} of an AArch32 task from a frame with a given PSR`, bits: 32, where: 64,
    prepare: () => mapFrame(new Script().spawn(0, 32), 0, 32).poke(0, page32, breakpoints32).poke(0, page32 + 0x100n, code.svc32()).poke(0, frameBase, image(0x10n)),
    script: (v) => new Script().poke(0, at + BigInt(compatSigframe.pc), image(v).subarray((rt ? compatRtOffset : 0) + compatSigframe.pc, (rt ? compatRtOffset : 0) + compatSigframe.cpsr + 4))
      .setRegset(0, NT.PRSTATUS, registers).cont(0, PTRACE.SYSCALL).wait(0).cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 72).cont(0).wait(0),
    observe([, , , , , , get, , stop]) {
      const r = readCompatGregs(get!.slice(2))
      return { forced: stopSignal(stopOf(stop!)) === 11 ? 11n : 0n, psr: r.pstate, pc: r.pc, r0: r.regs[0]!, r1: r.regs[1]! }
    },
    situation(v, config) {
      const initial = freshState([32], config)
      const t = initial.tasks[0]!
      t.pc = page32 + 0x100n
      t.regs[7] = number
      t.regs[13] = frameBase
      t.pstate = 0x10n
      t.TIF_SYSCALL_TRACE = true
      t.frame.base = frameBase
      t.frame.hi = BigInt(t.frame.words.length * 4)
      halves(image(v)).forEach((w, i) => { t.frame.words[i] = w })
      return {
        // read at the exit stop; the exception return is not part of it
        initial, events: stoppedCall(0n, sigreturn(call), false).slice(0, -1),
        observe: (s) => ({ forced: s.tasks[0]!.signo, psr: psrOf(s, 0), pc: s.tasks[0]!.pc & 0xffffffffn, r0: s.tasks[0]!.regs[0]! & 0xffffffffn, r1: s.tasks[0]!.regs[1]! & 0xffffffffn }),
      }
    },
  }
}
export const sigreturn32 = compat('sigreturn32', false)
export const rtSigreturn32 = compat('rt_sigreturn32', true)

/** The same two calls by an AArch64 task in a compat call. */
function fake(name: string, rt: boolean): Probe {
  const call = rt ? 'rt_sigreturn' : 'sigreturn'
  const number = rt ? 173 : 119
  const at = frameBase + BigInt(rt ? compatRtOffset : 0)
  const image = (v: bigint): Buffer => compatFrame({ regs: regs0, pc: after64, psr: v }, rt)
  const registers = (how: FakeCall): bigint[] => {
    const r = fakeRegisters(how, number)
    const regs = new Array<bigint>(31).fill(0n)
    regs[7] = r.x7
    regs[8] = r.x8
    regs[13] = frameBase
    regs[20] = 0x2020n
    return regs
  }
  return {
    name, what: `compat ${call} by an AArch64 task, from an AArch32 frame with a given PSR`, bits: 32, where: 64, fake: true,
    prepare: (how) => mapFrame(new Script().spawn(0, 64), 0, 64).poke(0, page64, Buffer.concat([code.svc64(fakeRegisters(how, number).imm), code.brk64()])).poke(0, frameBase, image(0n)),
    script: (v, how) => new Script().poke(0, at + BigInt(compatSigframe.cpsr), le64(v).subarray(0, 4))
      .setRegset(0, NT.PRSTATUS, userPtRegs({ regs: registers(how), sp: 0x700n, pc: page64 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272),
    observe([, , , stop, get]) {
      const r = readUserPtRegs(get!.slice(2))
      return { signal: BigInt(stopSignal(stopOf(stop!))), pstate: r.pstate, pc: r.pc, sp: r.sp, x0: r.regs[0]!, x1: r.regs[1]!, x7: r.regs[7]!, x20: r.regs[20]! }
    },
    situation(v: bigint, config: Config, how): Situation {
      const initial = freshState([64], config)
      const t = initial.tasks[0]!
      t.pc = page64
      t.sp = 0x700n
      t.pstate = 0n
      t.regs = registers(how)
      t.frame.base = frameBase
      t.frame.hi = BigInt(t.frame.words.length * 4)
      halves(image(v)).forEach((w, i) => { t.frame.words[i] = w })
      return {
        initial, events: callOfA(sigreturn(call), BigInt(fakeRegisters(how, number).imm)),
        observe: (s) => ({
          signal: signalOf(s), pstate: s.tasks[0]!.pstate, pc: s.tasks[0]!.pc, sp: s.tasks[0]!.sp,
          x0: s.tasks[0]!.regs[0]!, x1: s.tasks[0]!.regs[1]!, x7: s.tasks[0]!.regs[7]!, x20: s.tasks[0]!.regs[20]!,
        }),
      }
    },
  }
}
export const sigreturnFake = fake('sigreturn-fake', false)
export const rtSigreturnFake = fake('rt_sigreturn-fake', true)
