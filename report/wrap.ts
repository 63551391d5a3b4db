/** Text in lines of at most `width` columns: the first after `lead`, the others indented like it. A word longer than a line stays whole. */
export function wrap(text: string, width: number, lead = ''): string[] {
  const lines: string[] = []
  let line = lead
  let empty = true
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ' '.repeat(lead.length)
      empty = true
    }
    line += empty ? word : ` ${word}`
    empty = false
  }
  return [...lines, line]
}
