/** Byte offsets in signal frames. arch/arm64/kernel/signal32.c, signal.c; asm/signal32.h, uapi/asm/sigcontext.h. Data only. */
/** struct compat_sigframe; struct compat_rt_sigframe has a 128-byte siginfo before it. */
export const compatFrame = {
  flags: 0, link: 4, stack: 8, trap_no: 20, error_code: 24, oldmask: 28, r0: 32, pc: 92, cpsr: 96, fault_address: 100, sigmask: 104,
  vfp: 232, vfp_magic: 232, vfp_size: 236, fpregs: 240, fpscr: 496, fpexc: 504, fpinst: 508, fpinst2: 512, end_magic: 520,
  size: 752, rt: 128, rtSize: 880, vfpMagic: 0x56465001, vfpStorageSize: 288, retcode: 744,
} as const
/** struct rt_sigframe, from its start. */
export const nativeFrame = {
  info: 0, flags: 128, link: 136, stack: 144, sigmask: 168, fault_address: 304, regs: 312, sp: 560, pc: 568, pstate: 576,
  record: 592, fpsr: 600, fpcr: 604, vregs: 608, nextRecord: 1120,
  size: 4688, fpsimdMagic: 0x46508001, fpsimdSize: 528, esrMagic: 0x45535201, sveMagic: 0x53564501, extraMagic: 0x45585401,
} as const
/** FPSCR bits that live in FPSR and in FPCR (VFP_FPSCR_STAT_MASK, VFP_FPSCR_CTRL_MASK), as bit ranges. */
export const fpscr = { stat: [[31, 27], [7, 7], [4, 0]], ctrl: [[26, 20], [18, 15], [12, 8]] } as const
export const compatFlags = { uc_flags: 0x5ac3c35a } as const
