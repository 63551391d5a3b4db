/** What a booted guest is, in the words of the traces. */
import { spawnSync } from 'node:child_process'
import type { Config } from '../trace/state.js'
import type { GuestKernel, Bootable } from './kernels.js'
import { Guest, type CpuName } from './qemu.js'

const HWCAP_DIT = 1n << 24n
const HWCAP_SSBS = 1n << 28n
const HWCAP2_BTI = 1n << 17n
const HWCAP2_MTE = 1n << 18n

export interface Machine {
  readonly guest: Guest
  readonly kernel: GuestKernel
  readonly config: Config
  readonly cpu: CpuName
  /** kernel, its build, QEMU, CPU: what a transcript is only valid for */
  readonly identity: Readonly<Record<string, string>>
}

/** QEMU's version line; empty when there is no QEMU. */
export function qemuVersion(): string {
  const r = spawnSync('qemu-system-aarch64', ['--version'], { encoding: 'utf8' })
  return r.status === 0 ? r.stdout.split('\n')[0]!.trim() : ''
}

/** Boots a kernel and asks the guest what it has. Mixed endianness at EL0 is there on every CPU model used (ID_AA64MMFR0_EL1.BigEnd). */
export async function bootMachine(kernel: GuestKernel, bootable: Bootable, cpu: CpuName, kpti: boolean, icount = false): Promise<Machine> {
  const guest = await Guest.boot({ image: bootable.image, cpu, kpti, cmdline: kernel.cmdline, extra: bootable.modules, icount })
  const told = await guest.describe()
  const hwcap = BigInt(`0x${told['hwcap'] ?? '0'}`)
  const hwcap2 = BigInt(`0x${told['hwcap2'] ?? '0'}`)
  const config: Config = {
    kpti, aarch32_el0: true, mixed_endian_el0: true, erratum_1418040: cpu === 'erratum-1418040',
    dit: (hwcap & HWCAP_DIT) !== 0n, ssbs: (hwcap & HWCAP_SSBS) !== 0n, bti: (hwcap2 & HWCAP2_BTI) !== 0n, mte: (hwcap2 & HWCAP2_MTE) !== 0n,
  }
  const identity = { kernel: kernel.id, build: bootable.identity, release: told['release'] ?? '', qemu: qemuVersion(), cpu, kpti: kpti ? 'on' : 'off', hwcap: hwcap.toString(16), hwcap2: hwcap2.toString(16) }
  return { guest, kernel, config, cpu, identity }
}
