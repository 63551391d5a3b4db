/** What looked wrong on mainline, each as a script that shows it or does not. docs/findings.md tells what the search found; these two came from the proofs and from a probe. */
import { bytes64, code, compatGregs, readCompatGregs } from '../images.js'
import { NT, PTRACE, Script } from '../protocol.js'
import { page32 } from './common.js'
import { execTo32 } from './exec.js'
import type { Observed } from './probe.js'

export interface OwnFinding {
  readonly name: string
  readonly sentence: string
  readonly source: string
  /** run one after the other; the last one is looked at */
  readonly scripts: readonly [Script, Script]
  readonly observe: (results: bigint[][]) => Observed
  readonly shows: (seen: Observed) => boolean
}

const DIT = 1n << 21n
/** mov r0, r0 twice, then the kernel's breakpoint */
const program = Buffer.concat([Buffer.from('0000a0e10000a0e1', 'hex'), code.brk32()])
const start = compatGregs({ pc: page32, psr: 0x10n })
const psr = (get: bigint[] | undefined): bigint => readCompatGregs(get!.slice(2)).pstate

export const ownFindings: readonly OwnFinding[] = [
  {
    name: 'exec-leaves-tp-value',
    sentence: 'A 64-bit image sets TPIDR_EL0 and executes a 32-bit one: TPIDRURO reads 0 at first and the old image\'s value after the next context switch; NT_ARM_TLS has it as well.',
    source: 'tls_thread_flush (arch/arm64/kernel/process.c) asks for the width of the old image and leaves uw.tp_value; tls_thread_switch loads it',
    scripts: [execTo32.prepare('none'), execTo32.script(0x1234n, 'none')],
    observe: execTo32.observe,
    shows: (seen) => seen['laterUro'] === 0x1234n && seen['tp_value'] === 0x1234n,
  },
  {
    name: 'stepping-reads-as-dit',
    sentence: 'A 32-bit task without DIT is stepped: NT_PRSTATUS shows PSR.DIT (bit 21). A debugger that writes back what it read, unchanged, turns DIT on.',
    source: 'pstate_to_compat_psr (arch/arm64/include/asm/ptrace.h) keeps SPSR.SS, bit 21, which is where a PSR has DIT; compat_psr_to_pstate moves it to bit 24',
    scripts: [
      new Script().spawn(1, 32).poke(1, page32, program).setRegset(1, NT.PRSTATUS, start),
      // stepped and read; let go without and with the PSR written back
      new Script().cont(1, PTRACE.SINGLESTEP).wait(1).getRegset(1, NT.PRSTATUS, 72).cont(1).wait(1).getRegset(1, NT.PRSTATUS, 72)
        .setRegset(1, NT.PRSTATUS, start).cont(1, PTRACE.SINGLESTEP).wait(1).setRegset(1, NT.PRSTATUS, compatGregs({ pc: page32 + 4n, psr: 0x10n | DIT })).setRegset(1, NT.ARM_TLS, bytes64(0n).subarray(0, 4)).cont(1).wait(1).getRegset(1, NT.PRSTATUS, 72),
    ],
    observe: ([, , stepped, , , without, , , , , , , , written]) => ({ stepped: psr(stepped), without: psr(without), written: psr(written) }),
    shows: (seen) => seen['stepped'] === (0x10n | DIT) && seen['without'] === 0x10n && seen['written'] === (0x10n | DIT),
  },
]
