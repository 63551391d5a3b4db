import type { Event } from '../../trace/events.js'
import type { Config } from '../../trace/state.js'
import { compatGregs, readCompatGregs, readUserPtRegs, userPtRegs } from '../images.js'
import { NT, PTRACE, Script, stopOf } from '../protocol.js'
import { eret, goOnWithB, leave, page32, page64, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import { psrOf } from './prstatus32.js'
import { withoutIt } from './run32.js'
import type { Probe, Situation } from './probe.js'

/** The task of the trace is one that has been stepped before: TIF_SINGLESTEP stays set between steps. The SETREGSET is its tracer's. */
function stepped(bits: 64 | 32, image: Buffer, pc: bigint, config: Config): Pick<Situation, 'initial' | 'events'> {
  const initial = tracerAndTracee([64, bits], config)
  const b = initial.tasks[1]!
  b.TIF_SINGLESTEP = true
  b.pc = pc
  b.pstate = bits === 64 ? 1n << 21n : 1n << 21n | 0x10n
  regsetCall(initial, 0x4205, NT.PRSTATUS, image, 'native')
  const interrupted: Event = { kind: 'irq', task: 'B', upper: 0n, mte_async_fault: false }
  return { initial, events: [svc('A'), ptraceB, leave('A'), ...goOnWithB, eret('B'), interrupted] }
}
/** An instruction that is no branch leaves BTYPE 0. */
const BTYPE = 0xc00n

/** user_enable_single_step, user_regs_reset_single_step (kernel/debug-monitors.c): a nop, one step, its trap. */
export const step64: Probe = {
  name: 'step64', what: 'a 64-bit task is stepped over one instruction with a given pstate', bits: 64, where: 64,
  prepare: () => new Script().spawn(1, 64).poke(1, page64, Buffer.from('1f2003d51f2003d5', 'hex')).setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64 })).cont(1, PTRACE.SINGLESTEP).wait(1),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64 })).setRegset(1, NT.PRSTATUS, userPtRegs({ pc: page64, pstate: v })).cont(1, PTRACE.SINGLESTEP).wait(1).getRegset(1, NT.PRSTATUS, 272),
  observe([, , , stop, get]) {
    const r = readUserPtRegs(get!.slice(2))
    return { code: BigInt(stopOf(stop!).code), pc: r.pc, pstate: r.pstate }
  },
  situation: (v, config) => ({
    ...stepped(64, userPtRegs({ pc: page64, pstate: v }), page64, config),
    observe: (s) => ({ code: 2n, pc: s.tasks[1]!.pc + 4n, pstate: s.tasks[1]!.pstate & ~BTYPE }),
  }),
}

/** Four A32 nops, then T32 ones. */
const nops = Buffer.from(`${'0000a0e1'.repeat(4)}${'00bf'.repeat(8)}`, 'hex')
const start = (psr: bigint): bigint => (psr & 0x20n) === 0n ? page32 : page32 + 16n

export const step32: Probe = {
  name: 'step32', what: 'an AArch32 task is stepped over one instruction with a given PSR', bits: 32, where: 64,
  prepare: () => new Script().spawn(1, 32).poke(1, page32, nops).setRegset(1, NT.PRSTATUS, compatGregs({ pc: page32 })).cont(1, PTRACE.SINGLESTEP).wait(1),
  script(input) {
    const v = withoutIt(input)
    return new Script().setRegset(1, NT.PRSTATUS, compatGregs({ pc: page32 })).setRegset(1, NT.PRSTATUS, compatGregs({ pc: start(v), psr: v })).cont(1, PTRACE.SINGLESTEP).wait(1).getRegset(1, NT.PRSTATUS, 72)
  },
  observe([, , , stop, get]) {
    const r = readCompatGregs(get!.slice(2))
    return { code: BigInt(stopOf(stop!).code), pc: r.pc, psr: r.pstate }
  },
  situation(input, config) {
    const v = withoutIt(input)
    return {
      ...stepped(32, compatGregs({ pc: start(v), psr: v }), page32, config),
      observe: (s) => ({ code: 2n, pc: s.tasks[1]!.pc + ((s.tasks[1]!.pstate & 0x20n) === 0n ? 4n : 2n), psr: psrOf(s, 1) }),
    }
  },
}
