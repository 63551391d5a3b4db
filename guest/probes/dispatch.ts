import { code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, Script, stopOf, stopSignal } from '../protocol.js'
import { callOfA, freshState, page32, page64, signalOf } from './common.js'
import type { Event } from '../../trace/events.js'
import { fakeRegisters, type Probe } from './probe.js'

const ni: Event = { kind: 'handler', task: 'A', call: 'ni' }

/** A number that no table has, whether bit 31 is read as part of it or not. */
const absent64 = (v: bigint): bigint => (v & 0x7fffffffn) < 0x1000n ? v | 0x1000n : v

/** do_el0_svc, do_ni_syscall (kernel/syscall.c): upper bits of x8, numbers beyond the table. */
export const dispatch64: Probe = {
  name: 'dispatch64', what: 'a 64-bit task makes a system call whose number is in no table', bits: 64, where: 64,
  boundary: [0xf0005n, 0xf0002n, 0xf0800n, 0xf07ffn, 0x800f0005n],
  prepare: () => new Script().spawn(0, 64).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])),
  script: (v) => new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [7n, 0n, 1n, 0n, 0n, 0n, 0n, 0n, absent64(v)], pc: page64 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272),
  observe([, , stop, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), x0: r.regs[0]!, pc: r.pc }
  },
  situation(v, config) {
    const initial = freshState([64], config)
    const t = initial.tasks[0]!
    t.regs[0] = 7n
    t.regs[2] = 1n
    t.regs[8] = absent64(v)
    t.pc = page64
    return { initial, events: callOfA(ni), observe: (s) => ({ signal: signalOf(s), x0: s.tasks[0]!.regs[0]!, pc: s.tasks[0]!.pc }) }
  },
}

/** The same with bit 31 of a number that the native table has: mainline does not know it. */
export const dispatchBit31: Probe = {
  name: 'dispatch-bit31', what: 'a 64-bit task sets bit 31 of the number of getpid', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 64).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])),
  script: (v) => new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [v, 0n, 0n, 0n, 0n, 0n, 0n, 0x7fffffffn, v & ~0xffffffffn | 0x800000acn], pc: page64 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272),
  observe([, , stop, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), x0: r.regs[0]! }
  },
  situation(v, config) {
    const initial = freshState([64], config)
    const t = initial.tasks[0]!
    t.regs[0] = v
    t.regs[7] = 0x7fffffffn
    t.regs[8] = v & ~0xffffffffn | 0x800000acn
    t.pc = page64
    return { initial, events: callOfA(ni), observe: (s) => ({ signal: signalOf(s), x0: s.tasks[0]!.regs[0]! }) }
  },
}

/** Half of the inputs are ARM-private numbers (0xf0000 on), the others are far beyond the table. cacheflush gets flags it refuses. */
const number32 = (v: bigint): bigint => (v & 1n) === 0n ? 0xf0000n | v >> 1n & 0xfffn : v >> 1n | 0x10000000n

/** do_ni_syscall → compat_arm_syscall (kernel/sys_compat.c): set_tls, cacheflush, SIGILL from 0xf0800 on. */
export const dispatch32: Probe = {
  name: 'dispatch32', what: 'an AArch32 task makes an ARM-private system call, or one whose number is in no table', bits: 32, where: 64,
  boundary: [0xan, 0x4n, 0xffen, 0x1000n, 0xffcn],
  prepare: () => new Script().spawn(0, 32).poke(0, page32, Buffer.concat([code.svc32(), code.brk32()])),
  script: (v) => new Script().setRegset(0, NT.ARM_TLS, Buffer.alloc(4)).setRegset(0, NT.PRSTATUS, compatGregs({ regs: [v, 0n, 1n, 0n, 0n, 0n, 0n, number32(v)], pc: page32 }))
    .cont(0).wait(0).getRegset(0, NT.PRSTATUS, 72).getRegset(0, NT.ARM_TLS, 4),
  observe([, , , stop, get, tls]) {
    const r = readCompatGregs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), r0: r.regs[0]!, pc: r.pc, tp_value: tls![2]! }
  },
  situation(v, config) {
    const initial = freshState([32], config)
    const t = initial.tasks[0]!
    t.regs[0] = v
    t.regs[2] = 1n
    t.regs[7] = number32(v)
    t.pc = page32
    t.pstate = 0x10n
    return {
      initial, events: callOfA(ni),
      observe: (s) => ({ signal: signalOf(s), r0: s.tasks[0]!.regs[0]! & 0xffffffffn, pc: s.tasks[0]!.pc, tp_value: s.tasks[0]!.tp_value }),
    }
  },
}

/** do_ni_syscall for an AArch64 task in a compat call: ENOSYS, cut to 32 bits. */
export const dispatchFake: Probe = {
  name: 'dispatch-fake', what: 'a 64-bit task makes an ARM-private compat call, or one whose number is in no table', bits: 32, where: 64, fake: true,
  boundary: [0xan, 0x4n, 0xffen, 0x1000n],
  prepare: (how) => new Script().spawn(0, 64).poke(0, page64, Buffer.concat([code.svc64(fakeRegisters(how, 0).imm), code.brk64()])),
  script(v, how) {
    const r = fakeRegisters(how, Number(number32(v)))
    return new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [v, 0n, 1n, 0n, 0n, 0n, 0n, r.x7, r.x8], pc: page64 })).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272)
  },
  observe([, , stop, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), x0: r.regs[0]!, pc: r.pc }
  },
  situation(v, config, how) {
    const r = fakeRegisters(how, Number(number32(v)))
    const initial = freshState([64], config)
    const t = initial.tasks[0]!
    t.regs[0] = v
    t.regs[2] = 1n
    t.regs[7] = r.x7
    t.regs[8] = r.x8
    t.pc = page64
    return { initial, events: callOfA(ni, BigInt(r.imm)), observe: (s) => ({ signal: signalOf(s), x0: s.tasks[0]!.regs[0]!, pc: s.tasks[0]!.pc }) }
  },
}
