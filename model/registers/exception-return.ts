/** What ERET accepts. Arm ARM, ELFromSPSR and IllegalExceptionReturn (Armv9.4-A pseudocode). */
import { and, extract, is, not, or } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import { aarch32Modes, aarch64Modes } from './modes.table.js'
import type { Mode } from './table-types.js'

const modes: readonly Mode[] = [...aarch64Modes, ...aarch32Modes]

/** M[4:0], bits 4..0 of SPSR_EL1 in either format. */
export const modeField = (spsr: BV<64>): BV<5> => extract<5>(4, 0, spsr)

/**
 * Is a return from EL1 in AArch64 with this SPSR_EL1 illegal? Legal are EL0t, EL1t, EL1h and, if AArch32 is implemented
 * at EL0, USR: every other M[4:0] is no mode, a higher level, or another register width than EL1 has.
 * SPSR_EL1.IL is no illegal return. Left out: HCR_EL2.TGE and EXLOCK, which bear on returns to EL1 only.
 */
export function illegalExceptionReturn(spsr: BV<64>, aarch32El0: Bool): Bool {
  const m = modeField(spsr)
  const legal = modes.flatMap((mode) => {
    if (mode.legalFromEl1 === 'never') return []
    return [mode.legalFromEl1 === 'always' ? is(m, mode.m) : and(is(m, mode.m), aarch32El0)]
  })
  return not(or(...legal))
}

/** Does a legal return with this SPSR_EL1 end at EL0? */
export const returnsToEl0 = (spsr: BV<64>): Bool => or(...modes.filter((mode) => mode.level === 0).map((mode) => is(modeField(spsr), mode.m)))
