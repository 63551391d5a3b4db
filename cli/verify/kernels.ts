/** The kernel that a tree is compared with: any of the model's. */
import { v61 } from '../../model/kernels/v6.1.js'
import { v612 } from '../../model/kernels/v6.12.js'
import type { Kernel } from '../../model/tasks/kernel.js'
import { kernelNamed } from '../kernel-named.js'

export type Base = Kernel
export { v61, v612 }
export const kernelFor = (name: string): Base => kernelNamed(name)
