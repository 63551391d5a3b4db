/**
 * The encodings of M[4:0] in SPSR_EL1. Arm ARM, ELFromSPSR and IllegalExceptionReturn of the Armv9.4-A pseudocode;
 * names: uapi/asm/ptrace.h PSR_MODE_*, asm/ptrace.h PSR_AA32_MODE_*. Every encoding that is not listed is illegal.
 */
import type { Mode } from './table-types.js'

export const aarch64Modes = [
  { name: 'EL0t', m: 0x00, level: 0, legalFromEl1: 'always' },
  { name: 'EL1t', m: 0x04, level: 1, legalFromEl1: 'always' },
  { name: 'EL1h', m: 0x05, level: 1, legalFromEl1: 'always' },
  { name: 'EL2t', m: 0x08, level: 2, legalFromEl1: 'never' },
  { name: 'EL2h', m: 0x09, level: 2, legalFromEl1: 'never' },
  { name: 'EL3t', m: 0x0c, level: 3, legalFromEl1: 'never' },
  { name: 'EL3h', m: 0x0d, level: 3, legalFromEl1: 'never' },
] as const satisfies readonly Mode[]

/** The privileged modes belong to an AArch32 EL1 (Monitor: EL3, Hyp: EL2), which a kernel that runs in AArch64 at EL1 excludes. */
export const aarch32Modes = [
  { name: 'USR', m: 0x10, level: 0, legalFromEl1: 'aarch32-el0' },
  { name: 'FIQ', m: 0x11, level: 1, legalFromEl1: 'never' },
  { name: 'IRQ', m: 0x12, level: 1, legalFromEl1: 'never' },
  { name: 'SVC', m: 0x13, level: 1, legalFromEl1: 'never' },
  { name: 'MON', m: 0x16, level: 3, legalFromEl1: 'never' },
  { name: 'ABT', m: 0x17, level: 1, legalFromEl1: 'never' },
  { name: 'HYP', m: 0x1a, level: 2, legalFromEl1: 'never' },
  { name: 'UND', m: 0x1b, level: 1, legalFromEl1: 'never' },
  { name: 'SYS', m: 0x1f, level: 1, legalFromEl1: 'never' },
] as const satisfies readonly Mode[]
