/** SPSR_EL1 (struct pt_regs, pstate) of an exception taken from AArch64. Arm ARM, SPSR_EL1; uapi/asm/ptrace.h. */
import type { Complete, RegisterTable } from './table-types.js'

export const pstateAarch64 = {
  id: 'pstate', title: 'PSTATE as saved in SPSR_EL1 from AArch64', bits: 64,
  fields: [
    { name: 'RES0_63_37', hi: 63, lo: 37, meaning: 'reserved', reserved: true, cleared: { from: 'v4.10' } },
    { name: 'UINJ', hi: 36, lo: 36, meaning: 'an injected undefined instruction exception is pending', feature: 'FEAT_UINJ', cleared: { from: 'v4.10' } },
    { name: 'PACM', hi: 35, lo: 35, meaning: 'pointer authentication uses the PC as modifier', feature: 'FEAT_PAuth_LR', cleared: { from: 'v4.10' } },
    { name: 'EXLOCK', hi: 34, lo: 34, meaning: 'exception return state is locked', feature: 'FEAT_GCS', cleared: { from: 'v4.10' } },
    { name: 'PPEND', hi: 33, lo: 33, meaning: 'a PMU profiling exception is pending', feature: 'FEAT_SEBEP', cleared: { from: 'v4.10' } },
    { name: 'PM', hi: 32, lo: 32, meaning: 'PMU profiling exceptions are masked', feature: 'FEAT_EBEP', cleared: { from: 'v4.10' } },
    { name: 'N', hi: 31, lo: 31, meaning: 'negative' },
    { name: 'Z', hi: 30, lo: 30, meaning: 'zero' },
    { name: 'C', hi: 29, lo: 29, meaning: 'carry' },
    { name: 'V', hi: 28, lo: 28, meaning: 'overflow' },
    { name: 'RES0_27_26', hi: 27, lo: 26, meaning: 'reserved', reserved: true, cleared: { from: 'v4.10' } },
    { name: 'TCO', hi: 25, lo: 25, meaning: 'tag checks are overridden', feature: 'FEAT_MTE', cleared: { from: 'v4.10', before: 'v5.10' } },
    { name: 'DIT', hi: 24, lo: 24, meaning: 'data independent timing', feature: 'FEAT_DIT', cleared: { from: 'v4.10', before: 'v4.19' } },
    { name: 'UAO', hi: 23, lo: 23, meaning: 'user access override: no meaning at EL0', feature: 'FEAT_UAO', cleared: { from: 'v4.10' } },
    { name: 'PAN', hi: 22, lo: 22, meaning: 'privileged access never: no meaning at EL0', feature: 'FEAT_PAN', cleared: { from: 'v4.10' } },
    { name: 'SS', hi: 21, lo: 21, meaning: 'software step: the kernel sets it from TIF_SINGLESTEP, never from the user' },
    { name: 'IL', hi: 20, lo: 20, meaning: 'illegal execution state: kept for the kernel', cleared: { from: 'v4.10' } },
    { name: 'RES0_19_14', hi: 19, lo: 14, meaning: 'reserved', reserved: true, cleared: { from: 'v4.10' } },
    { name: 'ALLINT', hi: 13, lo: 13, meaning: 'all interrupts are masked', feature: 'FEAT_NMI', cleared: { from: 'v4.10' } },
    { name: 'SSBS', hi: 12, lo: 12, meaning: 'speculative store bypass is safe', feature: 'FEAT_SSBS', cleared: { from: 'v4.10', before: 'v5.0' } },
    { name: 'BTYPE', hi: 11, lo: 10, meaning: 'kind of the branch that was taken last', feature: 'FEAT_BTI', cleared: { from: 'v4.10', before: 'v5.8' } },
    { name: 'D', hi: 9, lo: 9, meaning: 'debug exceptions are masked' },
    { name: 'A', hi: 8, lo: 8, meaning: 'SErrors are masked' },
    { name: 'I', hi: 7, lo: 7, meaning: 'IRQs are masked' },
    { name: 'F', hi: 6, lo: 6, meaning: 'FIQs are masked' },
    { name: 'RES0_5', hi: 5, lo: 5, meaning: 'reserved (T from AArch32)', reserved: true, cleared: { from: 'v4.10' } },
    { name: 'nRW', hi: 4, lo: 4, meaning: 'register width: 0 AArch64, 1 AArch32 (PSR_MODE32_BIT)' },
    { name: 'EL', hi: 3, lo: 2, meaning: 'exception level' },
    { name: 'M1', hi: 1, lo: 1, meaning: 'reserved in the mode: a return with it set is illegal', reserved: true },
    { name: 'SP', hi: 0, lo: 0, meaning: 'stack pointer: 0 SP_EL0, 1 SP_ELx' },
  ],
  groups: { NZCV: ['N', 'Z', 'C', 'V'], DAIF: ['D', 'A', 'I', 'F'], M: ['nRW', 'EL', 'M1', 'SP'] },
} as const satisfies RegisterTable

export const pstateAarch64Complete: Complete<typeof pstateAarch64.fields, 63> = true
