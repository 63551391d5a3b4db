/** docs/invariants.md: the reference of the clauses: in words, as a formula, who keeps them, what breaks them. */
import type { Kernel } from '../model/index.js'
import type { Invariants } from '../proofs/recorded.js'
import { clauses, type Clause } from '../proofs/well-formed.js'
import { markdownTable } from './markdown.js'

export function invariantsPage(kernels: readonly Kernel[], recorded: Invariants): string {
  const known = kernels.filter((k) => recorded[k.name] !== undefined)
  const keeps = (k: Kernel, c: Clause): boolean => recorded[k.name]!.kept.includes(c.name)
  return [
    '# Invariants', '',
    'What every state of a run from exec has, whatever its length. Each clause is said of one task and the CPU that runs it. A kernel keeps a set of clauses if they hold right after exec under every configuration (base), and if no event leads from a state that has them all to one that lacks one (step). Both are put to the solver by `npm run -s cli -- check` each time; the set is the largest one (Houdini), found by `npm run invariants` and recorded in `proofs/well-formed.recorded.json`. [runs.md](runs.md) says why that covers any number of tasks and CPUs.', '',
    ...markdownTable([['clause', 'in words', ...known.map((k) => k.name)], ...clauses.map((c) => [`\`${c.name}\``, c.words, ...known.map((k) => keeps(k, c) ? 'kept' : '**no**')])]), '',
    '## One by one', '',
    ...clauses.flatMap((c) => entry(c, known, recorded)),
    '<!-- written by `npm run -s cli -- docs` -->', '',
  ].join('\n')
}

function entry(c: Clause, known: readonly Kernel[], recorded: Invariants): string[] {
  const kept = known.filter((k) => recorded[k.name]!.kept.includes(c.name)).map((k) => k.name)
  const lost = known.flatMap((k) => recorded[k.name]!.broken.filter((b) => b.clause === c.name).map((b) => ({ kernel: k.name, event: b.event })))
  const events = [...new Set(lost.map((l) => l.event))]
  return [
    `### ${c.name}`, '',
    `${c.words[0]!.toUpperCase()}${c.words.slice(1)}.`, '',
    `- Formula: \`${c.formula}\``,
    `- Keeper: ${c.keeper.what} (${c.keeper.file})`,
    `- Inductive for: ${kept.length === 0 ? 'none of these kernels' : kept.join(', ')}`,
    ...events.map((e) => `- Broken ${e === 'exec' ? 'right after exec' : `by ${e}`} on ${lost.filter((l) => l.event === e).map((l) => l.kernel).join(', ')}`),
    '',
  ]
}
