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
 * Same principle, event and field: one cell. Cells of a principle that need the same and are on the same kernels, of one field
 * with several events or of several fields that one run shows, are one finding.
 */
export async function findingsOf(violations: readonly Violation[], judged: readonly Judgement[], matches: (j: Judgement, m: Member) => boolean): Promise<Finding[]> {
  const cells = new Map<string, Cell>()
  for (const v of violations) {
    for (const field of v.fields) {
      const key = JSON.stringify([v.principle.name, v.probe.event, field])
      const cell = cells.get(key) ?? { principle: v.principle, field, event: v.probe.event, runs: [] }
      cell.runs.push(v)
      cells.set(key, cell)
    }
  }
  const groups = new Map<string, Cell[]>()
  for (const cell of cells.values()) {
    // a field that always shows together with another one stands with it
    const lead = [...new Set(cell.runs.map((v) => v.fields[0]!))].join('|')
    const key = JSON.stringify([cell.principle.name, lead, needsOf(cell.runs), kernelsOf(cell.runs)])
    groups.set(key, [...groups.get(key) ?? [], cell])
  }
  const found = await Promise.all([...groups.values()].map((group) => finding(group, judged, matches)))
  return found.sort((a, b) => a.id < b.id ? -1 : 1)
}

const kernelsOf = (runs: readonly Violation[]): string[] => [...new Set(runs.map((v) => v.kernel.name))].sort()
/** What all runs need. */
const needsOf = (runs: readonly Violation[]): string[] => runs[0]!.needs.filter((n) => runs.every((v) => v.needs.includes(n))).sort()

async function finding(cells: readonly Cell[], judged: readonly Judgement[], matches: (j: Judgement, m: Member) => boolean): Promise<Finding> {
  const runs = [...new Set(cells.flatMap((c) => c.runs))].sort(simpler)
  const { witness, traces } = await shown(runs)
  const principle = cells[0]!.principle
  const events = [...new Set([witness, ...runs].map((v) => v.probe.event))]
  const fields = [...new Set(cells.map((c) => c.field))].sort((a, b) => Number(witness.fields.includes(b)) - Number(witness.fields.includes(a)))
  const members = cells.flatMap((c) => [...new Set(c.runs.map((v) => JSON.stringify([v.kernel.name, v.probe.variant])))].sort().map((key): Member => {
    const [kernel, variant] = JSON.parse(key) as [string, string]
    return { principle: principle.name, event: c.event, variant, field: c.field, kernel }
  }))
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
