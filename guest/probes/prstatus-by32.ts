import { compatGregs, errno, readCompatGregs } from '../images.js'
import { NT, scratch, pidOf, Script } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import { psrOf } from './prstatus32.js'
import type { Probe } from './probe.js'

const iovec = (length: number): Buffer => {
  const b = Buffer.alloc(8)
  b.writeUInt32LE(Number(scratch) + 16, 0)
  b.writeUInt32LE(length, 4)
  return b
}

/** compat_sys_ptrace of an AArch32 tracer on an AArch32 tracee. */
export const prstatusBy32: Probe = {
  name: 'prstatus-by32', what: 'the same by an AArch32 tracer (user_aarch32_view)', bits: 32, where: 32,
  prepare: () => new Script().spawn(1, 32),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, compatGregs({})).write(scratch, iovec(72)).write(scratch + 16n, compatGregs({ psr: v }))
    .syscall({ x7: 26 }, [0x4205, pidOf(1), NT.PRSTATUS, scratch]).getRegset(1, NT.PRSTATUS, 72),
  observe: ([, , , set, get]) => ({ result: BigInt.asIntN(32, set![0]!), psr: readCompatGregs(get!.slice(2)).pstate }),
  situation(v, config) {
    const initial = tracerAndTracee([32, 32], config)
    initial.tasks[1]!.pstate = 0x10n
    regsetCall(initial, 0x4205, NT.PRSTATUS, compatGregs({ psr: v }), 'compat')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: BigInt.asIntN(32, errno(s.tasks[0]!.regs[0]!)), psr: psrOf(s, 1) }) }
  },
}

/** The same tracer on a 64-bit tracee: the AArch32 view over AArch64 registers; mainline does that. */
export const prstatus64By32: Probe = {
  name: 'prstatus64-by32', what: 'SETREGSET of NT_PRSTATUS on a 64-bit task by an AArch32 tracer', bits: 32, where: 32,
  prepare: () => new Script().spawn(1, 64),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, compatGregs({ psr: 0n })).write(scratch, iovec(72)).write(scratch + 16n, compatGregs({ psr: v, regs: [v, 1n] }))
    .syscall({ x7: 26 }, [0x4205, pidOf(1), NT.PRSTATUS, scratch]).getRegset(1, NT.PRSTATUS, 72),
  observe([, , , set, get]) {
    const r = readCompatGregs(get!.slice(2))
    return { result: BigInt.asIntN(32, set![0]!), psr: r.pstate, r0: r.regs[0]! }
  },
  situation(v, config) {
    const initial = tracerAndTracee([32, 64], config)
    initial.tasks[1]!.pstate = 0n
    regsetCall(initial, 0x4205, NT.PRSTATUS, compatGregs({ psr: v, regs: [v, 1n] }), 'compat')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: BigInt.asIntN(32, errno(s.tasks[0]!.regs[0]!)), psr: psrOf(s, 1), r0: s.tasks[1]!.regs[0]! & 0xffffffffn }) }
  },
}
