/** docs/invariants.md: the well-formedness clauses, and which kernels keep them. */
import type { Kernel } from '../model/index.js'
import type { Invariants } from '../proofs/recorded.js'
import { clauses } from '../proofs/well-formed.js'
import { markdownTable } from './markdown.js'

export function invariantsPage(kernels: readonly Kernel[], recorded: Invariants): string {
  const known = kernels.filter((k) => recorded[k.name] !== undefined)
  const broken = known.flatMap((k) => recorded[k.name]!.broken.map((b) => ({ kernel: k.name, ...b })))
  const words = new Map(clauses.map((c) => [c.name, c.words]))
  const events = [...new Set(broken.map((b) => `${b.clause}\n${b.event}`))].map((key) => {
    const [clause, event] = key.split('\n') as [string, string]
    return [`\`${clause}\``, event, broken.filter((b) => b.clause === clause && b.event === event).map((b) => b.kernel).join(', ')]
  })
  return [
    '# Invariants', '',
    'What every state of a run from exec has. A claim starts from any state with the clauses that its kernel keeps: each was proven to be kept by every event, all kept ones assumed before it. The right columns say who keeps it (`kept`).', '',
    ...markdownTable([['clause', 'in words', ...known.map((k) => k.name)], ...clauses.map((c) => [`\`${c.name}\``, c.words, ...known.map((k) => recorded[k.name]!.kept.includes(c.name) ? 'kept' : '**no**')])]), '',
    ...(events.length === 0 ? [] : ['## What breaks them', '', 'The event that leads from a state with all clauses still assumed to one without this clause.', '', ...markdownTable([['clause', 'broken by', 'on'], ...events]), '']),
    ...(broken.every((b) => words.has(b.clause)) ? [] : ['The record names clauses that are no more.', '']),
    'To see it again: `npm run invariants` proves all of it anew and records it in `proofs/well-formed.recorded.json`.', '',
    '<!-- written by `npm run -s cli -- docs` -->', '',
  ].join('\n')
}
