/** The options of `guest`, as commander leaves them. */
import type { CpuName } from '../../guest/qemu.js'

export interface GuestMachineOptions { readonly cpu: CpuName, readonly kpti: 'on' | 'off' }
export interface GuestCheckOptions {
  readonly vectors: string
  readonly cpu?: readonly CpuName[]
  readonly kpti?: readonly ('on' | 'off')[]
  readonly probe?: readonly string[]
  readonly soak?: string
  readonly seed: string
}
export interface GuestSoakOptions { readonly total: string, readonly vectors: string, readonly minutes: string, readonly seed: string }
