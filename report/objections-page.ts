/** docs/objections.md: each point of the review, what became of it, and the verdicts. */
import type { Kernel } from '../model/index.js'
import type { Entry } from '../proofs/entry.js'
import type { Objection } from '../proofs/objections.js'
import { claimFile } from './claim-page.js'
import { decisionOf, type Explanation } from './explanation.js'
import { markdownTable } from './markdown.js'

/** One word where both userspaces agree, `any / contract` otherwise. */
function verdict(e: Explanation, kernel: Kernel): string {
  const words = e.userspaces.map((u) => decisionOf(e.decisions, kernel, u)?.verdict ?? '')
  return new Set(words).size === 1 ? words[0]! : words.join(' / ')
}

const claimLink = (e: Explanation): string => `[\`${e.claim.id}\`](claims/${claimFile(e.claim.id)}) (${e.claim.whose})`
const entryAnchor = (e: Entry): string => e.id.replaceAll('/', '')

/** Rows of one objection: the first line of it bears what was said. */
function rows(o: Objection, found: ReadonlyMap<string, Explanation>, entries: readonly Entry[], kernels: readonly Kernel[]): string[][] {
  const of = o.claims.map((id) => found.get(id)!)
  const lines = [
    ...of.map((e) => [claimLink(e), ...kernels.map((k) => verdict(e, k))]),
    ...o.entries.map((id) => [`[${id}](#${entryAnchor(entries.find((e) => e.id === id)!)}): no property of this state`, ...kernels.map(() => '–')]),
  ]
  return lines.map((l, i) => [i === 0 ? o.row : '', i === 0 ? o.who : '', i === 0 ? `${o.says}${o.answer === '' ? '' : `. Answer: ${o.answer}`}` : '', ...l])
}

const entrySection = (e: Entry): string[] => [
  `### ${e.id}`, '', `> ${e.sentence}`, '', `${e.who}; ${e.source}.`, '', e.why,
  ...(e.near.length === 0 ? [] : ['', `Near it, and decided: ${e.near.map((id) => `[\`${id}\`](claims/${claimFile(id)})`).join(', ')}.`]), '',
]

/** `groups`: kernels by the heading of their table; the first table has the words. */
export function objectionsPage(objections: readonly Objection[], entries: readonly Entry[], found: readonly Explanation[], groups: readonly (readonly [string, readonly Kernel[]])[]): string {
  const byId = new Map(found.map((e) => [e.claim.id, e]))
  const table = ([heading, kernels]: readonly [string, readonly Kernel[]], i: number): string[] => {
    const all = [['#', 'who', 'what', 'claim (whose sentence) or entry', ...kernels.map((k) => k.name)], ...objections.flatMap((o) => rows(o, byId, entries, kernels))]
    return [`## ${heading}`, '', ...markdownTable(i === 0 ? all : all.map(([n, , , ...rest]) => [n!, ...rest])), '']
  }
  return [
    '# The objections', '',
    'Every point of the public review (RFC v1 and v2, v4), and every sentence of the v4 series about itself: which claims decide it, with their verdicts. A point that is no property of the state of `trace/` has an entry below that says why.', '',
    'A verdict is about the sentence of the claim: `holds` means that whoever said it is right. What the words mean: [verdicts.md](verdicts.md); the same verdicts by claim: [matrix.md](matrix.md).', '',
    ...groups.flatMap(table),
    '## What is no property of this state', '',
    ...entries.flatMap(entrySection),
    'To see it again: `npm run -s cli -- claims`, `npm run -s check`.', '',
    '<!-- written by `npm run -s cli -- docs` -->', '',
  ].join('\n')
}
