/** The model: what the architecture and the kernel do, as terms. */
export { step, type Step } from './step.js'
export { allKernels, kernelGroups, kernels } from './kernels/index.js'
export { asks, type Kernel, type Predicate, type Site } from './tasks/kernel.js'
export * from './tasks/symbolic.js'
