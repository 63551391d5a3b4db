/** What zod found, in one line: the first problem and its place. */
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** `states[2].tasks[0].regs[3]: Too big: …` */
export function oneLine(error: z.ZodError): string {
  const first = error.issues[0]
  return first === undefined ? 'invalid' : describe(first, [])
}

function describe(issue: Issue, before: readonly PropertyKey[]): string {
  const path = [...before, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.filter((issues) => issues.length > 0)
    const meant = branches.find((issues) => !issues.some(decides))
    if (meant !== undefined) return describe(meant[0]!, path)
    const kinds = branches.flatMap((issues) => issues.filter(decides)).flatMap((i) => i.code === 'invalid_value' ? i.values.map(String) : [])
    if (kinds.length > 0) return `${place(path)}no event of that kind; known are ${[...new Set(kinds)].join(', ')}`
  }
  return `${place(path)}${issue.message.replace(/\s+/g, ' ')}`
}

/** A branch of a union is not the one that was meant if its tag, or the type as a whole, is another. */
function decides(i: Issue): boolean {
  const last = i.path.at(-1)
  return (i.path.length === 1 && (last === 'kind' || last === 'call')) || (i.path.length === 0 && i.code === 'invalid_type')
}

function place(path: readonly PropertyKey[]): string {
  const text = path.map((p) => typeof p === 'number' ? `[${p}]` : `.${String(p)}`).join('').replace(/^\./, '')
  return text === '' ? '' : `${text}: `
}
