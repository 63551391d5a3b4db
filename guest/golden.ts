/**
 * Transcripts of what a real kernel did, for machines that cannot boot one. A text file: `key: value` lines of identity and
 * configuration, then for each probe a line `probe NAME KEY…` and a line for each input: the input and the observed values, hexadecimal.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { configSchema } from '../trace/schema.js'
import type { Config } from '../trace/state.js'
import { guestFile } from './paths.js'
import { probesFor, type FakeCall, type Observed, type Probe } from './probes/index.js'
import { inputs } from './vectors.js'

export interface Golden {
  readonly file: string
  readonly identity: Readonly<Record<string, string>>
  readonly kernel: string
  readonly how: FakeCall
  readonly config: Config
  readonly probes: readonly { readonly name: string, readonly vectors: readonly { readonly input: bigint, readonly observed: Observed }[] }[]
}

/** What a transcript has of each probe: its boundary, 0, all ones, every single bit, a dozen random values. */
export const goldenInputs = (p: Probe): bigint[] => inputs(p.bits, (p.boundary?.length ?? 0) + 2 + p.bits, 1n, p.boundary ?? []).concat(inputs(p.bits, 3000, 20260101n).slice(-12))

const hex = (v: bigint): string => v < 0n ? `-${(-v).toString(16)}` : v.toString(16)
const unhex = (s: string): bigint => s.startsWith('-') ? -BigInt(`0x${s.slice(1)}`) : BigInt(`0x${s}`)

export function goldenText(g: Omit<Golden, 'file'>): string {
  const lines = [
    '# What a real kernel did; written by arm64-compat guest record, checked by npm test against model and simulator.',
    ...Object.entries(g.identity).map(([k, v]) => `${k}: ${v}`), `how: ${g.how}`, `config: ${JSON.stringify(g.config)}`,
  ]
  for (const p of g.probes) {
    const keys = Object.keys(p.vectors[0]!.observed)
    lines.push(`probe ${p.name} ${keys.join(' ')}`, ...p.vectors.map(({ input, observed }) => [hex(input), ...keys.map((k) => hex(observed[k]!))].join(' ')))
  }
  return `${lines.join('\n')}\n`
}

/** Throws on a file that is not one. */
export function parseGolden(text: string, file: string): Golden {
  const head: Record<string, string> = {}
  const probes: { name: string, keys: string[], vectors: { input: bigint, observed: Observed }[] }[] = []
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const field = /^([\w-]+): (.*)$/.exec(line)
    const words = line.split(' ')
    if (field !== null && probes.length === 0) head[field[1]!] = field[2]!
    else if (words[0] === 'probe') probes.push({ name: words[1]!, keys: words.slice(2), vectors: [] })
    else {
      const p = probes.at(-1)
      if (p === undefined || words.length !== p.keys.length + 1) throw new Error(`${file}: '${line}' is not a line of a transcript`)
      p.vectors.push({ input: unhex(words[0]!), observed: Object.fromEntries(p.keys.map((k, i) => [k, unhex(words[i + 1]!)])) })
    }
  }
  const { how = '', config = '', ...identity } = head
  return { file, identity, kernel: identity['kernel'] ?? '', how: how as FakeCall, config: configSchema.parse(JSON.parse(config)) as Config, probes }
}

/** Every committed transcript. */
export function goldens(): Golden[] {
  const dir = guestFile('goldens')
  return readdirSync(dir).filter((f) => f.endsWith('.txt')).sort().map((f) => parseGolden(readFileSync(`${dir}/${f}`, 'utf8'), f))
}

export const probeNamed = (name: string, how: FakeCall): Probe => probesFor(how).find((p) => p.name === name)!
