import { userPtRegs, errno } from '../images.js'
import { NT, Script } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import type { Probe } from './probe.js'

/** gpr_set → valid_native_regs (kernel/ptrace.c). */
export const prstatus64: Probe = {
  name: 'prstatus64', what: 'SETREGSET of NT_PRSTATUS on a 64-bit task: what of pstate is kept, and what is refused', bits: 64, where: 64,
  prepare: () => new Script().spawn(1, 64),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, userPtRegs({})).setRegset(1, NT.PRSTATUS, userPtRegs({ pstate: v })).getRegset(1, NT.PRSTATUS, 272),
  observe: ([, set, get]) => ({ result: errno(set![0]!), pstate: get![2 + 33]! }),
  situation(v, config) {
    const initial = tracerAndTracee([64, 64], config)
    initial.tasks[1]!.pstate = 0n
    regsetCall(initial, 0x4205, NT.PRSTATUS, userPtRegs({ pstate: v }), 'native')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: errno(s.tasks[0]!.regs[0]!), pstate: s.tasks[1]!.pstate }) }
  },
}
