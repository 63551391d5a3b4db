/** A name for a witness: kernel, configuration, events and every state, but neither what is zero nor who asked for it. */
import { createHash } from 'node:crypto'
import { leaves } from '../../trace/spec.js'
import { specOf } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { fullKernelId } from '../../trace/kernel-id.js'

const plain = (v: unknown): unknown => typeof v === 'bigint' ? v === 0n ? undefined : v.toString(16) : v === false ? undefined : v

/** SHA-256, first 16 hexadecimal digits. A field that a later version of the traces adds does not change it as long as it is zero. */
export function witnessHash(trace: Trace): string {
  const hash = createHash('sha256')
  hash.update(`${fullKernelId(trace.kernel)}\n${Object.entries(trace.config).filter(([, on]) => on).map(([k]) => k).sort().join(' ')}\n`)
  for (const e of trace.events) hash.update(`${JSON.stringify(e, (_, v) => plain(v))}\n`)
  for (const state of trace.states) {
    const set = leaves(specOf(state), state).flatMap(({ path, value }) => value === 0n || value === false ? [] : [`${path}=${typeof value === 'bigint' ? value.toString(16) : '1'}`])
    hash.update(`${set.join(' ')}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}
