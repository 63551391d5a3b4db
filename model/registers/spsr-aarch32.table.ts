/** SPSR_EL1 (struct pt_regs, pstate) of an exception taken from AArch32. Arm ARM, SPSR_EL1; asm/ptrace.h, PSR_AA32_*. */
import type { Complete, RegisterTable } from './table-types.js'

export const spsrAarch32 = {
  id: 'spsr-aarch32', title: 'SPSR_EL1 from AArch32', bits: 64,
  fields: [
    { name: 'RES0_63_34', hi: 63, lo: 34, meaning: 'reserved', reserved: true, cleared: { from: 'v4.10' } },
    { name: 'PPEND', hi: 33, lo: 33, meaning: 'a PMU profiling exception is pending', feature: 'FEAT_SEBEP', cleared: { from: 'v4.10' } },
    { name: 'PM', hi: 32, lo: 32, meaning: 'PMU profiling exceptions are masked', feature: 'FEAT_EBEP', cleared: { from: 'v4.10' } },
    { name: 'N', hi: 31, lo: 31, meaning: 'negative' },
    { name: 'Z', hi: 30, lo: 30, meaning: 'zero' },
    { name: 'C', hi: 29, lo: 29, meaning: 'carry' },
    { name: 'V', hi: 28, lo: 28, meaning: 'overflow' },
    { name: 'Q', hi: 27, lo: 27, meaning: 'saturation happened' },
    { name: 'IT_1_0', hi: 26, lo: 25, meaning: 'If-Then state, bits 1:0' },
    { name: 'DIT', hi: 24, lo: 24, meaning: 'data independent timing (bit 21 in the CPSR)', feature: 'FEAT_DIT', cleared: { from: 'v4.10', before: 'v4.19' } },
    { name: 'SSBS', hi: 23, lo: 23, meaning: 'speculative store bypass is safe', feature: 'FEAT_SSBS', cleared: { from: 'v4.10', before: 'v5.0' } },
    { name: 'PAN', hi: 22, lo: 22, meaning: 'privileged access never: no meaning at EL0', feature: 'FEAT_PAN', cleared: { from: 'v4.10' } },
    { name: 'SS', hi: 21, lo: 21, meaning: 'software step: the kernel sets it from TIF_SINGLESTEP, never from the user' },
    { name: 'IL', hi: 20, lo: 20, meaning: 'illegal execution state: kept for the kernel', cleared: { from: 'v4.10' } },
    { name: 'GE', hi: 19, lo: 16, meaning: 'greater or equal, a bit for each byte' },
    { name: 'IT_7_2', hi: 15, lo: 10, meaning: 'If-Then state, bits 7:2' },
    { name: 'E', hi: 9, lo: 9, meaning: 'data are big-endian' },
    { name: 'A', hi: 8, lo: 8, meaning: 'SErrors are masked' },
    { name: 'I', hi: 7, lo: 7, meaning: 'IRQs are masked' },
    { name: 'F', hi: 6, lo: 6, meaning: 'FIQs are masked' },
    { name: 'T', hi: 5, lo: 5, meaning: 'Thumb' },
    { name: 'nRW', hi: 4, lo: 4, meaning: 'register width: 0 AArch64, 1 AArch32 (PSR_MODE32_BIT)' },
    { name: 'mode', hi: 3, lo: 0, meaning: 'mode, bits 3:0' },
  ],
  groups: { NZCV: ['N', 'Z', 'C', 'V'], NZCVQ: ['N', 'Z', 'C', 'V', 'Q'], IT: ['IT_7_2', 'IT_1_0'], AIF: ['A', 'I', 'F'], M: ['nRW', 'mode'] },
} as const satisfies RegisterTable

export const spsrAarch32Complete: Complete<typeof spsrAarch32.fields, 63> = true
