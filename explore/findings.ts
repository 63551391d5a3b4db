/** From violations to findings: one cause told once. */
import type { Trace } from '../trace/trace.js'
import type { Judgement, Member } from './judged.js'
import type { Principle } from './principle.js'
import type { Violation } from './search.js'

export interface Finding {
  /** `scheduling/a-context-switch-after-an-interrupt/tpidrro_el0`: principle, its simplest event, its first field */
  readonly id: string
  readonly principle: Principle
  readonly fields: readonly string[]
  /** the simplest first */
  readonly events: readonly string[]
  readonly variants: readonly string[]
  /** settings and cases that every one of its runs needs */
  readonly needs: readonly string[]
  readonly kernels: readonly string[]
  readonly sentence: string
  /** the smallest run: from exec where there is one, fewest events; and its traces, two where runs are compared */
  readonly witness: Violation
  readonly traces: readonly Trace[]
  readonly members: readonly Member[]
  /** members that nobody has judged */
  readonly unjudged: readonly Member[]
  readonly judgements: readonly Judgement[]
}

export const slug = (s: string): string => s.toLowerCase().replace(/[^a-z0-9_]+/g, '-').replace(/^-|-$/g, '')
const steps = (v: Violation): number => v.probe.script.length
/** Fewest events of their own first. */
const simpler = (a: Violation, b: Violation): number => steps(a) - steps(b)
/** Of so many runs the first that starts at exec is taken. */
const TRIED = 8

/** One field of one event, with every run that shows it. */
interface Cell { readonly principle: Principle, readonly field: string, readonly event: string, readonly runs: Violation[] }

/**
 * Same principle, event and field, on the same kernels: one cell. (With other tasks taking part it may be on other kernels: another cause.)
 * Cells of a principle that need the same and are on the same kernels, of one field with several events or of several fields that one run
 * shows, are one finding.
 */
export async function findingsOf(violations: readonly Violation[], judged: readonly Judgement[], matches: (j: Judgement, m: Member) => boolean): Promise<Finding[]> {
  const shown = violations.flatMap((v) => v.fields.map((field) => ({ v, field })))
  const sameTasks = grouped(shown, ({ v, field }) => [v.principle.name, v.probe.event, field, v.probe.variant])
  const cells = grouped(sameTasks, (all) => [all[0]!.v.principle.name, all[0]!.v.probe.event, all[0]!.field, kernelsOf(all.map((x) => x.v))]).map((lists): Cell => {
    const all = lists.flat()
    return { principle: all[0]!.v.principle, field: all[0]!.field, event: all[0]!.v.probe.event, runs: all.map((x) => x.v) }
  })
  // a field that always shows together with another one stands with it
  const leads = (c: Cell): string[] => [...new Set(c.runs.map((v) => v.fields[0]!))]
  const groups = grouped(cells, (c) => [c.principle.name, leads(c), needsOf(c.runs), kernelsOf(c.runs)])
  const found = await Promise.all(groups.map((group) => finding(group, judged, matches)))
  return distinct(found.sort((a, b) => a.id < b.id ? -1 : a.id > b.id ? 1 : a.kernels.length - b.kernels.length))
}
/** In the order of the first of each group. */
function grouped<T>(all: readonly T[], key: (x: T) => unknown): T[][] {
  const groups = new Map<string, T[]>()
  for (const x of all) {
    const k = JSON.stringify(key(x))
    const group = groups.get(k)
    if (group === undefined) groups.set(k, [x])
    else group.push(x)
  }
  return [...groups.values()]
}
/** The same event and field with other tasks bears the name of its tasks, too. */
const distinct = (found: readonly Finding[]): Finding[] => found.map((f, i) => {
  const id = found.some((x, j) => j !== i && x.id === f.id) ? `${f.id}/${slug(f.witness.probe.variant)}` : f.id
  const twins = found.slice(0, i).filter((x) => x.id === f.id && x.witness.probe.variant === f.witness.probe.variant).length
  return { ...f, id: twins === 0 ? id : `${id}-${twins + 1}` }
})

const kernelsOf = (runs: readonly Violation[]): string[] => [...new Set(runs.map((v) => v.kernel.name))].sort()
/** What all runs need. */
const needsOf = (runs: readonly Violation[]): string[] => runs[0]!.needs.filter((n) => runs.every((v) => v.needs.includes(n))).sort()

async function finding(cells: readonly Cell[], judged: readonly Judgement[], matches: (j: Judgement, m: Member) => boolean): Promise<Finding> {
  const runs = [...new Set(cells.flatMap((c) => c.runs))].sort(simpler)
  const { witness, traces } = await shown(runs)
  const principle = cells[0]!.principle
  const events = [...new Set([witness, ...runs].map((v) => v.probe.event))]
  const fields = [...new Set(cells.map((c) => c.field))].sort((a, b) => Number(witness.fields.includes(b)) - Number(witness.fields.includes(a)))
  const members = cells.flatMap((c) => c.runs.map((v): Member => ({ principle: principle.name, event: c.event, variant: v.probe.variant, field: c.field, kernel: v.kernel.name, needs: [...v.needs].sort() })))
  const judgementOf = (m: Member): Judgement | undefined => judged.find((j) => matches(j, m))
  return {
    id: [principle.name, slug(events[0]!), slug(fields[0]!)].join('/'),
    principle, fields, events, variants: [...new Set(runs.map((v) => v.probe.variant))].sort(), needs: needsOf(runs), kernels: kernelsOf(runs),
    sentence: principle.says(events[0]!, fields.join(', ')), witness, traces, members,
    unjudged: members.filter((m) => judgementOf(m) === undefined),
    judgements: [...new Set(members.flatMap((m) => judgementOf(m) ?? []))],
  }
}

/** The first that starts at exec, or the first. */
async function shown(runs: readonly Violation[]): Promise<{ witness: Violation, traces: readonly Trace[] }> {
  let best: { witness: Violation, traces: readonly Trace[] } | undefined
  for (const witness of runs.slice(0, TRIED)) {
    const traces = await witness.traces()
    if (traces.every((t) => t.start === 'exec')) return { witness, traces }
    best ??= { witness, traces }
  }
  if (best === undefined) throw new Error('a finding without a run')
  return best
}
