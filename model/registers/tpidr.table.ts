/**
 * The thread registers, and where a task's value of each is kept while the task does not run.
 * Sources: tls_thread_switch, tls_preserve_current_state (arch/arm64/kernel/process.c), task_user_tls (asm/processor.h), v5.11.
 */
import type { Complete, RegisterTable } from './table-types.js'

/** EL0 reads and writes it. From AArch32 its low half is TPIDRURW. */
export const tpidrEl0 = {
  id: 'tpidr_el0', title: 'TPIDR_EL0', bits: 64,
  fields: [
    { name: 'HIGH', hi: 63, lo: 32, meaning: 'upper half of the thread pointer; AArch32 does not see it' },
    { name: 'TPIDRURW', hi: 31, lo: 0, meaning: 'lower half; all of it for AArch32' },
  ],
  groups: { TPIDR: ['HIGH', 'TPIDRURW'] },
} as const satisfies RegisterTable

/** EL0 reads it; only the kernel writes it. From AArch32 its low half is TPIDRURO, the thread pointer of the ARM ABI. */
export const tpidrroEl0 = {
  id: 'tpidrro_el0', title: 'TPIDRRO_EL0', bits: 64,
  fields: [
    { name: 'HIGH', hi: 63, lo: 32, meaning: 'upper half; AArch32 does not see it' },
    { name: 'TPIDRURO', hi: 31, lo: 0, meaning: 'lower half; all of it for AArch32, set by __ARM_NR_compat_set_tls' },
  ],
  groups: { TPIDRRO: ['HIGH', 'TPIDRURO'] },
} as const satisfies RegisterTable

export const tpidrEl0Complete: Complete<typeof tpidrEl0.fields, 63> = true
export const tpidrroEl0Complete: Complete<typeof tpidrroEl0.fields, 63> = true

/** The field of struct thread_struct that holds the register for a task of that width; `none`: nothing does. */
export const tlsShadows = {
  /** TIF_32BIT clear. A switch to the task writes 0 to TPIDRRO_EL0, unless the KPTI trampoline does it at every entry. */
  native: { TPIDR_EL0: 'uw.tp_value', TPIDRRO_EL0: 'none' },
  /** TIF_32BIT set */
  compat: { TPIDR_EL0: 'uw.tp2_value', TPIDRRO_EL0: 'uw.tp_value' },
} as const
