/** The RES0 masks of arch/arm64/kernel/ptrace.c, by kernel version, computed from the tables. */
import { UsageError } from '../../trace/errors.js'
import { fieldMask } from './fields.js'
import { pstateAarch64 } from './pstate-aarch64.table.js'
import { spsrAarch32 } from './spsr-aarch32.table.js'
import type { Field } from './table-types.js'

/** The newest tree whose masks were read; later versions are taken to be alike. */
export const newestRead = 'v7.3'

/** Negative if version a is older than b. Versions are `v<major>.<minor>`; throws `E_VERSION` otherwise. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parts(a), parts(b)]
  return x.major - y.major || x.minor - y.minor
}
function parts(version: string): { major: number, minor: number } {
  const m = /^v(\d{1,3})\.(\d{1,3})$/.exec(version)
  if (m === null) throw new UsageError('E_VERSION', `'${version}' is not a kernel version; write v5.11`)
  return { major: Number(m[1]), minor: Number(m[2]) }
}

const clears = (f: Field, version: string): boolean => f.cleared !== undefined
  && compareVersions(version, f.cleared.from) >= 0
  && (f.cleared.before === undefined || compareVersions(version, f.cleared.before) < 0)

/**
 * 64 bits: those that valid_native_regs (`aarch64`) or valid_compat_regs (`aarch32`) of that mainline version clear first.
 * v4.4 had no mask; v4.5 to v4.9 were not read (`E_VERSION`).
 */
export function res0Mask(format: 'aarch64' | 'aarch32', version: string): bigint {
  if (compareVersions(version, 'v4.4') > 0 && compareVersions(version, 'v4.10') < 0) throw new UsageError('E_VERSION', `the masks of ${version} are not known: no tree between v4.4 and v4.10 was read`)
  const table = format === 'aarch64' ? pstateAarch64 : spsrAarch32
  return table.fields.filter((f: Field) => clears(f, version)).reduce((m, f) => m | fieldMask(f), 0n)
}
