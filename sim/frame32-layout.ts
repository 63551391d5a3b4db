/** Offsets of the AArch32 signal frame (asm/signal32.h and signal32.c; unchanged v4.15 to v7.3). Within struct compat_sigframe unless said. */
export const SIZE = 752n, RT_SIZE = 880n, SIGINFO_SIZE = 128n
export const UC_FLAGS = 0n, UC_LINK = 4n, UC_STACK = 8n
export const TRAP_NO = 20n, ERROR_CODE = 24n, OLDMASK = 28n, ARM_R0 = 32n, ARM_PC = 92n, ARM_CPSR = 96n, FAULT_ADDRESS = 100n
export const UC_SIGMASK = 104n, UC_REGSPACE = 232n
/** Within the VFP block at UC_REGSPACE; the end marker follows it. */
export const VFP_MAGIC = 0x56465001n, VFP_SIZE = 288n, FPREGS = 8n, FPSCR = 264n, FPEXC = 272n, FPINST = 276n, FPINST2 = 280n, END_MAGIC = 288n
export const FPSCR_STAT = 0xf800009fn, FPSCR_CTRL = 0x07f79f00n
