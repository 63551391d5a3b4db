/** The kernels that come with the project. A new kernel is a file and a line here (or a file of the user's). */
import type { Kernel } from '../tasks/kernel.js'
import { rfcV2 } from './rfc-v2.js'
import { rfcV2OnV612 } from './rfc-v2@v6.12.js'
import { rfcV2Unguarded } from './rfc-v2-unguarded.js'
import { tango32Module } from './tango32-module.js'
import { tangoOnV612 } from './tango@v6.12.js'
import { tangoV54 } from './tango-v5.4.js'
import { v4Series } from './v4-series.js'
import { v4SeriesOnV612 } from './v4-series@v6.12.js'
import { v511 } from './v5.11.js'
import { v54 } from './v5.4.js'
import { v61 } from './v6.1.js'
import { v612 } from './v6.12.js'
import { v73 } from './v7.3.js'

/** Kernels that are named together (`--kernel historical`). */
export const kernelGroups = {
  /** the thread's own: each series on the base that it was written for, or near it */
  historical: [v511, rfcV2, tangoV54, v4Series, rfcV2Unguarded],
  /** the series on a kernel that can be built and booted today, and that kernel as the control */
  ported: [v612, rfcV2OnV612, tangoOnV612, v4SeriesOnV612],
  mainline: [v54, v511, v61, v612, v73],
} as const satisfies Record<string, readonly Kernel[]>

/** The kernels of the matrix, in its order. */
export const kernels: readonly Kernel[] = [...kernelGroups.historical, ...kernelGroups.ported]

/** Every kernel there is. */
export const allKernels: readonly Kernel[] = [...new Set<Kernel>([...kernels, tango32Module, ...kernelGroups.mainline])]
