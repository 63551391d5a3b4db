/** docs/invariants.md: the reference of the clauses: in words, as a formula, who keeps them, what breaks them and how. */
import type { Kernel } from '../model/index.js'
import { redecided } from '../proofs/breaking/redecided.js'
import type { Breaking, Breakings } from '../proofs/breaking/record.js'
import type { Invariants } from '../proofs/recorded.js'
import { clauses, type Clause } from '../proofs/well-formed.js'
import { breakingLine } from './breaking-line.js'
import { claimFile } from './claim-page.js'
import { markdownTable } from './markdown.js'

export function invariantsPage(kernels: readonly Kernel[], recorded: Invariants, breakings: Breakings): string {
  const known = kernels.filter((k) => recorded[k.name] !== undefined)
  const keeps = (k: Kernel, c: Clause): boolean => recorded[k.name]!.kept.includes(c.name)
  return [
    '# Invariants', '',
    'What every state of a run from exec has, whatever its length. Each clause is said of one task and the CPU that runs it. A kernel keeps a set of clauses if they hold right after exec under every configuration (base), and if no event leads from a state that has them all to one that lacks one (step). Both are put to the solver by `npm run -s cli -- check` each time; the set is the largest one (Houdini), found by `npm run invariants` and recorded in `proofs/well-formed.recorded.json`. [runs.md](runs.md) says why that covers any number of tasks and CPUs.', '',
    ...markdownTable([['clause', 'in words', ...known.map((k) => k.name)], ...clauses.map((c) => [`\`${c.name}\``, c.words, ...known.map((k) => keeps(k, c) ? 'kept' : '**no**')])]), '',
    '## One by one', '',
    'Where a kernel breaks a clause, a witness is shown: one event from a state that has the clause, to one that lacks it. The state is told as what differs from one right after exec; it has **all** clauses of this page, the broken ones too, unless it is said which it lacks (then no event breaks the clause from a state that has all, nor from one that lacks fewer of these). So a 32-bit task of `v4-series` and `v4-series@v6.12` is told without the flag that exec gives it there: `no-call-flag` is one of all. It has the fewest configuration axes and bits off their default, so it need not be on a run from exec; where a recorded run of a claim comes to a state without the clause, it is named. `node scripts/invariants.mjs --witness` looks for the witnesses and records them in `proofs/breaking.recorded.json`; `test/proofs/breaking.test.ts` has the model take each step again.', '',
    ...clauses.flatMap((c) => entry(c, known, recorded, breakings)),
    '<!-- written by `npm run -s cli -- docs` -->', '',
  ].join('\n')
}

function entry(c: Clause, known: readonly Kernel[], recorded: Invariants, breakings: Breakings): string[] {
  const kept = known.filter((k) => recorded[k.name]!.kept.includes(c.name)).map((k) => k.name)
  const lost = known.filter((k) => !kept.includes(k.name))
  return [
    `### ${c.name}`, '',
    `${c.words[0]!.toUpperCase()}${c.words.slice(1)}.`, '',
    `- Formula: \`${c.formula}\``,
    `- Keeper: ${c.keeper.what} (${c.keeper.file})`,
    `- Inductive for: ${kept.length === 0 ? 'none of these kernels' : kept.join(', ')}`,
    ...broken(c, lost, breakings),
    '',
  ]
}

/** One item a witness; kernels that have the same share it. */
function broken(c: Clause, lost: readonly Kernel[], breakings: Breakings): string[] {
  const told = lost.map((k) => ({ k, w: breakings[k.name]?.find((w) => w.clause === c.name) })).map(({ k, w }) => ({ k, w, line: w === undefined ? 'no witness is recorded' : lineOf(k, w) }))
  const runs = (some: typeof told): string[] => [...groups(some.filter((t) => t.w?.from !== undefined), (t) => runOf(t.w!))].map(([run, of]) => `  - From exec: ${run} on ${of.map((t) => t.k.name).join(', ')}`)
  return [...groups(told, (t) => t.line)].flatMap(([line, some]) => [`- Broken on ${some.map((t) => t.k.name).join(', ')} ${line}`, ...runs(some)])
}

function lineOf(k: Kernel, w: Breaking): string {
  const shown = redecided(k, w)
  return shown === undefined ? `by ${w.by}: the recorded witness does not show it` : breakingLine(w, shown)
}
const runOf = ({ from }: Breaking): string => `after event ${from!.events} of the run of [${from!.claim}](claims/${claimFile(from!.claim)}), userspace ${from!.userspace}`

function groups<T>(all: readonly T[], key: (t: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>()
  for (const t of all) out.set(key(t), [...out.get(key(t)) ?? [], t])
  return out
}
