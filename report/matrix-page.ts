/** The matrix of claims × kernels, as README.md and docs/matrix.md have it. */
import type { Kernel } from '../model/index.js'
import { claimFile } from './claim-page.js'
import { decisionOf, type Explanation } from './explanation.js'
import { markdownTable } from './markdown.js'

function cell(e: Explanation, k: Kernel): string {
  const words = e.userspaces.map((u) => decisionOf(e.decisions, k, u)?.verdict ?? '')
  return new Set(words).size === 1 ? words[0]! : words.join(' / ')
}

/** `to`: where the claims' pages are, seen from the page with the table. */
export function matrixTable(found: readonly Explanation[], to: string, kernels: readonly Kernel[]): string {
  return [
    ...markdownTable([
      ['claim', 'whose', ...kernels.map((k) => k.name)],
      ...found.map((e) => [`[\`${e.claim.id}\`](${to}${claimFile(e.claim.id)})`, e.claim.whose, ...kernels.map((k) => cell(e, k))]),
    ]), '',
  ].join('\n')
}

/** `groups`: kernels by the heading of their table. */
export function matrixPage(found: readonly Explanation[], conditions: readonly Explanation[], groups: readonly (readonly [string, readonly Kernel[]])[]): string {
  const tables = (of: readonly Explanation[]): string[] => groups.flatMap(([heading, kernels]) => [`### ${heading}`, '', matrixTable(of, 'claims/', kernels)])
  return [
    '# The matrix', '',
    'One word where both userspaces agree, else `any program / author\'s contract`. What the words mean: [verdicts.md](verdicts.md).', '',
    ...tables(found),
    '## The conditions of top/no-broken-behaviour', '',
    'Why these: [broken-behaviour.md](broken-behaviour.md).', '',
    ...tables(conditions),
    '## The kernels', '',
    'What differs between the bases, and which verdicts that changes: [kernels.md](kernels.md).', '',
    ...groups.flatMap(([, kernels]) => kernels).map((k) => `- **${k.name}** (\`${k.id}\`): ${k.source}`), '',
    'To see it again: `npm run -s check`.', '',
    '<!-- written by `npm run -s cli -- docs` -->', '',
  ].join('\n')
}
