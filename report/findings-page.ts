/** docs/findings.md: what explore found, what a person said of it, what real kernels did with the traces. */
import { membersOf, speaksOf, type Finding, type Found, type FoundFinding, type Judgement, type Principle } from '../explore/index.js'
import type { Trace } from '../trace/trace.js'
import { describeEvent } from '../trace/events.js'
import { markdownTable } from './markdown.js'

/** Below the repository: the page is `docs/findings.md`, its traces stand in `docs/findings/`. */
export const FINDINGS = 'docs/findings'

/** What a booted kernel did with a trace. */
export interface OnKernel { readonly kernel: string, readonly outcome: 'climbed' | 'failed' | 'not climbed', readonly why?: string }

/** The run of a trace in words, without the numbers that seldom matter. */
export const runInWords = (t: Trace): string[] => t.events.map((e) => describeEvent(e).replace(/ (imm|upper|sigtramp|restorer)=0x[0-9a-f]+/g, ''))

/** The trace files of a finding: one, or two where runs are compared. */
export function witnessFiles(f: Finding): { file: string, trace: Trace }[] {
  const name = f.id.replaceAll('/', '.')
  return f.traces.map((trace, i) => ({ file: `${name}${f.traces.length > 1 ? `.${i + 1}` : ''}.itf.json`, trace }))
}

export interface FindingsPage { readonly found: Found, readonly judged: readonly Judgement[], readonly principles: readonly Principle[], /** by file */ readonly onKernels: (file: string) => readonly OnKernel[] }

export function findingsPage(p: FindingsPage): string {
  const { found, principles } = p
  const of = (q: Principle): FoundFinding[] => found.findings.filter((f) => f.principle === q.name)
  return [
    '# Findings', '',
    `What \`arm64-compat explore\` finds on ${found.kernels.join(', ')}: runs that break a general principle, whatever anybody has claimed. One entry is one cause; the smallest run that shows it is replayed on the simulator. How it works: [explore.md](explore.md). What a person has said of a finding stands in \`explore/judged.yaml\`.`, '',
    `${found.questions} questions were put, ${found.unknown.length === 0 ? 'all were' : `${found.unknown.length} were not`} decided.`, '',
    ...markdownTable([['principle', 'says', 'findings'], ...principles.map((q) => [of(q).length > 0 ? `[${q.name}](#${q.name})` : q.name, q.sentence, `${of(q).length}`])]), '',
    ...principles.filter((q) => of(q).length > 0).flatMap((q) => [`## ${q.name}`, '', q.sentence, '', ...of(q).flatMap((f) => entry(f, p))]),
    ...found.unknown.length === 0 ? [] : ['## Not decided', '', ...found.unknown.map((u) => `- ${u}`), ''],
    '<!-- written by `arm64-compat docs` from what `arm64-compat explore --write` recorded -->', '',
  ].join('\n')
}

function entry(f: FoundFinding, { judged, onKernels }: FindingsPage): string[] {
  const judgements = membersOf(f).map((m) => ({ m, j: judged.find((x) => speaksOf(x, m)) }))
  const open = judgements.filter((x) => x.j === undefined).map((x) => x.m)
  return [
    `### ${f.sentence}`, '',
    `- condition: ${[...f.needs, ...f.variants.length <= 4 ? [f.variants.join('; or ')] : [`${f.variants.length} combinations of widths`]].join('; ')}`,
    `- kernels: ${f.kernels.join(', ')}`,
    ...f.events.length > 1 ? [`- also: ${f.events.slice(1).join('; ')}`] : [],
    ...[...new Set(judgements.flatMap((x) => x.j ?? []))].map((j) => `- judged: **${j.verdict}**. ${j.note}`),
    ...open.length > 0 ? [`- not judged: ${open.length === judgements.length ? 'all of it' : open.map((m) => `${m.event} (${m.variant}), ${m.field}, ${m.kernel}`).join('; ')}`] : [],
    `- run on ${f.witness.kernel}, ${f.witness.start === 'exec' ? 'from exec' : 'from a well-formed state (no run from exec is known)'}: ${f.witness.run.map((e) => `\`${e}\``).join(', ')}`,
    ...f.witness.files.flatMap((file) => [`- \`arm64-compat replay ${FINDINGS}/${file}\``, ...real(onKernels(file))]), '',
  ]
}
/** One line a trace: where a booted kernel did the same, where it did not, why it was not tried. */
function real(all: readonly OnKernel[]): string[] {
  if (all.length === 0) return []
  const word = { climbed: 'reproduced', failed: 'not so', 'not climbed': 'not tried' } as const
  return [`  - real kernels: ${all.map((o) => `${o.kernel}: ${word[o.outcome]}${o.why === undefined ? '' : ` (${o.why})`}`).join('; ')}`]
}
