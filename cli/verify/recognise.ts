/**
 * The kernel that a tree is: the model whose every function is proven equal to the tree's. If none that comes with the
 * project is, the predicates at the sites are found again from the C; what still differs then is an error that names it.
 * Claims decided on the kernel that comes out rest on the source, function by function.
 */
import { kernels } from '../../model/kernels/index.js'
import type { Predicate, Site } from '../../model/tasks/kernel.js'
import { UsageError } from '../../trace/errors.js'
import type { SolverPool } from '../../proofs/solvers/index.js'
import type { Lifter } from '../../lift/index.js'
import { readRecord } from './records.js'
import type { Base } from './kernels.js'
import { verify, type Verified } from './verify.js'

/** Which sites a function speaks for, callees before callers. */
const sitesOf: readonly (readonly [string, readonly Site[]])[] = [
  ['valid_user_regs', ['valid_user_regs']], ['tls_preserve_current_state', ['task_user_tls']], ['tls_thread_flush', ['tls_thread_flush']], ['tls_thread_switch', ['tls_thread_switch']], ['copy_thread', ['copy_thread']],
  ['erratum_1418040_thread_switch', ['erratum_1418040_thread_switch']], ['task_user_regset_view', ['task_user_regset_view: current', 'task_user_regset_view: target']], ['syscall_get_arch', ['syscall_get_arch']],
  ['syscall_set_return_value', ['syscall_set_return_value']], ['setup_restart_syscall', ['setup_restart_syscall']], ['do_ni_syscall', ['do_ni_syscall']], ['invoke_syscall', ['invoke_syscall']], ['compat_sys_rt_sigreturn', ['compat sigreturn: refuse unless']],
]
const predicates: readonly Predicate[] = ['is_compat_task', 'is_aarch32_compat_task', 'in_compat_syscall', 'never', 'always']

export interface Recognised {
  readonly kernel: Base
  /** no model that came with the project: the sites that were found otherwise than its nearest one has them */
  readonly changed: readonly { readonly site: Site, readonly from: Predicate, readonly to: Predicate }[]
  /** modelled functions that could not be lifted: their part of the model is taken as it is */
  readonly notLifted: readonly string[]
}

const differing = (r: readonly Verified[]): string[] => r.filter((x) => x.outcome.kind === 'differs' || x.outcome.kind === 'unknown').map((x) => x.name)
const base = (k: Base): string => k.id.replace(/^.*@/, '')

export async function recognise(lifter: Lifter, first: Base, name: string, pool: SolverPool): Promise<Recognised> {
  const of = (k: Base, names?: readonly string[]): Promise<Verified[]> => verify(lifter, k, pool, names === undefined ? undefined : new Set(names), readRecord(k.name))
  const results = await of(first)
  const notLifted = results.filter((r) => r.outcome.kind === 'not lifted' && !/no such function/.test(r.outcome.reason)).map((r) => r.name)
  let best = { kernel: first, open: differing(results) }
  if (best.open.length === 0) return { kernel: first, changed: [], notLifted }
  const watched = best.open
  for (const k of kernels.filter((x) => x !== first && base(x) === base(first))) {
    const open = differing(await of(k, watched))
    // a kernel that explains what differed must hold everywhere else, too
    if (open.length < best.open.length) {
      const rest = differing(await of(k))
      if (rest.length < best.open.length) best = { kernel: k, open: rest }
    }
    if (best.open.length === 0) return { kernel: best.kernel, changed: [], notLifted }
  }
  return bySites(lifter, best, name, of, notLifted)
}

async function bySites(_lifter: Lifter, best: { kernel: Base, open: string[] }, name: string, of: (k: Base, names?: readonly string[]) => Promise<Verified[]>, notLifted: readonly string[]): Promise<Recognised> {
  let kernel: Base = { ...best.kernel, id: `${name}@${base(best.kernel)}`, name, source: `${best.kernel.name} with sites found in the source` }
  const changed: { site: Site, from: Predicate, to: Predicate }[] = []
  for (const [fn, sites] of sitesOf) {
    if (!best.open.includes(fn)) continue
    for (const site of sites) {
      const from = kernel.sites[site]
      const tried = predicates.filter((p) => p !== from).map((p): Base => ({ ...kernel, sites: { ...kernel.sites, [site]: p } }))
      let found: Base | undefined
      for (const k of tried) if (found === undefined && differing(await of(k, [fn])).length === 0) found = k
      if (found !== undefined) { changed.push({ site, from, to: found.sites[site] }); kernel = found; break }
    }
  }
  const left = (await of(kernel)).filter((r) => r.outcome.kind === 'differs' || r.outcome.kind === 'unknown')
  if (left.length > 0) {
    const r = left[0]!
    const o = r.outcome
    const how = o.kind === 'differs' ? o.outputs[0] === undefined ? o.why ?? 'differs' : `${o.outputs[0].output} is 0x${BigInt(o.outputs[0].source).toString(16)} in the source and 0x${BigInt(o.outputs[0].model).toString(16)} in the model of ${best.kernel.name}` : 'unknown'
    throw new UsageError('E_NOT_MODELLED', `${left.map((x) => x.name).join(', ')}: no choice of predicates makes the model equal to the source; ${r.name}: ${how}; verify-model shows the input`)
  }
  return { kernel, changed, notLifted }
}
