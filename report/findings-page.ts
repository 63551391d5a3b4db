/** docs/findings.md: what explore found, with the traces that show it. */
import type { Finding, Principle } from '../explore/index.js'
import type { Trace } from '../trace/trace.js'
import { describeEvent } from '../trace/events.js'
import { markdownTable } from './markdown.js'

/** Below the repository: the page is `docs/findings.md`, its traces stand in `docs/findings/`. */
export const FINDINGS = 'docs/findings'

const short = (e: string): string => e.replace(/ (imm|upper|sigtramp|restorer)=0x[0-9a-f]+/g, '')

/** The trace files of a finding: one, or two where runs are compared. */
export function witnessFiles(f: Finding): { file: string, trace: Trace }[] {
  const name = f.id.replaceAll('/', '.')
  return f.traces.map((trace, i) => ({ file: `${name}${f.traces.length > 1 ? `.${i + 1}` : ''}.itf.json`, trace }))
}

export function findingsPage(findings: readonly Finding[], principles: readonly Principle[], kernels: readonly string[], unknown: readonly string[]): string {
  const of = (p: Principle): Finding[] => findings.filter((f) => f.principle.name === p.name)
  return [
    '# Findings', '',
    `What \`arm64-compat explore\` finds on ${kernels.join(', ')}: runs that break a general principle, whatever anybody has claimed. One entry is one cause; the smallest run that shows it is replayed on the simulator. How it works: [explore.md](explore.md). What a person has said of a finding stands in \`explore/judged.yaml\`.`, '',
    ...markdownTable([['principle', 'says', 'findings'], ...principles.map((p) => [`[${p.name}](#${p.name})`, p.sentence, `${of(p).length}`])]), '',
    ...principles.filter((p) => of(p).length > 0).flatMap((p) => [`## ${p.name}`, '', p.sentence, '', ...of(p).flatMap(entry)]),
    ...unknown.length === 0 ? [] : ['## Not decided', '', ...unknown.map((u) => `- ${u}`), ''],
    '<!-- written by `arm64-compat explore --write` -->', '',
  ].join('\n')
}

function entry(f: Finding): string[] {
  const files = witnessFiles(f)
  const trace = f.traces[0]!
  return [
    `### ${f.sentence}`, '',
    `- condition: ${[...f.needs, ...f.variants.length <= 4 ? [f.variants.join('; or ')] : [`${f.variants.length} combinations of widths`]].join('; ')}`,
    `- kernels: ${f.kernels.join(', ')}`,
    ...f.events.length > 1 ? [`- also: ${f.events.slice(1).join('; ')}`] : [],
    ...f.judgements.map((j) => `- judged: **${j.verdict}**. ${j.note}`),
    ...f.unjudged.length > 0 ? [`- not judged: ${f.judgements.length === 0 ? 'all of it' : f.unjudged.map((m) => `${m.event}, ${m.field}, ${m.kernel}`).join('; ')}`] : [],
    `- run on ${f.witness.kernel.name}, ${trace.start === 'exec' ? 'from exec' : 'from a well-formed state (no run from exec is known)'}: ${trace.events.map((e) => `\`${short(describeEvent(e))}\``).join(', ')}`,
    ...files.map(({ file }) => `- \`arm64-compat replay ${FINDINGS}/${file}\``), '',
  ]
}
