import { kernels } from '../model/kernels/index.js'
import type { RegisterTable } from '../model/registers/table-types.js'
import { decodeText, decoded } from '../report/decode.js'
import type { Status } from './action.js'
import type { DecodeOptions } from './options.js'
import { colours, emit } from './output.js'
import { tableNamed, tables } from './register-table.js'
import { parseValue } from './value.js'

export async function decode(text: string, options: DecodeOptions): Promise<Status> {
  const table = tableNamed(options.as)
  return show(table, parseValue(text, table.bits), options.json)
}

export function show(table: RegisterTable, value: bigint, json: string | undefined): Status {
  const result = decoded(table, value, tables, kernels)
  emit(json, () => result, () => decodeText(table, result, colours()))
  return 0
}
