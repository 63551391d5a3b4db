/** What explore found, as text and as JSON. */
import type pc from 'picocolors'
import type { Finding } from '../explore/index.js'
import { witnessFiles, FINDINGS } from './findings-page.js'
import { wrap } from './wrap.js'

type Colours = ReturnType<typeof pc.createColors>
const WIDTH = 118

export interface ExploreSummary {
  readonly kernels: readonly string[], readonly probes: number, readonly queries: number, readonly same: number, readonly unknown: readonly string[], readonly seconds: number
}

export const condition = (f: Finding): string => f.needs.length === 0 ? 'none' : f.needs.join(', ')
export const verdictOf = (f: Finding): string => [...new Set([...f.judgements.map((j) => j.verdict), ...f.unjudged.length > 0 ? ['new'] : []])].join('; ')

export function findingsText(all: readonly Finding[], s: ExploreSummary, everything: boolean, c: Colours): string {
  const fresh = all.filter((f) => f.unjudged.length > 0)
  const told = everything ? all : fresh
  return [
    ...told.flatMap((f) => [...entry(f, c), '']),
    `  ${s.kernels.join(', ')}: ${s.probes} runs looked at, ${s.queries} queries, ${s.same} times the same terms again, ${s.seconds.toFixed(1)} s.`,
    `  ${all.length} findings, ${fresh.length} new${everything || fresh.length === all.length ? '' : '; --all tells the others, too'}.`,
    ...s.unknown.slice(0, 12).map((u) => c.yellow(`  not decided: ${u}`)),
    ...s.unknown.length > 12 ? [c.yellow(`  … and ${s.unknown.length - 12} more not decided`)] : [], '',
  ].join('\n')
}

function entry(f: Finding, c: Colours): string[] {
  const field = (name: string, text: string): string[] => wrap(text, WIDTH, `  ${name.padEnd(11)}`)
  return [
    c.bold(f.id),
    ...wrap(`${f.sentence}.`, WIDTH, '  '),
    ...field('principle', f.principle.sentence),
    ...f.events.length > 1 ? field('also', f.events.slice(1).join('; ')) : [],
    ...field('who', f.variants.join('; ')),
    ...field('needs', condition(f)),
    ...field('kernels', f.kernels.join(', ')),
    ...field('start', f.traces[0]?.start === 'exec' ? 'a run from exec' : 'a well-formed state; no run from exec is known'),
    ...field('judged', verdictOf(f)),
  ]
}

export const findingJson = (f: Finding): object => ({
  id: f.id, principle: f.principle.name, sentence: f.sentence, fields: f.fields, events: f.events, variants: f.variants, needs: f.needs, kernels: f.kernels,
  judged: f.judgements.map((j) => ({ verdict: j.verdict, note: j.note })), new: f.unjudged,
  witness: { kernel: f.witness.kernel.name, start: f.traces[0]?.start ?? 'assumed', files: witnessFiles(f).map((w) => `${FINDINGS}/${w.file}`) },
})
