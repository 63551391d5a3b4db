/** What a seccomp filter sees of a call, and what its answer does: secure_computing, __seccomp_filter (kernel/seccomp.c). */
import { code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, PTRACE, Script, stopOf, stopSignal } from '../protocol.js'
import type { Config } from '../../trace/state.js'
import { eret, frameBase, freshState, leave, mapFrame, page32, page64, signalOf, svc } from './common.js'
import { slow, slowFake, fakeRegisters, type FakeCall, type Observed, type Probe, type Situation } from './probe.js'
import { AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM } from './stop-info.js'

const TRAP_DATA = 0x777n
/** The errno that says which architecture the filter saw. */
const errnoFor = { arm: 0x123n, aarch64: 0x456n } as const
/** struct sock_filter: code, jt, jf, k. Numbers below 0x1000 pass; of the others, an even one is answered with SECCOMP_RET_ERRNO and an errno
 *  that tells the architecture, an odd one with SECCOMP_RET_TRAP, whose siginfo tells number and architecture. */
const filter: readonly (readonly [number, number, number, number])[] = [
  [0x20, 0, 0, 0], // ld [nr]
  [0x35, 1, 0, 0x1000], // jge #0x1000
  [0x06, 0, 0, 0x7fff0000], // ret ALLOW
  [0x45, 0, 1, 1], // jset #1
  [0x06, 0, 0, 0x00030000 | Number(TRAP_DATA)], // ret TRAP
  [0x20, 0, 0, 4], // ld [arch]
  [0x15, 0, 1, Number(AUDIT_ARCH_ARM)], // jeq #AUDIT_ARCH_ARM
  [0x06, 0, 0, 0x00050000 | Number(errnoFor.arm)], // ret ERRNO
  [0x15, 0, 1, Number(AUDIT_ARCH_AARCH64)], // jeq #AUDIT_ARCH_AARCH64
  [0x06, 0, 0, 0x00050000 | Number(errnoFor.aarch64)], // ret ERRNO
  [0x06, 0, 0, 0x80000000], // another architecture: ret KILL_PROCESS
]
const program = (bits: 64 | 32): Buffer => {
  const b = Buffer.alloc(16 + filter.length * 8)
  b.writeUInt16LE(filter.length, 0)
  b.writeUInt32LE(Number(frameBase) + 16, bits === 64 ? 8 : 4)
  filter.forEach(([c, jt, jf, k], i) => {
    const at = 16 + i * 8
    b.writeUInt16LE(c, at)
    b.writeUInt8(jt, at + 2)
    b.writeUInt8(jf, at + 3)
    b.writeUInt32LE(k >>> 0, at + 4)
  })
  return b
}

/** prctl(PR_SET_NO_NEW_PRIVS), prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program). */
const install = (s: Script, bits: 64 | 32): Script => mapFrame(s, 0, bits).poke(0, frameBase, program(bits))
  .remote(0, bits === 64 ? 167 : 172, [38, 1, 0, 0, 0]).remote(0, bits === 64 ? 167 : 172, [22, 2, frameBase, 0, 0])

/** Numbers that the filter takes and no table has; bit 31 clear, for it means something on v4. */
const number = (v: bigint): bigint => v & 0x7fffffffn | 0x1000n

/** siginfo of SIGSYS: si_call_addr, si_syscall, si_arch; si_errno is the filter's data. */
function trapped(info: readonly bigint[], stop: bigint[]): Record<string, bigint> {
  if (stopSignal(stopOf(stop)) !== 31) return { callAddr: 0n, seenNr: 0n, seenArch: 0n, data: 0n }
  return { callAddr: info[2]!, seenNr: info[3]! & 0xffffffffn, seenArch: info[3]! >> 32n, data: info[0]! >> 32n }
}

/** The same in the words of the traces. The filter's answer is the event; which architecture it saw is what the call counts as. */
function filtered(bits: 64 | 32, v: bigint, imm: bigint, regs: readonly bigint[], arch: 'arm' | 'aarch64', config: Config): Situation {
  const initial = freshState([bits], config)
  const t = initial.tasks[0]!
  regs.forEach((r, i) => { t.regs[i] = r })
  t.pc = bits === 64 ? page64 : page32
  const trap = (number(v) & 1n) !== 0n
  return {
    initial, shape: trap ? 'trap' : 'errno',
    events: [svc('A', imm), { kind: 'seccomp', task: 'A', action: trap ? 'trap' : 'errno', data: trap ? TRAP_DATA : errnoFor[arch] }, leave('A'), eret('A')],
    observe(s) {
      const a = s.tasks[0]!
      return {
        signal: signalOf(s), x0: a.regs[0]!, pc: a.pc, sees: a.audit_arch,
        callAddr: a.si_addr, seenNr: a.si_syscall, seenArch: a.si_arch, data: a.si_errno,
      }
    },
  }
}
/** The architecture the filter saw, from the errno or from siginfo. */
const seen = (x0: bigint, info: Record<string, bigint>): bigint => info['seenArch'] !== 0n ? info['seenArch']!
  : BigInt.asUintN(32, x0) === BigInt.asUintN(32, -errnoFor.arm) ? AUDIT_ARCH_ARM : BigInt.asUintN(32, x0) === BigInt.asUintN(32, -errnoFor.aarch64) ? AUDIT_ARCH_AARCH64 : 0n
function observed(bits: 64 | 32, [stop, info, get]: readonly (bigint[] | undefined)[]): Observed {
  const r = (bits === 64 ? readUserPtRegs : readCompatGregs)(get!.slice(2))
  const told = trapped(info!.slice(1), stop!)
  return { signal: BigInt(stopSignal(stopOf(stop!))), x0: r.regs[0]!, pc: r.pc, sees: seen(r.regs[0]!, told), ...told }
}
const run = (s: Script, bytes: number): Script => s.cont(0).wait(0).request(0, PTRACE.GETSIGINFO, 0).getRegset(0, NT.PRSTATUS, bytes)

export const seccomp64: Probe = {
  name: 'seccomp64', share: slow, what: 'a filter answers a system call of a 64-bit task with what it saw of it', bits: 64, where: 64,
  prepare: () => install(new Script().spawn(0, 64), 64).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])),
  script: (v) => run(new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [v, 0n, 0n, 0n, 0n, 0n, 0n, 0n, v >> 32n << 32n | number(v)], pc: page64 })), 272),
  observe: ([, , stop, info, get]) => observed(64, [stop, info, get]),
  situation: (v, config) => filtered(64, v, 0n, [v, 0n, 0n, 0n, 0n, 0n, 0n, 0n, v >> 32n << 32n | number(v)], 'aarch64', config),
}

export const seccomp32: Probe = {
  name: 'seccomp32', share: slow, what: 'a filter answers a system call of an AArch32 task with what it saw of it', bits: 32, where: 64,
  prepare: () => install(new Script().spawn(0, 32), 32).poke(0, page32, Buffer.concat([code.svc32(), code.brk32()])),
  script: (v) => run(new Script().setRegset(0, NT.PRSTATUS, compatGregs({ regs: [v, 0n, 0n, 0n, 0n, 0n, 0n, number(v)], pc: page32 })), 72),
  observe: ([, , stop, info, get]) => observed(32, [stop, info, get]),
  situation: (v, config) => filtered(32, v, 0n, [v, 0n, 0n, 0n, 0n, 0n, 0n, number(v)], 'arm', config),
}

const regsOf = (v: bigint, how: FakeCall): bigint[] => {
  const r = fakeRegisters(how, Number(number(v)))
  return [v, 0n, 0n, 0n, 0n, 0n, 0n, r.x7, r.x8, 0n, 0n, 0n, 0n, 0n, 0n, v >> 1n]
}
/** In all three variants the filter sees a compat call, and its errno is cut to 32 bits (syscall_get_arch, syscall_set_return_value). */
export const seccompFake: Probe = {
  name: 'seccomp-fake', share: slowFake, what: 'a filter answers a compat call of a 64-bit task with what it saw of it', bits: 64, where: 64, fake: true,
  prepare: (how) => install(new Script().spawn(0, 64), 64).poke(0, page64, Buffer.concat([code.svc64(fakeRegisters(how, 0).imm), code.brk64()])),
  script: (v, how) => run(new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: regsOf(v, how), pc: page64 })), 272),
  observe: seccomp64.observe,
  situation: (v, config, how) => filtered(64, v, BigInt(fakeRegisters(how, 0).imm), regsOf(v, how), 'arm', config),
}
