/** An explanation for a terminal; at most 100 columns. */
import type pc from 'picocolors'
import type { Claim } from '../proofs/claim.js'
import { abreast, columns } from './columns.js'
import { decisionOf, userspaceWords, whoIsRight, type Explanation } from './explanation.js'
import { toldRun, WIDTH } from './told-run.js'
import { wrap } from './wrap.js'

type Colours = ReturnType<typeof pc.createColors>

export function explainText(e: Explanation, c: Colours): string {
  const { claim } = e
  return [
    c.bold(claim.id), '',
    ...(e.answers === undefined ? [] : quoted(e.answers, c, `(${e.answers.id})`)),
    ...quoted(claim, c, ''),
    ...e.answeredBy.flatMap((a) => quoted(a, c, `(${a.id})`)),
    c.dim(`  ${claim.source.length > WIDTH - 2 ? wrap(claim.source, WIDTH, '  ').join('\n').trimStart() : claim.source}`), '',
    ...wrap(claim.inWords.situation, WIDTH, claim.quantifier === 'forall' ? '  whenever     ' : '  it happens that  '),
    ...wrap(claim.inWords.property, WIDTH, claim.quantifier === 'forall' ? '  it holds that ' : '  and then         '), '',
    ...verdicts(e, c), '',
    c.bold('Who is right'),
    ...whoIsRight(e).flatMap((g) => [`  ${c.bold(g.kernels.map((k) => k.name).join(', '))}`, ...g.sentences.flatMap((s) => wrap(s, WIDTH, '    '))]), '',
    ...(e.told === undefined ? ['No run reaches the situation on any of these kernels.'] : toldRun(e.told, c)),
    '',
  ].join('\n')
}

const quoted = (c: Claim, colour: Colours, more: string): string[] =>
  wrap(`"${c.sentence}"${more === '' ? '' : ` ${more}`}`, WIDTH, `  ${c.whose.padEnd(8)}  `).map((l, i) => i === 0 ? l.replace(c.whose, colour.bold(c.whose)) : l)

/** Rows: the userspaces; for a conjunction its conditions, too. */
export function verdictRows(e: Explanation): string[][] {
  const own = e.userspaces.map((u) => [userspaceWords[u], ...e.kernels.map((k) => decisionOf(e.decisions, k, u)?.verdict ?? '')])
  const conditions = (e.claim.conditions ?? []).flatMap((condition) => {
    const cell = (k: Explanation['kernels'][number]): string => {
      const words = e.userspaces.map((u) => decisionOf(e.decisions, k, u)?.conditions.find((x) => x.claim === condition)?.verdict ?? '')
      return new Set(words).size === 1 ? words[0]! : words.join(' / ')
    }
    return [[condition.id, ...e.kernels.map(cell)]]
  })
  return [['', ...e.kernels.map((k) => k.name)], ...own, ...conditions]
}

function verdicts(e: Explanation, c: Colours): string[] {
  return abreast(verdictRows(e)).flatMap((rows, block) => [...block === 0 ? [] : [''], ...columns(rows).map((line, i) => i === 0 ? c.bold(line) : line.replace(/\b(holds|fails|vacuous|unknown)\b/g, (v) => v === 'holds' ? c.green(v) : v === 'fails' ? c.red(v) : v === 'unknown' ? c.yellow(v) : c.dim(v)))])
}
