import { errno } from '../images.js'
import { NT, pidOf, scratch, Script } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import type { Probe } from './probe.js'

const lengths = [4, 4, 0, 4, 8, 2, 4, 4] as const
const pick = (v: bigint): number => lengths[Number(v & 7n)]!
const value = (v: bigint, length: number): Buffer => {
  const b = Buffer.alloc(8)
  b.writeUInt32LE(Number(v))
  return b.subarray(0, length)
}
const iovec = (length: number): Buffer => {
  const b = Buffer.alloc(16)
  b.writeUInt32LE(Number(scratch) + 16, 0)
  b.writeUInt32LE(length, 4)
  return b
}

/** compat_tls_set by way of compat_ptrace_request; and PTRACE_GET_THREAD_AREA, which reads the same (kernel/ptrace.c). */
export const tlsBy32: Probe = {
  name: 'tls-by32', what: 'SETREGSET of NT_ARM_TLS on an AArch32 task by an AArch32 tracer, whole, partial and empty', bits: 32, where: 32,
  prepare: () => new Script().spawn(1, 32),
  script: (v) => new Script().setRegset(1, NT.ARM_TLS, value(0n, 4)).write(scratch, iovec(pick(v))).write(scratch + 16n, value(v, 8))
    .syscall({ x7: 26 }, [0x4205, pidOf(1), NT.ARM_TLS, scratch]).getRegset(1, NT.ARM_TLS, 4),
  observe: ([, , , set, get]) => ({ result: BigInt.asIntN(32, set![0]!), tp_value: get![2]! & 0xffffffffn }),
  situation(v, config) {
    const initial = tracerAndTracee([32, 32], config)
    initial.tasks[1]!.pstate = 0x10n
    regsetCall(initial, 0x4205, NT.ARM_TLS, value(v, pick(v)), 'compat')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: BigInt.asIntN(32, errno(s.tasks[0]!.regs[0]!)), tp_value: s.tasks[1]!.tp_value }) }
  },
}
