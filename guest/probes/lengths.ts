/** GETREGSET and SETREGSET of NT_PRSTATUS whole, in part, empty and of odd lengths: ptrace_regset (kernel/ptrace.c), gpr_get, gpr_set, compat_gpr_get, compat_gpr_set. */
import type { Config } from '../../trace/state.js'
import { compatGregs, errno, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, pidOf, scratch, Script, wordsToBytes } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import { psrOf } from './prstatus32.js'
import { fakeRegisters, type FakeCall, type Observed, type Probe, type Situation } from './probe.js'

const lengths64 = [272, 272, 280, 0, 8, 16, 264, 4, 248, 256, 271, 12, 272, 128, 200, 1] as const
const lengths32 = [72, 72, 80, 0, 4, 8, 64, 2, 68, 60, 71, 6, 72, 32, 40, 1] as const
const pick = (list: readonly number[], v: bigint): number => list[Number(v & 15n)]!
const cut = (v: bigint, bits: 64 | 32): bigint => BigInt.asUintN(bits, v)

/** Registers that follow from the input; of pstate what every sanitiser lets pass. */
const state64 = (v: bigint) => ({ regs: Array.from({ length: 31 }, (_, i) => cut(v + BigInt(i), 64)), sp: cut(~v, 64), pc: cut(v * 3n, 64), pstate: v & 0xf1001c00n })
const state32 = (v: bigint) => ({ regs: Array.from({ length: 15 }, (_, i) => cut(v + BigInt(i), 32)), pc: cut(v * 3n, 32), psr: v & 0xf80f0020n | 0x10n })
const clean64 = userPtRegs({})
const clean32 = compatGregs({})

/** What the tracer's buffer holds, in the format of the view. */
const image64 = (b: Buffer): Observed => {
  const r = readUserPtRegs(Array.from({ length: 34 }, (_, i) => b.readBigUInt64LE(i * 8)))
  return { x0: r.regs[0]!, x1: r.regs[1]!, x30: r.regs[30]!, sp: r.sp, pc: r.pc, pstate: r.pstate }
}
const image32 = (b: Buffer): Observed => {
  const r = readCompatGregs(Array.from({ length: 9 }, (_, i) => b.readBigUInt64LE(i * 8)))
  return { r0: r.regs[0]!, r1: r.regs[1]!, r13: r.regs[13]!, r14: r.regs[14]!, pc: r.pc, psr: r.pstate }
}
const padded = (b: Uint8Array, length: number): Buffer => Buffer.concat([b, Buffer.alloc(Math.max(0, length - b.length))]).subarray(0, length)

/** The iovec's length afterwards and the buffer behind it, from the words of `buf`. */
function bufferOf(s: Parameters<Situation['observe']>[0], wide: boolean): { length: bigint, bytes: Buffer } {
  const bytes = Buffer.alloc(s.tasks[0]!.buf.words.length * 4)
  s.tasks[0]!.buf.words.forEach((w, i) => bytes.writeUInt32LE(Number(w), i * 4))
  return { length: BigInt(wide ? bytes.readBigUInt64LE(8) : bytes.readUInt32LE(4)), bytes: bytes.subarray(16) }
}

function begin(v: bigint, bits: 64 | 32, tracer: 64 | 32, config: Config): Situation['initial'] {
  const initial = tracerAndTracee([tracer, bits], config)
  const b = initial.tasks[1]!
  const from = bits === 64 ? state64(v) : { ...state32(v), sp: 0n, pstate: state32(v).psr }
  from.regs.forEach((r, i) => { b.regs[i] = r })
  Object.assign(b, { sp: from.sp, pc: from.pc, pstate: from.pstate })
  return initial
}
const request = [svc('A'), ptraceB, leave('A')]

/** By a 64-bit tracer in a native call. */
function get(bits: 64 | 32): Probe {
  const lengths = bits === 64 ? lengths64 : lengths32
  const image = bits === 64 ? image64 : image32
  return {
    name: `get${bits}`, what: `GETREGSET of NT_PRSTATUS of ${bits === 64 ? 'a 64-bit' : 'an AArch32'} task, of any length`, bits, where: 64,
    prepare: () => new Script().spawn(1, bits),
    script: (v) => new Script().setRegset(1, NT.PRSTATUS, bits === 64 ? userPtRegs(state64(v)) : compatGregs(state32(v))).getRegset(1, NT.PRSTATUS, pick(lengths, v)),
    observe: ([, got]) => ({ result: errno(got![0]!), length: got![1]!, ...image(padded(wordsToBytes(got!.slice(2)), 272)) }),
    situation(v, config) {
      const initial = begin(v, bits, 64, config)
      regsetCall(initial, 0x4204, NT.PRSTATUS, Buffer.alloc(pick(lengths, v)), 'native')
      return {
        initial, events: request,
        observe(s) {
          const { length, bytes } = bufferOf(s, true)
          return { result: errno(s.tasks[0]!.regs[0]!), length, ...image(bytes) }
        },
      }
    },
  }
}
export const get64 = get(64)
export const get32 = get(32)

function set(bits: 64 | 32): Probe {
  const lengths = bits === 64 ? lengths64 : lengths32
  const bytes = (v: bigint): Buffer => padded(bits === 64 ? userPtRegs(state64(v)) : compatGregs(state32(v)), pick(lengths, v))
  return {
    name: `set${bits}`, what: `SETREGSET of NT_PRSTATUS on ${bits === 64 ? 'a 64-bit' : 'an AArch32'} task, of any length`, bits, where: 64,
    prepare: () => new Script().spawn(1, bits),
    script: (v) => new Script().setRegset(1, NT.PRSTATUS, bits === 64 ? clean64 : clean32).setRegset(1, NT.PRSTATUS, bytes(v)).getRegset(1, NT.PRSTATUS, bits === 64 ? 272 : 72),
    observe: ([, done, got]) => ({ result: errno(done![0]!), length: done![1]!, ...(bits === 64 ? image64 : image32)(padded(wordsToBytes(got!.slice(2)), 272)) }),
    situation(v, config) {
      const initial = tracerAndTracee([64, bits], config)
      const b = initial.tasks[1]!
      Object.assign(b, { sp: 0n, pc: 0n, pstate: bits === 64 ? 0n : 0x10n })
      b.regs.fill(0n)
      regsetCall(initial, 0x4205, NT.PRSTATUS, bytes(v), 'native')
      return {
        initial, events: request,
        observe(s) {
          const t = s.tasks[1]!
          const seen = bits === 64 ? image64(userPtRegs(t)) : image32(padded(compatGregs({ regs: t.regs, pc: t.pc, psr: psrOf(s, 1) }), 272))
          return { result: errno(s.tasks[0]!.regs[0]!), length: bufferOf(s, true).length, ...seen }
        },
      }
    },
  }
}
export const set64 = set(64)
export const set32 = set(32)

const iovec = (length: number): Buffer => {
  const b = Buffer.alloc(16)
  b.writeUInt32LE(Number(scratch) + 16, 0)
  b.writeUInt32LE(length, 4)
  return b
}

/** In a compat call: by an AArch32 tracer, or by a 64-bit one on a variant. The tracee is a 64-bit task; its registers are its own program's. */
function getInCompatCall(name: string, what: string, where: 64 | 32): Probe {
  const call = (how: FakeCall) => where === 32 ? { x7: 26 } : fakeRegisters(how, 26)
  const start = (v: bigint): Script => where === 64
    ? new Script().setRegset(1, NT.PRSTATUS, userPtRegs(state64(v)))
    : new Script().setRegset(1, NT.PRSTATUS, compatGregs({ ...state32(v), psr: v & 0xf0000000n }))
  return {
    name, what, bits: where, where, ...where === 64 ? { fake: true } : {},
    prepare: () => new Script().spawn(1, 64),
    script: (v, how) => start(v).write(scratch, Buffer.concat([iovec(pick(lengths32, v)), Buffer.alloc(80)]))
      .syscall(call(how), [0x4204, pidOf(1), NT.PRSTATUS, scratch]).read(scratch, 96),
    observe([, , result, memory]) {
      const bytes = wordsToBytes(memory!)
      return { result: BigInt.asIntN(32, result![0]!), length: BigInt(bytes.readUInt32LE(4)), ...image32(bytes.subarray(16)) }
    },
    situation(v, config, how) {
      const initial = begin(v, 64, where, config)
      const b = initial.tasks[1]!
      // an AArch32 tracer reaches no more of them than r0 to r14, pc and pstate
      if (where === 32) {
        state32(v).regs.forEach((r, i) => { b.regs[i] = r })
        Object.assign(b, { pc: state32(v).pc, pstate: v & 0xf0000000n })
      }
      const r = fakeRegisters(how, 26)
      regsetCall(initial, 0x4204, NT.PRSTATUS, Buffer.alloc(pick(lengths32, v)), where === 32 ? 'compat' : r)
      return {
        initial, events: where === 32 ? request : [svc('A', BigInt(r.imm)), ...request.slice(1)],
        observe(s) {
          const { length, bytes } = bufferOf(s, false)
          return { result: BigInt.asIntN(32, s.tasks[0]!.regs[0]!), length, ...image32(bytes) }
        },
      }
    },
  }
}
export const getBy32 = getInCompatCall('get64-by32', 'GETREGSET of NT_PRSTATUS of a 64-bit task by an AArch32 tracer, of any length', 32)
export const getFake = getInCompatCall('get-fake', 'GETREGSET of NT_PRSTATUS of a 64-bit task by a 64-bit tracer in a compat call, of any length', 64)
