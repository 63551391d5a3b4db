/** The kernels: what each is, and what it replaces of mainline. */
import type { Kernel, Predicate, Site } from '../model/tasks/kernel.js'
import { fresh } from '../model/tasks/symbolic.js'
import { bvVar } from '../model/terms/build.js'
import { assertionText } from '../model/terms/smtlib.js'
import { taskSpec } from '../trace/state.js'
import { columns } from './columns.js'

export interface KernelEntry {
  name: string
  id: string
  source: string
  deduced: readonly string[]
  /** When an SVC from AArch64 is a 32-bit call, in SMT-LIB: `imm` is its immediate, `regs[8]` is x8. */
  trigger: string
  /** What each predicate asks of a task, in SMT-LIB. */
  predicates: { [P in Predicate]: string }
  /** Sites whose predicate is another than in the control. */
  sites: { site: string, predicate: Predicate, control: Predicate }[]
}

/** `control`: the kernel to compare with, mainline v5.11. */
export function kernelEntry(k: Kernel, control: Kernel): KernelEntry {
  const sites = Object.entries(k.sites) as [Site, Predicate][]
  const task = fresh(taskSpec, '')
  return {
    name: k.name, id: k.id, source: k.source, deduced: k.deduced,
    trigger: assertionText(k.doEl0Svc(task, bvVar(16, 'imm')).fake),
    predicates: Object.fromEntries(Object.entries(k.predicates).map(([name, asked]) => [name, assertionText(asked(task))])) as { [P in Predicate]: string },
    sites: sites.flatMap(([site, predicate]) => predicate === control.sites[site] ? [] : [{ site, predicate, control: control.sites[site] }]),
  }
}

const shown = ['is_compat_task', 'is_aarch32_compat_task', 'in_compat_syscall'] as const

export function kernelList(entries: readonly KernelEntry[]): string {
  return [...columns(entries.map((e) => [e.name, e.id, e.source]), ''), ''].join('\n')
}

export function kernelText(e: KernelEntry, control: string): string {
  return [
    `${e.name} (${e.id})`, `  ${e.source}`,
    ...e.deduced.map((d) => `  deduced: ${d}`),
    `A 64-bit task's SVC is a 32-bit call if: ${e.trigger}`,
    ...columns(shown.map((p) => [p, e.predicates[p]])),
    ...(e.sites.length === 0 ? [`Every site asks what ${control} asks.`] : [`Sites that ask something else than in ${control}:`, ...columns(e.sites.map((s) => [s.site, s.control, `→ ${s.predicate}`]))]),
    '',
  ].join('\n')
}
