/** The kernels that come with the project, in the order of the matrix. A new kernel is a file and a line here (or a file of the user's). */
import type { Kernel } from '../tasks/kernel.js'
import { rfcV2 } from './rfc-v2.js'
import { rfcV2Unguarded } from './rfc-v2-unguarded.js'
import { tangoV54 } from './tango-v5.4.js'
import { v4Series } from './v4-series.js'
import { v511 } from './v5.11.js'

export const kernels: readonly Kernel[] = [v511, rfcV2, tangoV54, v4Series, rfcV2Unguarded]
