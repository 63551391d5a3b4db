import { kernels } from '../model/kernels/index.js'
import type { Kernel } from '../model/tasks/kernel.js'
import { UsageError } from '../trace/errors.js'
import { fullKernelId } from '../trace/kernel-id.js'

/** The kernel of that short or full name. Throws `E_KERNEL_ID`, `E_UNKNOWN_KERNEL`. */
export function kernelNamed(name: string): Kernel {
  const id = fullKernelId(name)
  const found = kernels.find((k) => k.name === name || k.id === id)
  if (found === undefined) throw new UsageError('E_UNKNOWN_KERNEL', `no kernel '${name}'; there are ${kernels.map((k) => k.name).join(', ')}`)
  return found
}
