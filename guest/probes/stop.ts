import { code, readUserPtRegs, userPtRegs, compatGregs, readCompatGregs } from '../images.js'
import { NT, PTRACE, Script } from '../protocol.js'
import type { Event } from '../../trace/events.js'
import type { State } from '../../trace/state.js'
import { freshState, page32, page64, stoppedCall, Stops } from './common.js'
import { slow, type Probe } from './probe.js'

const absent = 0x3000n

const ni: Event = { kind: 'handler', task: 'A', call: 'ni' }

/** A task that is traced from call to call. */
function traced(bits: 64 | 32, config: Parameters<typeof freshState>[1], regs: Readonly<Record<number, bigint>>): State {
  const s = freshState([bits], config)
  const t = s.tasks[0]!
  for (const [i, v] of Object.entries(regs)) t.regs[Number(i)] = v
  t.TIF_SYSCALL_TRACE = true
  t.pc = bits === 64 ? page64 : page32
  return s
}

/** Which register marks a system call stop: tracehook_report_syscall / report_syscall (kernel/ptrace.c). */
export const stop64: Probe = {
  name: 'stop64', share: slow, what: 'the entry and exit stops of a 64-bit task: x7 marks the direction, x12 is its own', bits: 64, where: 64,
  prepare: () => new Script().spawn(0, 64).poke(0, page64, Buffer.concat([code.svc64(0), code.brk64()])),
  script: (v) => new Script().setRegset(0, NT.PRSTATUS, userPtRegs({ regs: [0n, 0n, 0n, 0n, 0n, 0n, 0n, v, absent, 0n, 0n, 0n, ~v], pc: page64 }))
    .cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 272).cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 272).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 272),
  observe([, , , entry, , , exit, , , after]) {
    const [a, b, c] = [entry, exit, after].map((w) => readUserPtRegs(w!.slice(2)).regs)
    return { entryX7: a![7]!, entryX12: a![12]!, exitX7: b![7]!, exitX12: b![12]!, afterX7: c![7]!, afterX12: c![12]! }
  },
  situation(v, config) {
    const stops = new Stops()
    return {
      initial: traced(64, config, { 7: v, 8: absent, 12: BigInt.asUintN(64, ~v) }), events: stoppedCall(0n, ni, false),
      observe(s) {
        const [a, b, c] = [stops.at(s, 1n), stops.at(s, 2n), s].map((x) => x.tasks[0]!.regs)
        return { entryX7: a![7]!, entryX12: a![12]!, exitX7: b![7]!, exitX12: b![12]!, afterX7: c![7]!, afterX12: c![12]! }
      },
    }
  },
}

export const stop32: Probe = {
  name: 'stop32', share: slow, what: 'the entry and exit stops of an AArch32 task: r12 marks the direction', bits: 32, where: 64,
  prepare: () => new Script().spawn(0, 32).poke(0, page32, Buffer.concat([code.svc32(), code.brk32()])),
  script: (v) => new Script().setRegset(0, NT.PRSTATUS, compatGregs({ regs: [0n, v, 0n, 0n, 0n, 0n, 0n, absent, 0n, 0n, 0n, 0n, ~v], pc: page32 }))
    .cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 72).cont(0, PTRACE.SYSCALL).wait(0).getRegset(0, NT.PRSTATUS, 72).cont(0).wait(0).getRegset(0, NT.PRSTATUS, 72),
  observe([, , , entry, , , exit, , , after]) {
    const [a, b, c] = [entry, exit, after].map((w) => readCompatGregs(w!.slice(2)).regs)
    return { entryR1: a![1]!, entryR12: a![12]!, exitR12: b![12]!, afterR1: c![1]!, afterR12: c![12]! }
  },
  situation(v, config) {
    const stops = new Stops()
    return {
      initial: traced(32, config, { 1: v, 7: absent, 12: BigInt.asUintN(32, ~v) }), events: stoppedCall(0n, ni, false),
      observe(s) {
        const [a, b, c] = [stops.at(s, 1n), stops.at(s, 2n), s].map((x) => x.tasks[0]!.regs)
        return { entryR1: a![1]!, entryR12: a![12]!, exitR12: b![12]!, afterR1: c![1]!, afterR12: c![12]! }
      },
    }
  },
}
