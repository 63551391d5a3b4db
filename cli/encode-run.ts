import { UsageError } from '../trace/errors.js'
import { fieldMask } from '../model/registers/fields.js'
import { aarch32Modes, aarch64Modes } from '../model/registers/modes.table.js'
import type { Field, RegisterTable } from '../model/registers/table-types.js'
import type { Status } from './action.js'
import { show } from './decode-run.js'
import type { EncodeOptions } from './options.js'
import { tableNamed } from './register-table.js'
import { parseValue } from './value.js'

export async function encode(assignments: readonly string[], options: EncodeOptions): Promise<Status> {
  const table = tableNamed(options.as)
  const value = encoded(table, parseValue(options.from, table.bits), assignments)
  return show(table, value, options.json)
}

/**
 * The value with fields replaced. Throws UsageError: `E_UNKNOWN_FIELD`, `E_VALUE`, `E_VALUE_WIDTH`, `E_FIELD_TWICE`.
 */
export function encoded(table: RegisterTable, from: bigint, assignments: readonly string[]): bigint {
  const written = new Set<string>()
  let value = from
  for (const assignment of assignments) {
    const [name = '', text] = splitOnce(assignment)
    const parts = partsOf(table, name)
    for (const f of parts) {
      if (written.has(f.name)) throw new UsageError('E_FIELD_TWICE', `${assignment} gives field ${f.name} a second value`)
      written.add(f.name)
    }
    const width = parts.reduce((w, f) => w + f.hi - f.lo + 1, 0)
    let rest = text === undefined ? (1n << BigInt(width)) - 1n : named(name, text) ?? parseValue(text, width, `${name}=`)
    for (const f of parts.toReversed()) {
      const size = BigInt(f.hi - f.lo + 1)
      value = (value & ~fieldMask(f)) | ((rest & ((1n << size) - 1n)) << BigInt(f.lo))
      rest >>= size
    }
  }
  return value
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** The fields a name stands for, the highest first. Upper and lower case are alike. */
function partsOf(table: RegisterTable, name: string): Field[] {
  const same = (n: string): boolean => n.toLowerCase() === name.toLowerCase()
  const names = Object.entries(table.groups).find(([g]) => same(g))?.[1]
  const found = table.fields.filter((f) => names === undefined ? same(f.name) : names.includes(f.name))
  if (found.length > 0) return found.sort((a, b) => names === undefined ? 0 : names.indexOf(a.name) - names.indexOf(b.name))
  const known = [...table.fields.filter((f) => f.reserved !== true).map((f) => f.name), ...Object.keys(table.groups)]
  throw new UsageError('E_UNKNOWN_FIELD', `${table.id} has no field '${name}'; there are ${known.join(', ')}`)
}

/** M takes the name of a mode. */
function named(name: string, text: string): bigint | undefined {
  if (name.toUpperCase() !== 'M') return undefined
  const mode = [...aarch64Modes, ...aarch32Modes].find((m) => m.name.toLowerCase() === text.toLowerCase())
  return mode === undefined ? undefined : BigInt(mode.m)
}
