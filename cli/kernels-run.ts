import { allKernels as all } from '../model/kernels/index.js'
import { v511 } from '../model/kernels/v5.11.js'
import { kernelEntry, kernelList, kernelText } from '../report/kernels.js'
import type { Status } from './action.js'
import { kernelNamed } from './kernel-named.js'
import type { ListOptions } from './options.js'
import { emit } from './output.js'

export async function kernels(name: string | undefined, options: ListOptions): Promise<Status> {
  const entries = (name === undefined ? all : [kernelNamed(name)]).map((k) => kernelEntry(k, v511))
  emit(options.json, () => ({ format: 'arm64-compat/kernels', version: 1, kernels: entries }),
    () => name === undefined ? kernelList(entries) : entries.map((e) => kernelText(e, v511.name)).join(''))
  return 0
}
