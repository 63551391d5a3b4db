/** Kernels for `check --tree DIR [--patch FILE…]`: the tree as it is and, side by side, with the patches. */
import { Lifter } from '../lift/index.js'
import type { Kernel } from '../model/index.js'
import { SolverPool } from '../proofs/solvers/index.js'
import { UsageError } from '../trace/errors.js'
import { openTree } from './tree.js'
import { kernelFor } from './verify/kernels.js'
import { recognise, type Recognised } from './verify/recognise.js'

export interface TreeKernels {
  readonly kernels: readonly Kernel[]
  /** One line each: what the tree was recognised as, and on what that rests. */
  readonly notes: readonly string[]
}

/** `base`: the model the unpatched tree is expected to be. Throws `E_NOT_MODELLED` where the source does what no kernel of the model does. */
export async function treeKernels(dir: string, patches: readonly string[], base: readonly string[] | undefined): Promise<TreeKernels> {
  if (base === undefined || base.length !== 1) throw new UsageError('E_KERNEL', '--tree needs one --kernel: the model that the tree is measured against (v5.11, rfc-v2, …)')
  const first = kernelFor(base[0]!)
  const pool = new SolverPool()
  try {
    const rows: { what: string, found: Recognised }[] = []
    for (const [what, name, with_] of [['tree', 'tree', []], ...(patches.length > 0 ? [['tree with patches', 'patched', patches]] : [])] as [string, string, string[]][]) {
      const lifter = await Lifter.on(openTree(dir, with_).tree)
      rows.push({ what, found: await recognise(lifter, rows[0]?.found.kernel ?? first, name, pool) })
    }
    const kernels = rows.map((r) => r.found.kernel).filter((k, i, all) => all.findIndex((x) => x.name === k.name) === i)
    return { kernels, notes: rows.map((r) => `${r.what}: every lifted function proven equal to the model of ${r.found.kernel.name}${sites(r.found)}${r.found.notLifted.length > 0 ? `; not lifted, taken from the model: ${r.found.notLifted.join(', ')}` : ''}`) }
  } finally { await pool.close() }
}
const sites = (r: Recognised): string => r.changed.length === 0 ? '' : ` (${r.changed.map((c) => `${c.site} asks ${c.to} instead of ${c.from}`).join('; ')})`
