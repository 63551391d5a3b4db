import { allKernels, kernelGroups } from '../model/kernels/index.js'
import type { Kernel } from '../model/tasks/kernel.js'
import { UsageError } from '../trace/errors.js'
import { fullKernelId } from '../trace/kernel-id.js'

/** The kernel of that short or full name. Throws `E_KERNEL_ID`, `E_UNKNOWN_KERNEL`. */
export function kernelNamed(name: string): Kernel {
  const id = fullKernelId(name)
  const found = allKernels.find((k) => k.name === name || k.id === id)
  if (found === undefined) throw new UsageError('E_UNKNOWN_KERNEL', `no kernel '${name}'; there are ${allKernels.map((k) => k.name).join(', ')}`)
  return found
}

/** Names of several kernels: `historical`, `ported`, `mainline`, `all`. */
export const groups: Readonly<Record<string, readonly Kernel[]>> = { ...kernelGroups, all: allKernels }

/** The kernels of a group, or the one of that name. */
export const kernelsNamed = (name: string): readonly Kernel[] => Object.hasOwn(groups, name) ? groups[name]! : [kernelNamed(name)]
