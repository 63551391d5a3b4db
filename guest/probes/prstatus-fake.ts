import { compatGregs, errno, userPtRegs } from '../images.js'
import { NT, pidOf, scratch, Script } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import { fakeRegisters, type Probe } from './probe.js'

const iovec = Buffer.alloc(8)
iovec.writeUInt32LE(Number(scratch) + 16, 0)
iovec.writeUInt32LE(72, 4)

/** A 64-bit tracer in a compat call: user_aarch32_view of a 64-bit tracee. */
export const prstatusFake: Probe = {
  name: 'prstatus-fake', what: 'SETREGSET of NT_PRSTATUS on a 64-bit task by a 64-bit tracer in a compat call', bits: 32, where: 64, fake: true,
  prepare: () => new Script().spawn(1, 64),
  script(v, how) {
    return new Script().setRegset(1, NT.PRSTATUS, userPtRegs({})).write(scratch, iovec).write(scratch + 16n, compatGregs({ psr: v, regs: [v, 1n] }))
      .syscall(fakeRegisters(how, 26), [0x4205, pidOf(1), NT.PRSTATUS, scratch]).getRegset(1, NT.PRSTATUS, 272)
  },
  observe: ([, , , set, get]) => ({ result: errno(set![0]!), pstate: get![2 + 33]!, x0: get![2]! }),
  situation(v, config, how) {
    const call = fakeRegisters(how, 26)
    const initial = tracerAndTracee([64, 64], config)
    initial.tasks[1]!.pstate = 0n
    regsetCall(initial, 0x4205, NT.PRSTATUS, compatGregs({ psr: v, regs: [v, 1n] }), call)
    return { initial, events: [svc('A', BigInt(call.imm)), ptraceB, leave('A')], observe: (s) => ({ result: errno(s.tasks[0]!.regs[0]!), pstate: s.tasks[1]!.pstate, x0: s.tasks[1]!.regs[0]! }) }
  },
}
