/** Kernel identifiers: mainline at a version (`v5.11`), or a series on a base, `series@base`. */
import { UsageError } from './errors.js'

const short: Record<string, string> = {
  'rfc-v2': 'v5.11', 'rfc-v2-unguarded': 'v5.11', 'v4-series': 'v5.11', 'tango-v5.4': 'v5.4', 'tango32-module': 'v5.11',
}

/** After an identifier: the same kernel with an explicit check in compat sigreturn (sigreturn/explicit-check-same-result). */
export const CHECKED = '+check'

/** `rfc-v2` → `rfc-v2@v5.11`, `tango-v5.4` → `tango@v5.4`; full identifiers stay, and so does `+check` after one. Throws `E_KERNEL_ID`. */
export function fullKernelId(id: string): string {
  if (id.endsWith(CHECKED)) return fullKernelId(id.slice(0, -CHECKED.length)) + CHECKED
  if (!/^[a-z0-9][a-z0-9._-]*(@v\d+\.\d+)?$/.test(id)) throw new UsageError('E_KERNEL_ID', `'${id}' is not a kernel identifier; write v5.11, rfc-v2 or rfc-v2@v6.12`)
  if (id === 'tango-v5.4') return 'tango@v5.4'
  return short[id] === undefined ? id : `${id}@${short[id]}`
}
