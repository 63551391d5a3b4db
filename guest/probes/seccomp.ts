/** What a seccomp filter sees of a call, and what its answer does: secure_computing, __seccomp_filter (kernel/seccomp.c). */
import { code, compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, PTRACE, Script, stopOf, stopSignal } from '../protocol.js'
import { frameBase, mapFrame, page32, page64 } from './common.js'
import { slow, slowFake, fakeRegisters, type FakeCall, type Observed, type Probe } from './probe.js'
import { AUDIT_ARCH_AARCH64, AUDIT_ARCH_ARM } from './stop-info.js'

/** struct sock_filter: code, jt, jf, k. Numbers below 0x1000 pass; of the others, an even one is answered with SECCOMP_RET_ERRNO and the
 *  middle bits of what the filter saw of number and architecture, an odd one with SECCOMP_RET_TRAP. */
const filter: readonly (readonly [number, number, number, number])[] = [
  [0x20, 0, 0, 0], // ld [nr]
  [0x35, 1, 0, 0x1000], // jge #0x1000
  [0x06, 0, 0, 0x7fff0000], // ret ALLOW
  [0x45, 0, 1, 1], // jset #1
  [0x06, 0, 0, 0x00030777], // ret TRAP | 0x777
  [0x74, 0, 0, 4], // rsh #4
  [0x54, 0, 0, 0x7ff], // and #0x7ff
  [0x02, 0, 0, 0], // st M[0]
  [0x20, 0, 0, 4], // ld [arch]
  [0x15, 0, 2, Number(AUDIT_ARCH_ARM)], // jeq #AUDIT_ARCH_ARM
  [0x60, 0, 0, 0], // ld M[0]
  [0x05, 0, 0, 4], // ja out
  [0x15, 0, 5, Number(AUDIT_ARCH_AARCH64)], // jeq #AUDIT_ARCH_AARCH64
  [0x60, 0, 0, 0], // ld M[0]
  [0x44, 0, 0, 0x800], // or #0x800
  [0x05, 0, 0, 0], // ja out
  [0x44, 0, 0, 0x00050000], // out: or #ERRNO
  [0x16, 0, 0, 0], // ret A
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
const ERRNO_MAX = 4095n

/** siginfo of SIGSYS: si_call_addr, si_syscall, si_arch; si_errno is the filter's data. */
function trapped(info: readonly bigint[], stop: bigint[]): Record<string, bigint> {
  if (stopSignal(stopOf(stop)) !== 31) return { callAddr: 0n, seenNr: 0n, seenArch: 0n, data: 0n }
  return { callAddr: info[2]!, seenNr: info[3]! & 0xffffffffn, seenArch: info[3]! >> 32n, data: info[0]! >> 32n }
}

/** What is right, by the architecture that the call counts as: `width` is that of its result. */
function right(v: bigint, arch: bigint, pc: bigint, x0: bigint, width: 64 | 32, callAddr = pc): Observed {
  const nr = number(v)
  if ((nr & 1n) !== 0n) return { signal: 31n, x0, pc, callAddr, seenNr: nr, seenArch: arch, data: 0x777n }
  const data = nr >> 4n & 0x7ffn | (arch === AUDIT_ARCH_AARCH64 ? 0x800n : 0n)
  return { signal: 5n, x0: BigInt.asUintN(width, -(data < ERRNO_MAX ? data : ERRNO_MAX)), pc, callAddr: 0n, seenNr: 0n, seenArch: 0n, data: 0n }
}
const run = (s: Script, bytes: number): Script => s.cont(0).wait(0).request(0, PTRACE.GETSIGINFO, 0).getRegset(0, NT.PRSTATUS, bytes)

export const seccomp64: Probe = {
  name: 'seccomp64', share: slow, what: 'a filter answers a system call of a 64-bit task with what it saw of it', bits: 64, where: 64,
  prepare: () => install(new Script().spawn(0, 64), 64).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])),
  script: (v) => run(new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [v, 0n, 0n, 0n, 0n, 0n, 0n, 0n, v >> 32n << 32n | number(v)], pc: page64 })), 272),
  observe([, , stop, info, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), x0: r.regs[0]!, pc: r.pc, ...trapped(info!.slice(1), stop!) }
  },
  expected: (v) => right(v, AUDIT_ARCH_AARCH64, page64 + 4n, v, 64),
}

export const seccomp32: Probe = {
  name: 'seccomp32', share: slow, what: 'a filter answers a system call of an AArch32 task with what it saw of it', bits: 32, where: 64,
  prepare: () => install(new Script().spawn(0, 32), 32).poke(0, page32, Buffer.concat([code.svc32(), code.brk32()])),
  script: (v) => run(new Script().setRegset(0, NT.PRSTATUS, compatGregs({ regs: [v, 0n, 0n, 0n, 0n, 0n, 0n, number(v)], pc: page32 })), 72),
  observe([, , stop, info, get]) {
    const r = readCompatGregs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), x0: r.regs[0]!, pc: r.pc, ...trapped(info!.slice(1), stop!) }
  },
  expected: (v) => right(v, AUDIT_ARCH_ARM, page32 + 4n, v, 32),
}

const regsOf = (v: bigint, how: FakeCall): bigint[] => {
  const r = fakeRegisters(how, Number(number(v)))
  return [v, 0n, 0n, 0n, 0n, 0n, 0n, r.x7, r.x8, 0n, 0n, 0n, 0n, 0n, 0n, v >> 1n]
}
/** Tango's KSTK_EIP: x15, the program counter of the translated task. */
const callAddrOf = (v: bigint, how: FakeCall): bigint => how === 'x8 is 0x80000000' ? v >> 1n : page64 + 4n
/** In all three variants the filter sees a compat call, and its errno is cut to 32 bits (syscall_get_arch, syscall_set_return_value). */
export const seccompFake: Probe = {
  name: 'seccomp-fake', share: slowFake, what: 'a filter answers a compat call of a 64-bit task with what it saw of it', bits: 64, where: 64, fake: true,
  prepare: (how) => install(new Script().spawn(0, 64), 64).poke(0, page64, Buffer.concat([code.svc64(fakeRegisters(how, 0).imm), code.brk64()])),
  script: (v, how) => run(new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: regsOf(v, how), pc: page64 })), 272),
  observe: seccomp64.observe,
  expected: (v, how) => right(v, AUDIT_ARCH_ARM, page64 + 4n, v, 32, callAddrOf(v, how)),
}
