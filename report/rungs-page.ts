/** The table of rungs: which witnesses a booted kernel of exactly their identifier has reproduced. From what is recorded, so that it reads the same without QEMU. */
import { claimFile } from './claim-page.js'
import { markdownTable } from './markdown.js'

type Outcome = { readonly outcome: 'climbed' } | { readonly outcome: 'failed', readonly differences: readonly string[] } | { readonly outcome: 'not climbed', readonly reason: string }
export interface RecordedRungs {
  readonly qemu: string
  readonly kernels: Readonly<Record<string, string>>
  readonly verdicts: readonly { readonly claim: string, readonly kernel: string, readonly userspace: 'any' | 'contract', readonly verdict: string, readonly witnesses: readonly string[] }[]
  readonly witnesses: Readonly<Record<string, Outcome>>
}

/** Reasons and differences, numbered as they come. */
class Notes {
  readonly texts: string[] = []
  number(text: string): string {
    const found = this.texts.indexOf(text)
    return `[${found >= 0 ? found + 1 : this.texts.push(text)}](#notes)`
  }
}

function rung(seen: readonly Outcome[], notes: Notes): string {
  if (seen.length === 0) return ''
  const climbed = seen.filter((o) => o.outcome === 'climbed').length
  const others = [...new Set(seen.flatMap((o) => o.outcome === 'climbed' ? [] : [notes.number(o.outcome === 'failed' ? `**failed**: ${o.differences.slice(0, 4).join('; ')}` : o.reason)]))]
  const failed = seen.some((o) => o.outcome === 'failed')
  return [failed ? ' · **failed**' : climbed === seen.length ? ' · real kernel' : climbed > 0 ? ` · real kernel, ${climbed} of ${seen.length}` : ' ·', ...others].join(' ')
}

export function rungsPage(r: RecordedRungs): string {
  const kernels = [...new Set(r.verdicts.map((v) => v.kernel))]
  const claims = [...new Set(r.verdicts.map((v) => v.claim))]
  const notes = new Notes()
  const cell = (claim: string, kernel: string): string => {
    const texts = (['any', 'contract'] as const).flatMap((u) => {
      const v = r.verdicts.find((x) => x.claim === claim && x.kernel === kernel && x.userspace === u)
      return v === undefined ? [] : [`${v.verdict}${rung(v.witnesses.map((h) => r.witnesses[h]!), notes)}`]
    })
    return new Set(texts).size === 1 ? texts[0]! : texts.join(' / ')
  }
  const rows = claims.map((c) => [`[\`${c}\`](claims/${claimFile(c)})`, ...kernels.map((k) => cell(c, k))])
  const all = Object.values(r.witnesses)
  const count = (o: Outcome['outcome']): number => all.filter((x) => x.outcome === o).length
  return [
    '# The table of rungs', '',
    `Every witness of every verdict, tried on a booted kernel of exactly its identifier (${r.qemu}): ${all.length} different ones, ${count('climbed')} reproduced (\`real kernel\`), ${count('failed')} failed, ${count('not climbed')} not to be caused from user space.`,
    'A verdict of the form "never" has a witness too: the run that reaches its situation. Of a claim about two runs both are tried, the second on a kernel made for the comparison (`+check`).',
    'How a trace becomes a guest run, and what is compared: [guest.md](guest.md). One cell where both userspaces agree, else `any program / author\'s contract`.', '',
    ...markdownTable([['claim', ...kernels.map((k) => `\`${k}\``)], ...rows]), '',
    ...notes.texts.length === 0 ? [] : ['## Notes', '', ...notes.texts.map((t, i) => `${i + 1}. ${t}`), ''],
    '## The kernels', '',
    ...Object.entries(r.kernels).map(([id, what]) => `- \`${id}\`: ${what}`), '',
    'To see it again: `npm run -s cli -- check --kernel ported --on-guest`; `guest rungs` records.', '',
    '<!-- written by `npm run -s cli -- docs` -->', '',
  ].join('\n')
}
