/**
 * The AArch32 CPSR as user space sees it: word 16 of the compat GPR regset (struct user_regs of arch/arm) and
 * `arm_cpsr` of the compat sigcontext. Since v4.19 compat_psr_to_pstate and pstate_to_compat_psr (asm/ptrace.h) convert;
 * before, the value was that of pstate. `cleared` speaks of the mask that is applied after the conversion.
 */
import type { Complete, RegisterTable } from './table-types.js'

export const psr = {
  id: 'psr', title: 'AArch32 CPSR as user space sees it', bits: 32,
  fields: [
    { name: 'N', hi: 31, lo: 31, meaning: 'negative' },
    { name: 'Z', hi: 30, lo: 30, meaning: 'zero' },
    { name: 'C', hi: 29, lo: 29, meaning: 'carry' },
    { name: 'V', hi: 28, lo: 28, meaning: 'overflow' },
    { name: 'Q', hi: 27, lo: 27, meaning: 'saturation happened' },
    { name: 'IT_1_0', hi: 26, lo: 25, meaning: 'If-Then state, bits 1:0' },
    { name: 'J', hi: 24, lo: 24, meaning: 'Jazelle, RES0 in Armv8; compat_psr_to_pstate keeps the bit, which is DIT there', reserved: true },
    { name: 'SSBS', hi: 23, lo: 23, meaning: 'speculative store bypass is safe', feature: 'FEAT_SSBS', cleared: { from: 'v4.10', before: 'v5.0' } },
    { name: 'PAN', hi: 22, lo: 22, meaning: 'privileged access never: no meaning at EL0', feature: 'FEAT_PAN', cleared: { from: 'v4.10' } },
    { name: 'DIT', hi: 21, lo: 21, meaning: 'data independent timing (COMPAT_PSR_DIT_BIT); pstate_to_compat_psr keeps the bit, which is SS there', feature: 'FEAT_DIT' },
    { name: 'IL', hi: 20, lo: 20, meaning: 'illegal execution state: kept for the kernel', cleared: { from: 'v4.10' } },
    { name: 'GE', hi: 19, lo: 16, meaning: 'greater or equal, a bit for each byte' },
    { name: 'IT_7_2', hi: 15, lo: 10, meaning: 'If-Then state, bits 7:2' },
    { name: 'E', hi: 9, lo: 9, meaning: 'data are big-endian' },
    { name: 'A', hi: 8, lo: 8, meaning: 'SErrors are masked' },
    { name: 'I', hi: 7, lo: 7, meaning: 'IRQs are masked' },
    { name: 'F', hi: 6, lo: 6, meaning: 'FIQs are masked' },
    { name: 'T', hi: 5, lo: 5, meaning: 'Thumb' },
    { name: 'nRW', hi: 4, lo: 4, meaning: 'M[4]: 1 in every mode of Armv8' },
    { name: 'mode', hi: 3, lo: 0, meaning: 'mode, bits 3:0' },
  ],
  groups: { NZCV: ['N', 'Z', 'C', 'V'], NZCVQ: ['N', 'Z', 'C', 'V', 'Q'], IT: ['IT_7_2', 'IT_1_0'], AIF: ['A', 'I', 'F'], M: ['nRW', 'mode'] },
} as const satisfies RegisterTable

export const psrComplete: Complete<typeof psr.fields, 31> = true
