/** Rows as a Markdown table; the first is its head. */
export function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const [head, ...body] = rows
  if (head === undefined) return []
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...body.map(line)]
}

/** The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced; undefined where the markers are not there. */
export function between(text: string, name: string, content: string): string | undefined {
  const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(open), text.indexOf(close)]
  return from < 0 || to < from ? undefined : text.slice(0, from + open.length) + content + text.slice(to)
}
