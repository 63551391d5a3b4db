/** struct ksignal: what get_signal() hands to handle_signal(). */
export interface Ksignal {
  readonly signo: number
  /** siginfo, if the signal was forced; else 0 */
  readonly code: bigint
  readonly addr: bigint
  /** si_errno, si_syscall and si_arch of a seccomp filter's SIGSYS */
  readonly errno: bigint
  readonly syscall: bigint
  readonly arch: bigint
  readonly handler: bigint
  /** sa_flags as an int */
  readonly flags: number
  readonly restorer: bigint
  readonly sigtramp: bigint
}

export const SA_SIGINFO = 4, SA_EXPOSE_TAGBITS = 0x800, SA_RESTORER = 0x04000000, SA_RESTART = 0x10000000, SA_NODEFER = 0x40000000
