/** What breaks a clause, in one line: `with KPTI, A 64-bit, B 32-bit, TPIDRRO_EL0 0x1: A→B: switch; then A.at el0, TPIDRRO_EL0 0x1`. */
import type { Breaking } from '../proofs/breaking/record.js'
import type { Broken } from '../proofs/breaking/redecided.js'
import { describeEvent } from '../trace/events.js'
import { leaves } from '../trace/spec.js'
import { defaultConfig, specOf, taskNames, type State } from '../trace/state.js'
import { leafName, leafValue } from './leaf-names.js'

/** `by signal: …`, or `right after exec: …`. */
export function breakingLine(w: Breaking, { before, after, task, spoken }: Broken): string {
  const axes = w.config.map((a) => `${defaultConfig[a] ? 'without' : 'with'} ${a}`)
  const tasks = w.tasks.flatMap((b, i) => b === 0 ? [] : [`${taskNames[i]!} exec'd ${b}-bit`])
  const was = valuesOf(before)
  const now = valuesOf(after)
  const fields = Object.keys(w.state).map((path) => told(path, was.get(path)!, before))
  // of what the clause speaks of: what the event changed, and what stands there
  const ends = [...now].filter(([path, v]) => spoken.includes(path) && (v !== was.get(path) || (v !== 0n && v !== false))).map(([path, v]) => told(path, v, after))
  const start = [...axes, ...tasks, ...fields].join(', ')
  const end = `${taskNames[task]!} has ${ends.length === 0 ? 'none of what it speaks of' : ends.join(', ')}`
  if (w.event === undefined) return `right after exec: ${start}; ${end}`
  const without = w.without.length === 0 ? '' : ` (from a state without ${w.without.map((c) => `\`${c}\``).join(' and ')})`
  return `by ${w.by}${without}: ${start}; \`${describeEvent(w.event)}\`; then ${end}`
}

const valuesOf = (s: State): Map<string, bigint | boolean> => new Map(leaves(specOf(s), s).map((l) => [l.path, l.value as bigint | boolean]))
const told = (path: string, v: bigint | boolean, s: State): string =>
  typeof v === 'boolean' ? `${v ? '' : 'no '}${leafName(path, s)}` : `${leafName(path, s)} ${leafValue(path, v)}`
