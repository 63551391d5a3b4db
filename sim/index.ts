/** The simulator: a concrete arm64 machine and its kernels, independent of model/. */
export { NotEnabled } from './not-enabled.js'
export { simulate, simulateWith } from './simulate.js'
export { simulatedKernels, kernelOf } from './kernels.js'
export { replay, type Replay } from './replay.js'
export { Timeline } from './timeline.js'
export { residueReport, type ResidueReport } from './residue.js'
export type { Kernel, Sites } from './kernel.js'
