/**
 * The kernel that a tree is: the model whose every function is proven equal to the tree's. If none that comes with the
 * project is, the predicates at the sites are found again from the C, and what still differs is put in the model's place as it was
 * lifted; what cannot is an error that names it. Claims decided on the kernel that comes out rest on the source, function by function.
 */
import { allKernels as kernels } from '../../model/kernels/index.js'
import type { Predicate, Site } from '../../model/tasks/kernel.js'
import { UsageError } from '../../trace/errors.js'
import type { Base } from './kernels.js'
import { inPlace } from './in-place.js'
import { notEqual, type Known } from './not-equal.js'
import { sameModel } from './behaviour.js'
import { bindings, liftFor, verify, type Asks, type Source } from './verify.js'

/** Which sites a function speaks for, callees before callers. */
const sitesOf: readonly (readonly [string, readonly Site[]])[] = [
  ['valid_user_regs', ['valid_user_regs']], ['tls_preserve_current_state', ['task_user_tls']], ['tls_thread_flush', ['tls_thread_flush']], ['tls_thread_switch', ['tls_thread_switch']], ['copy_thread', ['copy_thread']],
  ['erratum_1418040_thread_switch', ['erratum_1418040_thread_switch']], ['task_user_regset_view', ['task_user_regset_view: current', 'task_user_regset_view: target']], ['syscall_get_arch', ['syscall_get_arch']],
  ['syscall_set_return_value', ['syscall_set_return_value']], ['setup_restart_syscall', ['setup_restart_syscall']], ['do_ni_syscall', ['do_ni_syscall']], ['invoke_syscall', ['invoke_syscall']], ['compat_sys_rt_sigreturn', ['compat sigreturn: refuse unless']],
]
const predicates: readonly Predicate[] = ['is_compat_task', 'is_aarch32_compat_task', 'in_compat_syscall', 'never', 'always']

export interface Recognised {
  readonly kernel: Base
  /** the kernel that came with the project and that this one is but for the sizes of its tables, and but for what is listed here */
  readonly like: Base
  /** no model that came with the project: the sites that were found otherwise than its nearest one has them */
  readonly changed: readonly { readonly site: Site, readonly from: Predicate, readonly to: Predicate }[]
  /** functions whose lifted form stands in the model's place */
  readonly inPlace: readonly string[]
  /** modelled functions that could not be lifted: their part of the model is taken as it is */
  readonly notLifted: readonly string[]
}

const base = (k: Base): string => k.id.replace(/^.*@/, '')

/** A kernel with tables of the tree's sizes: v5.11 added epoll_pwait2, so that the same functions of v5.10 end one number before. */
function sized(k: Base, source: Source, name: string): Base {
  const { native = k.nrSyscalls, compat = k.nrCompatSyscalls } = source.tables
  return native === k.nrSyscalls && compat === k.nrCompatSyscalls ? k : { ...k, id: `${name}@${base(k)}`, name, source: `${k.name} with tables of ${native} and ${compat} slots`, nrSyscalls: native, nrCompatSyscalls: compat }
}

/**
 * @param from the kernel to begin with
 * @param proven hashes of questions known to be answered with `equal`; those that are proven here are added
 * @param patch only the functions `among` can differ from `from`, which `before` was recognised as, and which is like `like`; `hopeful` is told of
 * a kernel that no input tells apart, before it is proven
 */
export async function recognise(source: Source, from: Base, name: string, pool: Asks, proven: Set<string>, patch?: { readonly among: ReadonlySet<string>, readonly like: Base, readonly before: Source, readonly notLifted: readonly string[], readonly hopeful?: (k: Base) => void }): Promise<Recognised> {
  const first = sized(from, source, name)
  const equals: Known = (n) => {
    const b = patch === undefined || patch.notLifted.includes(n) ? undefined : bindings.find((x) => x.name === n)
    return b === undefined ? undefined : liftFor(patch!.before, from, b).question
  }
  const { open, notLifted } = await notEqual(source, first, pool, proven, patch?.among, patch === undefined ? undefined : 'suspect', equals)
  const whole = (kernel: Base, like: Base): Recognised => ({ kernel, like, changed: [], inPlace: [], notLifted })
  if (open.length === 0) return whole(first, patch?.like ?? from)
  const others = async (k: Base, names: ReadonlySet<string>): Promise<boolean> => (await notEqual(source, k, pool, proven, names, 'stop', equals)).open.length === 0
  // what is equal to `first` must be the same function in the other kernel: that is seen at once
  const elsewhere = bindings.filter((b) => !open.includes(b.name))
  for (const like of kernels.filter((x) => x !== from && base(x) === base(first))) {
    const k = sized(like, source, name)
    if (elsewhere.every((b) => sameModel(first, k, source, b)) && await others(k, new Set(open))) return whole(k, like)
  }
  return { ...await bySites(source, first, open, name, pool, proven, equals, patch?.hopeful), like: patch?.like ?? from, notLifted }
}

async function bySites(source: Source, first: Base, left: readonly string[], name: string, pool: Asks, proven: Set<string>, equals: Known, hopeful?: (k: Base) => void): Promise<Omit<Recognised, 'notLifted' | 'like'>> {
  const open = async (k: Base, names: readonly string[]): Promise<readonly string[]> => (await notEqual(source, k, pool, proven, new Set(names), undefined, equals, names.length < left.length ? undefined : hopeful)).open
  let kernel: Base = { ...first, id: `${name}@${base(first)}`, name, source: `${first.name} with what the source has otherwise` }
  const changed: { site: Site, from: Predicate, to: Predicate }[] = []
  for (const [fn, sites] of sitesOf) {
    if (!left.includes(fn)) continue
    for (const site of sites) {
      const from = kernel.sites[site]
      const tried = predicates.filter((p) => p !== from).map((p): Base => ({ ...kernel, sites: { ...kernel.sites, [site]: p } }))
      let found: Base | undefined
      for (const k of tried) if (found === undefined && (await open(k, [fn])).length === 0) found = k
      if (found !== undefined) {
        changed.push({ site, from, to: found.sites[site] })
        kernel = found
        left = await open(kernel, left)
        break
      }
    }
  }
  const replaced = await inPlace(source, first, kernel, left, open)
  if (replaced.left.length > 0) throw await notModelled(source, kernel, replaced.left, first, pool)
  return { kernel: replaced.kernel, changed, inPlace: replaced.functions }
}

async function notModelled(source: Source, kernel: Base, left: readonly string[], first: Base, pool: Asks): Promise<UsageError> {
  const [r] = await verify(source, kernel, pool, new Set(left.slice(0, 1)))
  const o = r!.outcome
  const hex = (v: bigint | boolean): string => `0x${BigInt(v).toString(16)}`
  const how = o.kind !== 'differs' ? o.kind : o.outputs[0] === undefined ? o.why ?? 'differs' : `${o.outputs[0].output} is ${hex(o.outputs[0].source)} in the source and ${hex(o.outputs[0].model)} in the model of ${first.name}`
  return new UsageError('E_NOT_MODELLED', `${left.join(', ')}: no choice of predicates makes the model equal to the source, and no lifted function can stand in the model's place; ${r!.name}: ${how}; verify-model shows the input`)
}
