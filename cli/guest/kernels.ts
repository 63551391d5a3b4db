/** Model and simulator of a guest's kernel. A mutant is compared with what it pretends to be: mainline; Debian's own build and the newest one with the nearest base there is. */
import { allKernels, type Kernel as ModelKernel } from '../../model/index.js'
import { kernelOf, simulatedKernels, type Kernel as SimulatorKernel } from '../../sim/index.js'
import { fullKernelId } from '../../trace/kernel-id.js'

/** The identifier under which model and simulator know it. */
function known(id: string, ids: readonly string[]): string {
  const wanted = id === 'newest' ? 'v7.3' : id.replace(/^debian-/, 'v')
  return ids.find((k) => fullKernelId(k) === wanted) ?? 'v6.12'
}

export const simulatorKernel = (id: string): SimulatorKernel => kernelOf(known(id, simulatedKernels))
export const modelKernel = (id: string): ModelKernel => allKernels.find((k) => k.name === known(id, allKernels.map((x) => x.name)))!
