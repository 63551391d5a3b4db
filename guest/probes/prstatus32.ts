import type { State } from '../../trace/state.js'
import { compatGregs, errno, readCompatGregs } from '../images.js'
import { NT, Script } from '../protocol.js'
import { leave, ptraceB, regsetCall, svc, tracerAndTracee } from './common.js'
import type { Probe } from './probe.js'

/** SPSR → PSR as user space sees it (asm/ptrace.h, pstate_to_compat_psr): DIT goes from bit 24 to 21, where SS stays. */
export const psrOf = (s: State, task: number): bigint => {
  const p = s.tasks[task]!.pstate & 0xffffffffn
  return p & ~(1n << 24n) | (p >> 24n & 1n) << 21n
}

/** compat_gpr_set → valid_compat_regs (kernel/ptrace.c), by a 64-bit tracer. */
export const prstatus32: Probe = {
  name: 'prstatus32', what: 'SETREGSET of NT_PRSTATUS on an AArch32 task by a 64-bit tracer: what of the PSR is kept, and what is refused', bits: 32, where: 64,
  prepare: () => new Script().spawn(1, 32),
  script: (v) => new Script().setRegset(1, NT.PRSTATUS, compatGregs({})).setRegset(1, NT.PRSTATUS, compatGregs({ psr: v })).getRegset(1, NT.PRSTATUS, 72),
  observe: ([, set, get]) => ({ result: errno(set![0]!), psr: readCompatGregs(get!.slice(2)).pstate }),
  situation(v, config) {
    const initial = tracerAndTracee([64, 32], config)
    initial.tasks[1]!.pstate = 0x10n
    regsetCall(initial, 0x4205, NT.PRSTATUS, compatGregs({ psr: v }), 'native')
    return { initial, events: [svc('A'), ptraceB, leave('A')], observe: (s) => ({ result: errno(s.tasks[0]!.regs[0]!), psr: psrOf(s, 1) }) }
  },
}
