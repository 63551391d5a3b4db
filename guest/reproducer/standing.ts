/** Where a task stands that has been let go. */
export interface Standing {
  /** at a stop behind the call, not yet compared; at the entry or exit stop of the call; before its first instruction */
  at?: 'back' | 'entered' | 'handled' | 'new' | undefined
  /** registers that the trace leaves open */
  unknown: bigint
  /** TPIDRRO_EL0 is read there */
  reads: boolean
  /** no breakpoint can be put there: memory in view, an odd address */
  anyStop: boolean
  injected: number
  /** it has the handler for this signal */
  handles?: bigint
  /** the state that it was last compared with */
  seen: number
  /** TPIDR_EL0 that it writes itself before it enters the kernel */
  tls?: bigint | undefined
}

export const standing = (seen: number): Standing => ({ unknown: 0n, reads: false, anyStop: false, injected: 0, seen })
