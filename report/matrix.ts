/** The matrix of claims × kernels, for a terminal and for Markdown. */
import type { Result } from '../proofs/check.js'
import { abreast, columns } from './columns.js'

export interface Paint { verdict(v: string, text: string): string, dim(text: string): string, bold(text: string): string }
export const plain: Paint = { verdict: (_v, text) => text, dim: (t) => t, bold: (t) => t }

/** What a cell says: one word where both userspaces agree, `any / contract` otherwise; ≠ where it is not what is recorded. */
function cell(results: readonly Result[]): string {
  const words = results.map((r) => r.verdict + (r.expected !== null && r.expected !== r.verdict ? `≠${r.expected}` : ''))
  return new Set(words).size === 1 ? words[0]! : words.join(' / ')
}

/** Rows of text: a heading, then one row a claim. */
export function matrixRows(results: readonly Result[]): string[][] {
  const kernels = [...new Set(results.map((r) => r.kernel.name))]
  const claims = [...new Set(results.map((r) => r.claim.id))]
  return [['', ...kernels], ...claims.map((id) => [id, ...kernels.map((k) => cell(results.filter((r) => r.claim.id === id && r.kernel.name === k)))])]
}

export function matrixText(results: readonly Result[], paint: Paint = plain): string {
  return abreast(matrixRows(results)).map((rows) => columns(rows).map((line, i) => {
    if (i === 0) return paint.bold(line)
    return line.replace(/\b(holds|fails|vacuous|unknown)\b/g, (word) => paint.verdict(word, word))
  }).join('\n') + '\n').join('\n')
}

/** The matrix as a Markdown table. */
export function matrixMarkdown(results: readonly Result[]): string {
  const [head, ...rows] = matrixRows(results)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(['claim', ...head!.slice(1)]), line(head!.map(() => '---')), ...rows.map((r) => line([`\`${r[0]}\``, ...r.slice(1)]))].join('\n') + '\n'
}
