/** A register value as named fields. */
import { mask } from '../terms/term.js'
import { aarch32Modes, aarch64Modes } from './modes.table.js'
import type { Field, RegisterTable } from './table-types.js'

export interface FieldValue {
  readonly name: string
  readonly hi: number
  readonly lo: number
  readonly value: bigint
  readonly meaning: string
  readonly feature?: string
  readonly reserved: boolean
}

/** Every field with its value, from the highest bit down. `value` has at most `table.bits` bits. */
export function fieldValues(table: RegisterTable, value: bigint): FieldValue[] {
  return table.fields.map((f: Field) => ({
    name: f.name, hi: f.hi, lo: f.lo, value: (value >> BigInt(f.lo)) & mask(f.hi - f.lo + 1), meaning: f.meaning,
    ...(f.feature === undefined ? {} : { feature: f.feature }), reserved: f.reserved === true,
  }))
}

/** The name of M[4:0], e.g. `EL0t` or `USR`; undefined if the encoding is none. */
export function modeName(value: bigint): string | undefined {
  const m = Number(value & 0x1fn)
  return [...aarch64Modes, ...aarch32Modes].find((mode) => mode.m === m)?.name
}

/** One line, `NZ DIT USR`: one-bit fields by name when set, wider ones as `GE=0x3` when not zero, then the mode. */
export function describeRegister(table: RegisterTable, value: bigint): string {
  const inMode = new Set<string>(table.groups['M'] ?? [])
  const split = Object.entries(table.groups).find(([name]) => name === 'IT')
  const out: string[] = []
  let flags = ''
  for (const f of fieldValues(table, value)) {
    if (inMode.has(f.name) || f.value === 0n || split?.[1].includes(f.name)) continue
    if ('NZCVQ'.includes(f.name)) flags += f.name
    else out.push(f.hi === f.lo ? nameOf(f) : `${nameOf(f)}=0x${f.value.toString(16)}`)
  }
  const it = split === undefined ? 0n : groupValue(table, 'IT', value)
  if (it !== 0n) out.push(`IT=0x${it.toString(16)}`)
  if (inMode.size > 0) out.push(modeIn(table, value))
  return [...(flags === '' ? [] : [flags]), ...out].join(' ') || '0'
}

/** `[27:26]` for reserved bits that have no name. */
const nameOf = (f: FieldValue): string => !f.name.startsWith('RES0_') ? f.name : f.hi === f.lo ? `[${f.hi}]` : `[${f.hi}:${f.lo}]`

function modeIn(table: RegisterTable, value: bigint): string {
  const name = modeName(value)
  if (name === undefined) return `M=0b${(value & 0x1fn).toString(2).padStart(5, '0')} (no mode)`
  const aarch32 = (value & 0x10n) !== 0n
  return aarch32 === (table.id !== 'pstate') ? name : `${name} (a mode of ${aarch32 ? 'AArch32' : 'AArch64'})`
}

/** The fields of a group as one value, the first named highest. */
export function groupValue(table: RegisterTable, name: string, value: bigint): bigint {
  const byName = new Map(fieldValues(table, value).map((f) => [f.name, f]))
  return (table.groups[name] ?? []).reduce((v, n) => {
    const f = byName.get(n)
    return f === undefined ? v : (v << BigInt(f.hi - f.lo + 1)) | f.value
  }, 0n)
}
