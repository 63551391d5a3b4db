import { UsageError } from '../trace/errors.js'
import { psr } from '../model/registers/psr.table.js'
import { pstateAarch64 } from '../model/registers/pstate-aarch64.table.js'
import { spsrAarch32 } from '../model/registers/spsr-aarch32.table.js'
import type { RegisterTable } from '../model/registers/table-types.js'

export const tables: readonly RegisterTable[] = [pstateAarch64, spsrAarch32, psr]

/** The table that `--as` names. Throws `E_UNKNOWN_REGISTER`. */
export function tableNamed(id: string): RegisterTable {
  const found = tables.find((t) => t.id === id)
  if (found === undefined) throw new UsageError('E_UNKNOWN_REGISTER', `no register view '${id}'; there are ${tables.map((t) => t.id).join(', ')}`)
  return found
}
