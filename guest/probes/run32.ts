import { code, compatGregs, readCompatGregs } from '../images.js'
import { NT, Script, stopOf, stopSignal } from '../protocol.js'
import { eret, goOnWithB, leave, page32, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import { psrOf } from './prstatus32.js'
import type { Probe } from './probe.js'

/** The A32 breakpoint at the page's start, T32 ones from 16 on: a Thumb task starts there. */
export const breakpoints32 = Buffer.concat([code.brk32(), code.brk32(), code.brk32(), code.brk32(), ...Array.from({ length: 16 }, () => code.brkThumb())])
export const startFor = (psr: bigint): bigint => (psr & 0x20n) === 0n ? page32 : page32 + 16n
/** IT is kept zero: the breakpoint itself would be conditional. */
export const withoutIt = (v: bigint): bigint => v & ~0x600fc00n

/** PSR through an exception return and the trap that follows: valid_compat_regs, ERET to AArch32, and the next entry. */
export const run32: Probe = {
  name: 'run32', what: 'an AArch32 task goes on with a given PSR and traps: what of it comes back', bits: 32, where: 64,
  prepare: () => new Script().spawn(1, 32).poke(1, page32, breakpoints32),
  script(input) {
    const v = withoutIt(input)
    return new Script().setRegset(1, NT.PRSTATUS, compatGregs({ pc: page32 })).setRegset(1, NT.PRSTATUS, compatGregs({ pc: startFor(v), psr: v })).cont(1).wait(1).getRegset(1, NT.PRSTATUS, 72)
  },
  observe([, , , stop, get]) {
    const r = readCompatGregs(get!.slice(2))
    return { signal: BigInt(stopSignal(stopOf(stop!))), psr: r.pstate, pc: r.pc }
  },
  situation(input, config) {
    const v = withoutIt(input)
    const initial = tracerAndTracee([64, 32], config)
    initial.tasks[1]!.pstate = 0x10n
    initial.tasks[1]!.pc = page32
    regsetCall(initial, 0x4205, NT.PRSTATUS, compatGregs({ pc: startFor(v), psr: v }), 'native')
    return {
      initial, events: [svc('A'), ptraceB, leave('A'), ...goOnWithB, eret('B')],
      observe: (s) => ({ signal: 5n, psr: psrOf(s, 1), pc: s.tasks[1]!.pc }),
    }
  },
}
