/**
 * The rung `source`: every modelled function that a verdict rests on was proven equal to the C of exactly that kernel. What was proven is
 * recorded (docs/verified) with a hash of the model's side, so that a machine without the sources can tell whether it was this model.
 */
import { createHash } from 'node:crypto'
import { canonicalHash } from './canonical.js'
import type { Rung } from '../../proofs/check.js'
import type { Decision } from '../../proofs/decide.js'
import { universal } from '../../proofs/system/reach.js'
import type { Template } from '../../proofs/run.js'
import { fullKernelId } from '../../trace/kernel-id.js'
import { modelSide } from './behaviour.js'
import type { Base } from './kernels.js'
import { readRecord } from './records.js'
import { bindings } from './verify.js'
import type { Flags } from './world.js'

/** Functions that the model has and no proof covers, by the event that runs them. */
const unproven: Readonly<Record<string, readonly string[]>> = {
  signal: ['setup_rt_frame', 'compat_setup_rt_frame'], restart: ['do_signal'], die: ['get_signal'], seccomp: ['__seccomp_filter'], trace_enter: ['syscall_trace_enter'], trace_exit: ['syscall_trace_exit'], skip: ['syscall_trace_enter'],
  'handler clone': ['copy_process'], 'handler execve': ['begin_new_exec'], 'handler ptrace': ['ptrace_regset', 'compat_arch_ptrace'], 'handler mmap': ['arch_get_unmapped_area'], 'handler tagged_addr': ['set_tagged_addr_ctrl'],
  'handler sigreturn': ['restore_sigframe'], 'handler rt_sigreturn': ['restore_sigframe'], module: ['the module of tango32'],
}
const keyOf = (e: { readonly kind: string, readonly call?: unknown }): string => e.kind === 'handler' ? `handler ${String(e.call)}` : e.kind

/** Hash of what the model says of each function, by name. */
export function modelSides(kernel: Base, flags: Flags): ReadonlyMap<string, string> {
  return new Map(bindings.map((b) => {
    const side = modelSide(kernel, flags, b)
    return [b.name, createHash('sha256').update(`${side.map(([n]) => n).join()}\n${canonicalHash(side.map(([, t]) => t))}`).digest('hex')]
  }))
}

/** Why a kernel's functions are not all proven, or undefined. */
function missing(kernel: Base): string | undefined {
  const record = readRecord(kernel.name)
  if (record === undefined || fullKernelId(record.kernel) !== kernel.id) return 'base not available: no source of exactly this kernel was proven'
  if (record.flags === undefined) return 'recorded without the model\'s side'
  const sides = modelSides(kernel, { ...record.flags, work: BigInt(record.flags.work) })
  const bad = record.functions.filter((f) => f.outcome !== 'equal').map((f) => f.name)
  if (bad.length > 0) return `not equal: ${bad.join(', ')}`
  const other = record.functions.filter((f) => f.side !== sides.get(f.name)).map((f) => f.name)
  return other.length === 0 ? undefined : `recorded for another state of the model: ${other.slice(0, 4).join(', ')}${other.length > 4 ? ` and ${other.length - 4} more` : ''}`
}

/** A function that answers for decisions; kernels are looked at once. */
export function sourceRungs(): (d: Decision) => Rung {
  const known = new Map<Base, string | undefined>()
  const of = (d: Decision): string | undefined => {
    if (!known.has(d.kernel)) known.set(d.kernel, missing(d.kernel))
    const why = known.get(d.kernel)
    if (why !== undefined) return why
    if (d.conditions.length > 0) return d.conditions.map(of).find((x) => x !== undefined)
    // a verdict about all runs rests on what every event keeps, if it assumes anything of its start
    if (universal(d) && d.rests.length > 0) return 'it rests on what every event keeps, and not all of their functions are lifted'
    const events: readonly { kind: string, call?: unknown }[] = universal(d) ? d.claim.shapes.flatMap((s) => s.script as readonly Template[]) : d.traces.flatMap((t) => t.events)
    const open = [...new Set(events.flatMap((e) => nativeOnly(e, d) ? unproven[keyOf(e)] ?? [] : []))]
    return open.length === 0 ? undefined : `not lifted: ${open.join(', ')}`
  }
  return (d) => { const why = d.verdict === 'unknown' ? 'unknown' : of(d); return why === undefined ? 'climbed' : `not climbed: ${why}` }
}
/** A sigreturn of the compat table is proven, that of the native one is not lifted. */
function nativeOnly(e: { readonly kind: string, readonly call?: unknown }, d: Decision): boolean {
  if (e.call !== 'sigreturn' && e.call !== 'rt_sigreturn') return true
  return universal(d) || d.traces.some((t) => t.events.some((x, i) => x.kind === 'handler' && x.call === e.call && t.states[i]!.tasks.some((task) => task.at === 2n && task.table === 1n)))
}
