/** Register images and signal frames as bytes, as the kernel's user ABI lays them out (uapi/asm/ptrace.h, uapi/asm/sigcontext.h, signal32.h). */

/** struct user_pt_regs: x0..x30, sp, pc, pstate. */
export function userPtRegs(r: { regs?: readonly bigint[], sp?: bigint, pc?: bigint, pstate?: bigint }): Buffer {
  const out = Buffer.alloc(272)
  r.regs?.forEach((v, i) => out.writeBigUInt64LE(BigInt.asUintN(64, v), i * 8))
  out.writeBigUInt64LE(r.sp ?? 0n, 248)
  out.writeBigUInt64LE(r.pc ?? 0n, 256)
  out.writeBigUInt64LE(BigInt.asUintN(64, r.pstate ?? 0n), 264)
  return out
}

/** The AArch32 general registers as NT_PRSTATUS has them: r0..r15, cpsr, orig_r0; 72 bytes. */
export function compatGregs(r: { regs?: readonly bigint[], pc?: bigint, psr?: bigint, origR0?: bigint }): Buffer {
  const out = Buffer.alloc(72)
  r.regs?.slice(0, 15).forEach((v, i) => out.writeUInt32LE(Number(BigInt.asUintN(32, v)), i * 4))
  out.writeUInt32LE(Number(BigInt.asUintN(32, r.pc ?? 0n)), 60)
  out.writeUInt32LE(Number(BigInt.asUintN(32, r.psr ?? 0x10n)), 64)
  out.writeUInt32LE(Number(BigInt.asUintN(32, r.origR0 ?? 0n)), 68)
  return out
}

/** A 64-bit word, little-endian. */
export function bytes64(v: bigint): Buffer {
  const b = Buffer.alloc(8)
  b.writeBigUInt64LE(BigInt.asUintN(64, v))
  return b
}

export interface Registers { regs: bigint[], sp: bigint, pc: bigint, pstate: bigint }

/** A 64-bit task's registers from NT_PRSTATUS (the words after result and length). */
export const readUserPtRegs = (words: readonly bigint[]): Registers => ({ regs: words.slice(0, 31), sp: words[31]!, pc: words[32]!, pstate: words[33]! })

/** A 32-bit task's; `pstate` is the PSR as user space sees it, `sp` is r13. */
export function readCompatGregs(words: readonly bigint[]): Registers {
  const half = (i: number): bigint => BigInt.asUintN(32, words[i >> 1]! >> BigInt(32 * (i & 1)))
  return { regs: Array.from({ length: 15 }, (_, i) => half(i)), sp: half(13), pc: half(15), pstate: half(16) }
}

/** Offsets in struct rt_sigframe: the sigcontext's registers, sp, pc, pstate, and its records. */
export const rtSigframe = { size: 1128, uc: 128, sigmask: 168, regs: 312, sp: 560, pc: 568, pstate: 576, records: 592 } as const
const FPSIMD_MAGIC = 0x46508001

/** struct rt_sigframe with an FPSIMD record and its terminator; 1,128 bytes. */
export function nativeFrame(r: { regs?: readonly bigint[], sp?: bigint, pc?: bigint, pstate?: bigint, fpsr?: number, fpcr?: number, vregs?: readonly bigint[] }): Buffer {
  const out = Buffer.alloc(rtSigframe.size)
  userPtRegs(r).copy(out, rtSigframe.regs)
  out.writeUInt32LE(FPSIMD_MAGIC, rtSigframe.records)
  out.writeUInt32LE(528, rtSigframe.records + 4)
  out.writeUInt32LE(r.fpsr ?? 0, rtSigframe.records + 8)
  out.writeUInt32LE(r.fpcr ?? 0, rtSigframe.records + 12)
  r.vregs?.forEach((v, i) => {
    out.writeBigUInt64LE(BigInt.asUintN(64, v), rtSigframe.records + 16 + i * 16)
    out.writeBigUInt64LE(v >> 64n, rtSigframe.records + 24 + i * 16)
  })
  return out
}

/** Offsets in struct compat_sigframe; compat_rt_sigframe has 128 bytes of siginfo before it. */
export const compatSigframe = { size: 752, r0: 32, sp: 84, lr: 88, pc: 92, cpsr: 96, sigmask: 104, vfp: 232 } as const
export const compatRtOffset = 128
const VFP_MAGIC = 0x56465001
const VFP_STORAGE_SIZE = 0x120

/** struct compat_sigframe with its VFP record; 752 bytes. `rt`: compat_rt_sigframe, 880. */
export function compatFrame(r: { regs?: readonly bigint[], pc?: bigint, psr?: bigint }, rt: boolean): Buffer {
  const base = rt ? compatRtOffset : 0
  const out = Buffer.alloc(base + compatSigframe.size)
  // r0..r12, sp, lr, pc, cpsr stand side by side
  compatGregs({ regs: r.regs ?? [], pc: r.pc ?? 0n, psr: r.psr ?? 0x10n }).copy(out, base + compatSigframe.r0, 0, 68)
  out.writeUInt32LE(VFP_MAGIC, base + compatSigframe.vfp)
  out.writeUInt32LE(VFP_STORAGE_SIZE, base + compatSigframe.vfp + 4)
  return out
}

/** Instructions, as bytes. */
export const code = {
  svc64: (imm: number): Buffer => word(0xd4000001 | imm << 5),
  brk64: (): Buffer => word(0xd4200000),
  svc32: (imm = 0): Buffer => word(0xef000000 | imm),
  /** the kernel's breakpoint instruction for A32 and T32 */
  brk32: (): Buffer => word(0xe7f001f0),
  svcThumb: (imm = 0): Buffer => half(0xdf00 | imm),
  brkThumb: (): Buffer => half(0xde01),
  nop64: (): Buffer => word(0xd503201f),
  nop32: (): Buffer => word(0xe320f000),
  nopThumb: (): Buffer => half(0xbf00),
  mrsTpidr: (rt: number): Buffer => word(0xd53bd040 | rt),
  mrsTpidrro: (rt: number): Buffer => word(0xd53bd060 | rt),
  /** mrc p15, 0, Rt, c13, c0, 2 (TPIDRURW) or 3 (TPIDRURO) */
  mrcTls: (rt: number, which: 2 | 3): Buffer => word(0xee1d0f10 | rt << 12 | which << 5),
  /** mcr of the same */
  mcrTls32: (rt: number, which: 2 | 3): Buffer => word(0xee0d0f10 | rt << 12 | which << 5),
  mcrTls: (rt: number): Buffer => word(0xee0d0f50 | rt << 12),
  /** str wzr, [Xn] */
  storeWord: (rn: number): Buffer => word(0xb900001f | rn << 5),
  /** movz and three movk: a register's 64 bits */
  moveWide: (rd: number, v: bigint): Buffer[] => [0, 1, 2, 3].map((hw) => word((hw === 0 ? 0xd2800000 : 0xf2800000) | hw << 21 | Number(BigInt.asUintN(16, v >> BigInt(16 * hw))) << 5 | rd)),
  /** movw and movt: a register's 32 bits, A32 */
  move32: (rd: number, v: bigint): Buffer[] => [0, 1].map((top) => {
    const half16 = Number(BigInt.asUintN(16, v >> BigInt(16 * top)))
    return word((top === 0 ? 0xe3000000 : 0xe3400000) | half16 >> 12 << 16 | rd << 12 | half16 & 0xfff)
  }),
  msrTpidr: (rt: number): Buffer => word(0xd51bd040 | rt),
} as const

const word = (n: number): Buffer => {
  const b = Buffer.alloc(4)
  b.writeUInt32LE(n >>> 0)
  return b
}
const half = (n: number): Buffer => {
  const b = Buffer.alloc(2)
  b.writeUInt16LE(n)
  return b
}

/** A negative errno among results. */
export const errno = (v: bigint): bigint => BigInt.asIntN(64, v)
