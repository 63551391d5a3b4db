/** The kernels that can be booted, by the identifiers that model and simulator use. */
import { existsSync } from 'node:fs'
import { UsageError } from '../trace/errors.js'
import { fullKernelId } from '../trace/kernel-id.js'
import type { Entry } from './cpio.js'
import { debianKernel, type DebianRelease } from './kernel/debian.js'
import { buildKernel, findKernel, type Flavour } from './kernel/build.js'
import type { FakeCall } from './probes/probe.js'
import type { Progress } from './run.js'

export interface GuestKernel {
  /** `v6.12`, `rfc-v2@v6.12`, `mutant-tls-switch@v6.12`, `debian-6.1` */
  readonly id: string
  readonly what: string
  readonly from: { readonly built: string, readonly flavour: Flavour } | { readonly debian: DebianRelease }
  readonly cmdline: readonly string[]
  readonly how: FakeCall
  /** the identifier only holds for this release */
  readonly release?: string
  /** deliberately broken: probes must notice */
  readonly mutant: boolean
  /** one that a claim compares a variant with: it has witnesses, no probes of its own */
  readonly comparison?: true
}

const variant = (name: string, how: FakeCall, what: string): GuestKernel => ({
  id: `${name}@v6.12`, what, how, from: { built: '6.12', flavour: 'variants' }, cmdline: [`compat_variant=${name}`], mutant: false,
})
/** The variant with an explicit check in compat sigreturn (sigreturn/explicit-check-same-result). */
const checked = (v: GuestKernel): GuestKernel => ({ ...v, id: `${v.id}+check`, what: `${v.what}; compat sigreturn refuses a 64-bit task`, cmdline: [...v.cmdline, 'compat_check=sigreturn'], comparison: true })
const mutant = (name: string, what: string): GuestKernel => ({
  id: `mutant-${name}@v6.12`, what, how: 'none', from: { built: '6.12', flavour: 'variants' }, cmdline: [`compat_mutant=${name}`], mutant: true,
})
const debian = (id: string, release: DebianRelease, what: string): GuestKernel => ({ id, what, how: 'none', from: { debian: release }, cmdline: [], mutant: false })

const variants = [
  variant('rfc-v2', 'svc 1', 'RFC v2 on 6.12: SVC immediate 1'),
  variant('tango', 'x8 is 0x80000000', 'Tango on 6.12: x8 is 0x80000000'),
  variant('v4-series', 'x8 bit 31', 'v4 on 6.12: bit 31 of x8'),
]
const kernels: readonly GuestKernel[] = [
  { id: 'v6.12', what: 'linux-source-6.12, built here', how: 'none', from: { built: '6.12', flavour: 'stock' }, cmdline: [], mutant: false },
  { id: 'v6.1', what: 'linux-source-6.1, built here', how: 'none', from: { built: '6.1', flavour: 'stock' }, cmdline: [], mutant: false },
  ...variants, ...variants.map(checked),
  mutant('tls-switch', 'a context switch leaves TPIDRRO_EL0 alone when KPTI is on'),
  mutant('tls-preserve', 'TPIDRURW of an AArch32 task is not saved'),
  mutant('sanitise-native', 'PSTATE bit 22 survives valid_native_regs'),
  mutant('sanitise-compat', 'PSR.A passes valid_compat_regs'),
  mutant('dispatch-private', 'ARM-private calls are there for 64-bit tasks'),
  mutant('dispatch-stop', 'x12 marks the system call stops of 64-bit tasks'),
  mutant('dispatch-number', 'bit 31 of a native system call number is ignored'),
  debian('debian-6.1', 'bookworm', 'Debian\'s linux-image-cloud-arm64 of bookworm, as it is'),
  debian('debian-6.12', 'bookworm-backports', 'Debian\'s 6.12 for arm64, as it is'),
  debian('newest', 'experimental', 'the newest kernel in Debian\'s experimental suite, as it is'),
  { ...debian('v7.3', 'experimental', 'the same, as long as it is 7.3'), release: '7.3' },
]

export const guestKernels = (): readonly GuestKernel[] => kernels

/** Throws `E_NO_GUEST_KERNEL`. */
export function guestKernel(id: string): GuestKernel {
  const full = fullKernelId(id)
  const found = kernels.find((k) => k.id === full || k.id === id)
  if (found === undefined) throw new UsageError('E_NO_GUEST_KERNEL', `no guest kernel is '${id}'; there are ${kernels.map((k) => k.id).join(', ')}`)
  return found
}

export interface Bootable { readonly image: string, readonly modules: readonly Entry[], readonly identity: string }

function ofRelease(kernel: GuestKernel, found: Bootable): Bootable {
  if (kernel.release === undefined || found.identity.includes(`-${kernel.release}-`)) return found
  throw new UsageError('E_NO_DEBIAN_KERNEL', `${kernel.id}: what the suite has now is ${found.identity}`)
}

/** Builds or fetches what the cache does not hold. */
export async function obtain(kernel: GuestKernel, progress: Progress): Promise<Bootable> {
  if ('debian' in kernel.from) return ofRelease(kernel, await debianKernel(kernel.from.debian, progress))
  const { image, key } = await buildKernel(kernel.from.built, kernel.from.flavour, progress)
  return { image, modules: [], identity: `linux-source-${kernel.from.built} ${kernel.from.flavour} ${key}` }
}

/** Is the image there without building or fetching? */
export async function isReady(kernel: GuestKernel): Promise<boolean> {
  try {
    if ('debian' in kernel.from) return ofRelease(kernel, await debianKernel(kernel.from.debian, () => undefined, false)).image !== ''
    return existsSync((await findKernel(kernel.from.built, kernel.from.flavour)).image)
  } catch {
    return false
  }
}
