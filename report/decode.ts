/** One register value: its fields, the other views of the same bits. */
import pc from 'picocolors'
import { describeRegister, fieldValues, modeName } from '../model/registers/describe.js'
import type { RegisterTable } from '../model/registers/table-types.js'
import { label, picture } from './picture.js'

type Colours = ReturnType<typeof pc.createColors>

export interface Decoded {
  format: 'arm64-compat/decode'
  version: 1
  value: string
  as: string
  fields: { name: string, hi: number, lo: number, value: string, meaning: string, feature?: string }[]
  /** The name of M[4:0]; null if it is no mode. */
  mode: string | null
  description: string
  /** The same bits read in the other views (the psr view reads the lower 32). */
  views: { as: string, value: string, description: string }[]
}

const hex = (v: bigint, bits: number): string => `0x${v.toString(16).padStart(bits / 4, '0')}`

export function decoded(table: RegisterTable, value: bigint, tables: readonly RegisterTable[]): Decoded {
  return {
    format: 'arm64-compat/decode', version: 1, value: hex(value, table.bits), as: table.id,
    fields: fieldValues(table, value).map((f) => ({ name: f.name, hi: f.hi, lo: f.lo, value: `0x${f.value.toString(16)}`, meaning: f.meaning, ...(f.feature === undefined ? {} : { feature: f.feature }) })),
    mode: modeName(value) ?? null,
    description: describeRegister(table, value),
    views: tables.filter((t) => t !== table).map((t) => {
      const seen = BigInt.asUintN(t.bits, value)
      return { as: t.id, value: hex(seen, t.bits), description: describeRegister(t, seen) }
    }),
  }
}

export function decodeText(table: RegisterTable, d: Decoded, c: Colours): string {
  const value = BigInt(d.value)
  const set = fieldValues(table, value).filter((f) => f.value !== 0n)
  const names = set.map((f) => f.reserved ? f.hi === f.lo ? `${f.hi}` : `${f.hi}:${f.lo}` : label(f.name))
  const values = set.map((f) => `0x${f.value.toString(16)}`)
  const widest = (texts: string[]): number => Math.max(0, ...texts.map((t) => t.length))
  return [
    `${c.bold(d.value)}  ${table.title}: ${d.description}`, '',
    picture(table, value), '',
    ...set.map((f, i) => `${names[i]!.padEnd(widest(names))}  ${values[i]!.padEnd(widest(values))}  ${f.meaning}${f.feature === undefined ? '' : c.dim(` (${f.feature})`)}`),
    ...(set.length === 0 ? ['all fields are zero'] : []), '',
    'The same bits read as',
    ...d.views.map((v) => `  ${v.as.padEnd(widest(d.views.map((w) => w.as)))}  ${v.description}`),
    '',
  ].join('\n')
}
