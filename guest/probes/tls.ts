import { errno } from '../images.js'
import { NT, Script } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import type { Probe } from './probe.js'

const value = (v: bigint, length: number): Buffer => {
  const b = Buffer.alloc(24)
  b.writeBigUInt64LE(BigInt.asUintN(64, v), 0)
  return b.subarray(0, length)
}
/** whole, partial, none and odd lengths, by the input's low bits */
const lengths64 = [8, 8, 0, 4, 8, 6, 8, 8] as const
const lengths32 = [4, 4, 0, 4, 8, 2, 4, 4] as const
const pick = (list: readonly number[], v: bigint): number => list[Number(v & 7n)]!

/** tls_set (kernel/ptrace.c). A length of 16 would write TPIDR2 as well, which the traces do not have. */
export const tls64: Probe = {
  name: 'tls64', what: 'SETREGSET of NT_ARM_TLS on a 64-bit task, whole, partial and empty', bits: 64, where: 64,
  prepare: () => new Script().spawn(1, 64),
  script: (v) => new Script().setRegset(1, NT.ARM_TLS, value(0n, 8)).setRegset(1, NT.ARM_TLS, value(v, pick(lengths64, v))).getRegset(1, NT.ARM_TLS, 8),
  observe: ([, set, get]) => ({ result: errno(set![0]!), tp_value: get![2]! }),
  situation(v, config) {
    const initial = tracerAndTracee([64, 64], config)
    regsetCall(initial, 0x4205, NT.ARM_TLS, value(v, pick(lengths64, v)), 'native')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: errno(s.tasks[0]!.regs[0]!), tp_value: s.tasks[1]!.tp_value }) }
  },
}

/** compat_tls_set (kernel/ptrace.c). */
export const tls32: Probe = {
  name: 'tls32', what: 'SETREGSET of NT_ARM_TLS on an AArch32 task, whole, partial and empty', bits: 32, where: 64,
  prepare: () => new Script().spawn(1, 32),
  script: (v) => new Script().setRegset(1, NT.ARM_TLS, value(0n, 4)).setRegset(1, NT.ARM_TLS, value(v, pick(lengths32, v))).getRegset(1, NT.ARM_TLS, 4),
  observe: ([, set, get]) => ({ result: errno(set![0]!), tp_value: get![2]! }),
  situation(v, config) {
    const initial = tracerAndTracee([64, 32], config)
    regsetCall(initial, 0x4205, NT.ARM_TLS, value(v, pick(lengths32, v)), 'native')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: errno(s.tasks[0]!.regs[0]!), tp_value: s.tasks[1]!.tp_value }) }
  },
}
