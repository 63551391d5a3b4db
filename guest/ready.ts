/** Is there what a guest needs? Tests skip loudly where there is not, and fail when ARM64_COMPAT_REQUIRE_GUEST=1. */
import { guestKernel, isReady } from './kernels.js'
import { qemuVersion } from './machine.js'

export const guestRequired = (): boolean => process.env['ARM64_COMPAT_REQUIRE_GUEST'] === '1'

/** Why no guest of that kernel can be booted right now; undefined when it can. Nothing is built or fetched. */
export async function missing(kernelId: string): Promise<string | undefined> {
  if (qemuVersion() === '') return 'qemu-system-aarch64 is not on the PATH'
  if (!await isReady(guestKernel(kernelId))) return `the kernel ${kernelId} is neither built nor fetched yet (arm64-compat guest build ${kernelId})`
  return undefined
}

const said = new Set<string>()

/** For tests: true when a guest can be booted. Says SKIPPED once for each reason; throws when a guest is required. */
export async function guestOrSkip(kernelId: string): Promise<boolean> {
  const why = await missing(kernelId)
  if (why === undefined) return true
  if (guestRequired()) throw new Error(`ARM64_COMPAT_REQUIRE_GUEST=1, but ${why}`)
  if (!said.has(why)) console.error(`\n  *** SKIPPED: no real kernel: ${why}; the committed transcripts are checked instead ***\n`)
  said.add(why)
  return false
}
