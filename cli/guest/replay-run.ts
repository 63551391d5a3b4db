import { replayOnGuest, stopGuests } from '../../guest/index.js'
import { printable } from '../../report/printable.js'
import { ContradictionError } from '../../trace/errors.js'
import { parseItf } from '../../trace/itf.js'
import type { Status } from '../action.js'
import { readInput } from '../files.js'
import { emit } from '../output.js'

/** The rung `real-kernel` of one trace. Exit status 3 where it is not climbed. Throws ContradictionError `E_NOT_REPRODUCED`. */
export async function replayTraceOnGuest(file: string, json: string | undefined): Promise<Status> {
  const trace = parseItf(readInput(file), file)
  const outcome = await replayOnGuest(trace)
  await stopGuests()
  const text = outcome.outcome === 'climbed' ? 'climbed: what user space sees is as in the trace' : outcome.outcome === 'failed' ? ['failed', ...outcome.differences].join('\n  ') : `not climbed: ${outcome.reason}`
  emit(json, () => ({ format: 'arm64-compat/replay', version: 1, kernel: trace.kernel, events: trace.events.length, on: 'guest', ...outcome }), () => `${printable(file)} on ${printable(trace.kernel)}\n${text}\n`)
  if (outcome.outcome === 'failed') throw new ContradictionError('E_NOT_REPRODUCED', `${file}: the kernel does not reproduce it: ${outcome.differences[0]}`)
  return outcome.outcome === 'climbed' ? 0 : 3
}
