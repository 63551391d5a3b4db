/** Offsets within struct rt_sigframe (kernel/signal.c, uapi sigcontext.h), without SVE. */
export const SIZE = 4688n
export const UC_FLAGS = 128n, UC_LINK = 136n, UC_STACK = 144n, UC_SIGMASK = 168n
export const FAULT_ADDRESS = 304n, REGS = 312n, SP = 560n, PC = 568n, PSTATE = 576n
export const RESERVED = 592n, RESERVED_SIZE = 4096
export const FPSIMD_MAGIC = 0x46508001n, FPSIMD_SIZE = 528n, ESR_MAGIC = 0x45535201n
/** Within the FPSIMD record. */
export const FPSR = 8n, FPCR = 12n, VREGS = 16n
export const END = RESERVED + FPSIMD_SIZE
