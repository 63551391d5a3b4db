/** docs/claims/<claim>.md: what explain says, as a page. No timings: the same results give the same page. */
import pc from 'picocolors'
import type { Claim } from '../proofs/claim.js'
import { verdictRows } from './explain.js'
import { whoIsRight, type Explanation } from './explanation.js'
import { markdownTable } from './markdown.js'
import { toldRun } from './told-run.js'

const plain = pc.createColors(false)
export const claimFile = (id: string): string => `${id.replaceAll('/', '-')}.md`

export function claimPage(e: Explanation): string {
  const { claim } = e
  const link = (c: Claim): string => `[\`${c.id}\`](${claimFile(c.id)})`
  return [
    `# ${claim.id}`, '',
    `> ${claim.sentence}`, '',
    `The ${claim.whose === 'project' ? 'project\'s condition' : `${claim.whose}'s sentence`}; ${claim.source}.`,
    ...(e.answers === undefined ? [] : [`It answers ${link(e.answers)}: "${e.answers.sentence}".`]),
    ...e.answeredBy.map((a) => `The ${a.whose} answers with ${link(a)}: "${a.sentence}".`), '',
    claim.quantifier === 'forall' ? `**Whenever** ${claim.inWords.situation}, **it holds that** ${claim.inWords.property}.` : `**It happens that** ${claim.inWords.situation}, **and then** ${claim.inWords.property}.`, '',
    '## Verdicts', '',
    ...markdownTable(verdictRows(e).map((row, i) => i === 0 || claim.conditions?.every((c) => c.id !== row[0]) !== false ? row : [`[\`${row[0]}\`](${claimFile(row[0]!)})`, ...row.slice(1)])), '',
    ...whoIsRight(e).flatMap((g) => [`- ${g.kernels.map((k) => `**${k.name}**`).join(', ')}: ${g.sentences.join(' ')}`]), '',
    ...deduced(e),
    '## The run', '',
    ...(e.told === undefined ? ['No run reaches the situation on any of these kernels.', ''] : ['```', ...toldRun(e.told, plain), '```', '']),
    'To see it again:', '', '```', `npm run -s cli -- explain ${claim.id}`, '```', '',
    `<!-- written by \`npm run -s cli -- docs\` -->`, '',
  ].join('\n')
}

const deduced = (e: Explanation): string[] => {
  const facts = e.kernels.flatMap((k) => k.deduced.map((d) => `- Verdicts on **${k.name}** rest on deduced facts: ${d}.`))
  return facts.length === 0 ? [] : [...facts, '']
}
