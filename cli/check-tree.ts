/** `check --tree DIR [--patch FILE…]`: verdicts for a source tree as it is and, side by side, with the patches. */
import { Lifter, Tree, type Lifted, type NotLifted } from '../lift/index.js'
import { changedDefinitions, restsOn, type Changed } from '../lift/changed.js'
import { functionTexts } from '../lift/drift.js'
import { intrinsics } from '../lift/intrinsics.js'
import type { Files } from '../lift/tree.js'
import { allKernels as kernels } from '../model/kernels/index.js'
import { check, type Result } from '../proofs/check.js'
import type { Claim, Userspace } from '../proofs/claim.js'
import { UsageError } from '../trace/errors.js'
import { invariantsOf, simulatorReplayer, type Engine } from './deciding.js'
import { patchedFiles, filesOf } from './tree.js'
import { judge, recordedResult } from './verify/judge.js'
import { keptLike } from './verify/kept-like.js'
import { kernelFor, type Base } from './verify/kernels.js'
import { recognise, type Recognised } from './verify/recognise.js'
import { provenQuestions, readRecord, recorded } from './verify/records.js'
import { beyondPieces } from './verify/bindings-halves.js'
import { functionOf } from './verify/comparison.js'
import { bindings, Source } from './verify/verify.js'

export interface TreeVerdicts {
  readonly results: readonly Result[]
  /** One line each: what the tree was recognised as, and on what that rests. */
  readonly notes: readonly string[]
}
/** Modelled, but in no proof: a patch of these says nothing by itself. */
const unproven = new Set(['handle_signal', 'do_signal', 'setup_rt_frame', 'setup_sigframe', 'compat_setup_frame', 'compat_setup_rt_frame', 'compat_setup_sigframe', 'restore_sigframe', 'rt_sigreturn', 'parse_user_sigframe', 'restore_fpsimd_context', 'copy_process',
  'arch_dup_task_struct', 'flush_thread', 'start_thread', 'compat_start_thread', 'begin_new_exec', 'load_elf_binary', 'compat_arch_ptrace', 'arch_ptrace', 'ptrace_regset', 'ptrace_request', 'compat_ptrace_request', 'syscall_trace_enter', 'syscall_trace_exit', 'restore_altstack', 'access_ok',
  'TASK_SIZE', 'DEFAULT_MAP_WINDOW', 'arch_get_mmap_end', 'arch_get_unmapped_area', 'arch_get_unmapped_area_topdown', 'get_unmapped_area'])

export async function treeVerdicts(dir: string, patches: readonly string[], kernelNames: readonly string[] | undefined, claims: readonly Claim[], userspaces: readonly Userspace[], e: Engine): Promise<TreeVerdicts> {
  const files = filesOf(dir)
  const first = startingKernel(files, kernelNames)
  const { over, notes } = patchedFiles(files, patches)
  const overFiles: Files = { read: (p) => over.has(p) ? over.get(p) : files.read(p) }
  const changed = changedDefinitions(files, overFiles, over.keys())
  if (patches.length > 0 && untouched(first, changed)) {
    return { results: [], notes: [...notes, ...remarks(changed), `the patch changes ${changed.keys.size === 0 ? 'no definition' : list([...changed.names])}: no modelled function rests on it (as recorded for ${first.name}); every verdict stays that of the tree`] }
  }
  const proven = provenQuestions()
  const tree = new Tree(files)
  const source = new Source(await Lifter.on(tree))
  const base = await recognise(source, first, 'tree', e.oracle, proven)
  const side = { claims, userspaces, e }
  if (patches.length === 0) { const all = await decided(base, side); return { results: all.results, notes: [said('tree', base), ...all.notes] } }
  const affected = (f: Lifted | NotLifted): boolean => f.kind === 'not lifted' || restsOn(f.uses, changed)
  const patchedSource = new Source(await Lifter.on(tree.with(over)), { source, affected })
  const among = new Set(bindings.filter((b) => patchedSource.differs(base.kernel, b)).map((b) => b.name))
  // a kernel that no input tells apart is mostly the one: its verdicts are decided beside its proofs, and count only once those are there
  const ahead = new Map<Base, ReturnType<typeof decided>>()
  const hopeful = (kernel: Base): void => {
    if (ahead.has(kernel) || !kernels.includes(base.like)) return
    const deciding = decided({ kernel, like: base.like, changed: [], inPlace: [], notLifted: base.notLifted }, side)
    deciding.catch(() => undefined) // it is thrown where it is used
    ahead.set(kernel, deciding)
  }
  const after = await recognise(patchedSource, base.kernel, 'patched', e.oracle, proven, { among, like: base.like, before: source, notLifted: base.notLifted, hopeful })
  const names = [...notes, ...remarks(changed), said('tree', base), said('with the patch', after)]
  if (after.kernel === base.kernel) return { results: (await decided(base, side)).results, notes: [...names, among.size === 0 ? 'no modelled function changes' : `${list([...among])}: other text, the same behaviour for all inputs`] }
  const [before, now] = [await decided(base, side), await (ahead.get(after.kernel) ?? decided(after, side))]
  return { results: [...before.results, ...now.results], notes: [...names, ...before.notes, ...now.notes] }
}

interface Side { readonly claims: readonly Claim[], readonly userspaces: readonly Userspace[], readonly e: Engine }
/** Recorded verdicts where the kernel is one of the project's; of one that differs little from such a one, what asks another question is decided now; else all is. */
async function decided(r: Recognised, { claims, userspaces, e }: Side): Promise<{ results: Result[], notes: string[] }> {
  const cells = claims.flatMap((claim) => userspaces.map((u) => recordedResult(claim, r.kernel, r.like, u)))
  const known = kernels.includes(r.like) && cells.every((c) => c !== undefined)
  if (known && r.kernel === r.like) return { results: cells.flatMap((c) => c ?? []), notes: [] }
  if (!known) {
    const kept = await invariantsOf([r.kernel], e.oracle)
    return { results: await check(claims, [r.kernel], userspaces, e.oracle, { kept, timeoutMs: e.timeoutMs, replayer: simulatorReplayer }), notes: [] }
  }
  const kept = (await invariantsOf([r.like], e.oracle))(r.like)
  const now = await keptLike(r.kernel, r.like, kept, e.oracle)
  const judged = await judge(claims, r.kernel, r.like, userspaces, e.oracle, now, kept, e.timeoutMs)
  const lost = kept.filter((c) => !now.includes(c)).map((c) => c.name)
  return { results: [...judged.results], notes: [...beyondPieces(r.kernel), ...(lost.length === 0 ? [] : [`invariants of ${r.like.name} that ${r.kernel.name} does not keep: ${lost.join(', ')}`]), `${r.kernel.name}: ${judged.decided} verdicts decided anew; the other claims ask for nothing that differs from ${r.like.name}`] }
}

/** The kernel of --kernel, or the recorded one whose functions have the most texts in common with the tree's. */
function startingKernel(files: Files, names: readonly string[] | undefined): Base {
  if (names !== undefined && names.length > 1) throw new UsageError('E_KERNEL', '--tree takes one --kernel: the model that the tree is measured against (v5.11, rfc-v2, …)')
  if (names?.[0] !== undefined) return kernelFor(names[0])
  const texts = new Set(functionTexts(files, bindings.map(functionOf)).map((t) => t.hash))
  const near = recorded().map((r) => ({ r, same: r.functions.filter((f) => texts.has(f.own)).length })).sort((a, b) => b.same - a.same)[0]
  if (near === undefined || near.same === 0) throw new UsageError('E_KERNEL', 'no recorded kernel is near this tree; say with --kernel which model to begin with')
  return kernelFor(near.r.kernel)
}

function untouched(k: Base, c: Changed): boolean {
  const names = readRecord(k.name)?.names
  return names !== undefined && !c.includes && !names.split(' ').some((n) => c.names.has(n))
}
const said = (what: string, r: Recognised): string => {
  const otherwise = [...r.changed.map((c) => `${c.site} asks ${c.to} instead of ${c.from}`), ...(r.inPlace.length > 0 ? [`${list(r.inPlace)} as lifted`] : [])]
  const size = r.kernel.nrSyscalls === r.like.nrSyscalls && r.kernel.nrCompatSyscalls === r.like.nrCompatSyscalls ? '' : ` with tables of ${r.kernel.nrSyscalls} and ${r.kernel.nrCompatSyscalls} slots (not ${r.like.nrSyscalls} and ${r.like.nrCompatSyscalls})`
  return `${what}: every lifted function proven equal to the model of ${r.like.name}${size}${otherwise.length === 0 ? '' : ` (${otherwise.join('; ')})`}${r.notLifted.length > 0 ? `; not lifted, taken from the model: ${r.notLifted.join(', ')}` : ''}`
}
/** What the proofs do not see of a patch. */
function remarks(c: Changed): string[] {
  const beyond = [...c.names].filter((n) => unproven.has(n))
  const meanings = [...c.names].filter((n) => intrinsics.has(n))
  const assembly = c.notC.filter((p) => /\.S$|^arch\/arm64\/tools\//.test(p))
  return [
    ...(beyond.length > 0 ? [`changed, modelled, but not lifted: ${list(beyond)}; the verdicts do not speak of that change`] : []),
    ...(meanings.length > 0 ? [`changed, but taken by its written meaning: ${list(meanings)}; the verdicts do not speak of that change`] : []),
    ...(assembly.length > 0 ? [`changed, but no C: ${list(assembly)}; the verdicts do not speak of that change`] : []),
  ]
}
const list = (names: readonly string[]): string => names.length <= 6 ? names.join(', ') : `${names.slice(0, 6).join(', ')} and ${names.length - 6} more`
