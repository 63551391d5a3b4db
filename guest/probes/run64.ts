import { code, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, Script, stopOf, stopSignal } from '../protocol.js'
import { eret, goOnWithB, leave, page64, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import type { Probe } from './probe.js'

/** pstate through an exception return and the trap that follows: valid_native_regs, ERET, and the next entry. */
export const run64: Probe = {
  name: 'run64', what: 'a 64-bit task goes on with a given pstate and traps: what of it comes back', bits: 64, where: 64,
  prepare: () => new Script().spawn(1, 64).poke(1, page64, code.brk64()),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64 })).setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64, pstate: v })).cont(1).wait(1).getRegset(1, NT.PRSTATUS, 272),
  observe([, , , stop, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), pstate: r.pstate, pc: r.pc }
  },
  situation(v, config) {
    const initial = tracerAndTracee([64, 64], config)
    initial.tasks[1]!.pstate = 0n
    initial.tasks[1]!.pc = page64
    regsetCall(initial, 0x4205, NT.PRSTATUS, userPtRegs({ pc: page64, pstate: v }), 'native')
    return {
      initial, events: [svc('A'), ptraceB, leave('A'), ...goOnWithB, eret('B')],
      observe: (s) => ({ signal: 5n, pstate: s.tasks[1]!.pstate, pc: s.tasks[1]!.pc }),
    }
  },
}
