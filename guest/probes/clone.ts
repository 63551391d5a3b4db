import type { Event } from '../../trace/events.js'
import { place } from '../../trace/state.js'
import { bytes64, code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { childOf, NT, PTRACE, Script, stopOf, stopSignal } from '../protocol.js'
import { eret, freshState, leave, page32, page64, svc } from './common.js'
import { slow, slowFake, fakeRegisters, type FakeCall, type Probe, type Situation } from './probe.js'
import type { Config } from '../../trace/state.js'

/** CLONE_VM | CLONE_SIGHAND | CLONE_THREAD: a thread leaves nothing behind when it exits; with an odd input CLONE_SETTLS as well. */
const flagsFor = (v: bigint): bigint => (v & 1n) === 0n ? 0x10900n : 0x90900n
/** The parent's own value, other than the child's. */
const own = (v: bigint): bigint => BigInt.asUintN(64, ~v)
const lo = (v: bigint): bigint => BigInt.asUintN(32, v)
const hi = (v: bigint): bigint => BigInt.asUintN(32, v >> 32n)
const TRACECLONE = 1n << 20n | 8n

/** A clone, then parent and child both read their TLS registers; the child exits. */
const bothRead = (script: Script, bits: 64 | 32): Script => script
  .cont(0).wait(0).adopt(1, childOf(0), bits).cont(0).wait(0).cont(1).wait(1).getRegset(0, NT.PRSTATUS, bits === 64 ? 272 : 72).getRegset(1, NT.PRSTATUS, bits === 64 ? 272 : 72).getRegset(1, NT.ARM_TLS, bits / 8)
  .setRegset(1, NT.PRSTATUS, bits === 64 ? userPtRegs({ regs: x8(93n), pc: page64 + 0x40n }) : compatGregs({ regs: [0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n], pc: page32 + 0x40n })).cont(1).wait(1)
const x8 = (number: bigint, x0 = 0n, tls = 0n): bigint[] => [x0, 0n, 0n, tls, 0n, 0n, 0n, 0n, number]
const code64 = (imm: number): Buffer => Buffer.concat([code.svc64(imm), code.mrsTpidr(20), code.mrsTpidrro(21), code.brk64()])

const events = (imm = 0n): Event[] => [
  svc('A', imm), { kind: 'handler', task: 'A', call: 'clone', child: 'B' }, leave('A'), eret('A'),
  { kind: 'irq', task: 'A', upper: 0n, mte_async_fault: false }, { kind: 'switch', from: 'A', to: 'B' }, eret('B'),
]
/** What A reads when it is back, and B then. */
function situation(bits: 64 | 32, set: (t: Situation['initial']) => void, config: Config, imm = 0n): Situation {
  const initial = freshState([bits, 0], config)
  set(initial)
  let [parentTpidr, parentTpidrro] = [0n, 0n]
  const cut = (v: bigint): bigint => BigInt.asUintN(bits, v)
  return {
    initial, events: events(imm),
    observe(s) {
      const cpu = s.cpus[0]!
      if (s.tasks[0]!.at === place.el0) [parentTpidr, parentTpidrro] = [cut(cpu.TPIDR_EL0), cut(cpu.TPIDRRO_EL0)]
      return { signals: 0x505n, parentTpidr, parentTpidrro, childTpidr: cut(cpu.TPIDR_EL0), childTpidrro: cut(cpu.TPIDRRO_EL0), child0: cut(s.tasks[1]!.regs[0]!), tp_value: cut(s.tasks[1]!.tp_value) }
    },
  }
}

function observe(bits: 64 | 32, [tpidr, tpidrro]: readonly [number, number], [stopA, stopB, a, b, tls]: readonly (bigint[] | undefined)[]): ReturnType<Probe['observe']> {
  const [p, c] = [a, b].map((w) => (bits === 64 ? readUserPtRegs : readCompatGregs)(w!.slice(2)).regs)
  return {
    signals: BigInt(stopSignal(stopOf(stopA!)) << 8 | stopSignal(stopOf(stopB!))), parentTpidr: p![tpidr]!, parentTpidrro: p![tpidrro]!,
    childTpidr: c![tpidr]!, childTpidrro: c![tpidrro]!, child0: c![0]!, tp_value: BigInt.asUintN(bits, tls![2]!),
  }
}

/** copy_thread (kernel/process.c): the live TPIDR_EL0, or CLONE_SETTLS. */
export const clone64: Probe = {
  name: 'clone64', share: slow, what: 'a 64-bit task clones, every other time with CLONE_SETTLS: TLS registers of both', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 64).request(0, PTRACE.SETOPTIONS, 0, TRACECLONE).poke(0, page64, code64(0)).poke(0, page64 + 0x40n, code.svc64(0)),
  script: (v) => bothRead(new Script().setRegset(0, NT.ARM_TLS, bytes64(own(v))).setRegset(0, NT.PRSTATUS, userPtRegs({ regs: x8(220n, flagsFor(v), v), pc: page64 })), 64),
  observe: ([, , , , , , stopA, , stopB, a, b, tls]) => observe(64, [20, 21], [stopA, stopB, a, b, tls]),
  situation: (v, config) => situation(64, (s) => {
    const t = s.tasks[0]!
    x8(220n, flagsFor(v), v).forEach((r, i) => { t.regs[i] = r })
    t.tp_value = own(v)
    s.cpus[0]!.TPIDR_EL0 = own(v)
  }, config),
}

const code32 = Buffer.concat([code.mcrTls32(5, 2), code.svc32(), code.mrcTls(8, 2), code.mrcTls(9, 3), code.brk32()])

/** The same for an AArch32 task: TPIDRURW is the live register, TPIDRURO the one that CLONE_SETTLS sets. */
export const clone32: Probe = {
  name: 'clone32', share: slow, what: 'an AArch32 task clones, every other time with CLONE_SETTLS: TLS registers of both', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 32).request(0, PTRACE.SETOPTIONS, 0, TRACECLONE).poke(0, page32, code32).poke(0, page32 + 0x40n, code.svc32()),
  script: (v) => bothRead(new Script().setRegset(0, NT.ARM_TLS, bytes64(lo(own(v))).subarray(0, 4))
    .setRegset(0, NT.PRSTATUS, compatGregs({ regs: [flagsFor(v), 0n, 0n, lo(v), 0n, hi(v), 0n, 120n], pc: page32 })), 32),
  observe: ([, , , , , , stopA, , stopB, a, b, tls]) => observe(32, [8, 9], [stopA, stopB, a, b, tls]),
  situation: (v, config) => situation(32, (s) => {
    const t = s.tasks[0]!
    ;[flagsFor(v), 0n, 0n, lo(v), 0n, hi(v), 0n, 120n].forEach((r, i) => { t.regs[i] = r })
    t.tp_value = lo(own(v))
    s.cpus[0]!.TPIDRRO_EL0 = lo(own(v))
    s.cpus[0]!.TPIDR_EL0 = hi(v)
  }, config),
}

/** compat clone by an AArch64 task. */
export const cloneFake: Probe = {
  name: 'clone-fake', share: slowFake, what: 'compat clone by a 64-bit task, every other time with CLONE_SETTLS: TLS registers of both', bits: 64, where: 64, fake: true,
  prepare: (how: FakeCall) => new Script().spawn(0, 64).request(0, PTRACE.SETOPTIONS, 0, TRACECLONE).poke(0, page64, code64(fakeRegisters(how, 120).imm)).poke(0, page64 + 0x40n, code.svc64(0)),
  script: (v, how) => bothRead(new Script().setRegset(0, NT.ARM_TLS, bytes64(own(v))).setRegset(0, NT.PRSTATUS, userPtRegs({ regs: fakeCall(how, v), pc: page64 })), 64),
  observe: ([, , , , , , stopA, , stopB, a, b, tls]) => observe(64, [20, 21], [stopA, stopB, a, b, tls]),
  situation: (v, config, how) => situation(64, (s) => {
    const t = s.tasks[0]!
    fakeCall(how, v).forEach((r, i) => { t.regs[i] = r })
    t.tp_value = own(v)
    s.cpus[0]!.TPIDR_EL0 = own(v)
  }, config, BigInt(fakeRegisters(how, 120).imm)),
}
function fakeCall(how: FakeCall, v: bigint): bigint[] {
  const r = fakeRegisters(how, 120)
  return [flagsFor(v), 0n, 0n, v, 0n, 0n, 0n, r.x7, r.x8]
}
