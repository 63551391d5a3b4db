/** The claims: what each says, and who says it. */
import type pc from 'picocolors'
import type { Claim } from '../proofs/claim.js'
import type { Entry } from '../proofs/entry.js'
import { columns } from './columns.js'

type Colours = ReturnType<typeof pc.createColors>

export interface ClaimEntry {
  id: string
  quantifier: 'forall' | 'exists'
  /** Does it compare two runs? */
  runs: 1 | 2
  whose: string
  sentence: string
  source: string
  situation: string
  property: string
  /** The classes of runs it is decided on. */
  shapes: string[]
  conditions: ClaimEntry[]
}

export function claimEntry(c: Claim): ClaimEntry {
  return {
    id: c.id, quantifier: c.quantifier, runs: c.shapes.some((s) => s.second !== undefined) ? 2 : 1, whose: c.whose, sentence: c.sentence, source: c.source,
    situation: c.inWords.situation, property: c.inWords.property, shapes: c.shapes.map((s) => s.name), conditions: (c.conditions ?? []).map(claimEntry),
  }
}

export const claimList = (entries: readonly ClaimEntry[]): string =>
  [...columns(entries.map((e) => [e.id, e.quantifier, e.whose, `"${e.sentence}"`]), ''), ''].join('\n')

export function claimText(e: ClaimEntry, c: Colours): string {
  return [
    `${c.bold(e.id)}  ${e.quantifier === 'forall' ? 'for all runs' : 'for some run'}${e.runs === 2 ? ', compared with a second run' : ''}`,
    `  "${e.sentence}" (${e.whose})`,
    c.dim(`  ${e.source}`),
    ...columns([['situation', e.situation], ['property', e.property], ...(e.shapes.length === 0 ? [] : [['runs', e.shapes.join(', ')]])]),
    ...(e.conditions.length === 0 ? [] : ['  conditions', ...columns(e.conditions.map((x) => [x.id, x.property]), '    ')]),
    '',
  ].join('\n')
}

/** What is no property of this state, after the claims. */
export const entryList = (entries: readonly Entry[]): string =>
  ['', `No property of this state (arm64-compat claims ENTRY says why):`, ...columns(entries.map((e) => [e.id, e.who, `"${e.sentence}"`]), '  '), ''].join('\n')

export function entryText(e: Entry, c: Colours): string {
  return [
    `${c.bold(e.id)}  no property of this state`,
    `  "${e.sentence}" (${e.who})`,
    c.dim(`  ${e.source}`),
    ...columns([['why', e.why], ...(e.near.length === 0 ? [] : [['near it', e.near.join(', ')]])]),
    '',
  ].join('\n')
}
