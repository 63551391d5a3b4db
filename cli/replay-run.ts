import { replay } from '../sim/index.js'
import { ContradictionError } from '../trace/errors.js'
import { parseItf } from '../trace/itf.js'
import { replayText, type Outcome } from '../report/replay.js'
import type { Status } from './action.js'
import { readInput } from './files.js'
import type { ReplayOptions } from './options.js'
import { colours, emit } from './output.js'

/** Throws ContradictionError `E_NOT_REPRODUCED` after the report is written. */
export async function replayTrace(file: string, options: ReplayOptions): Promise<Status> {
  const trace = parseItf(readInput(file), file)
  const outcome: Outcome = replay(trace)
  emit(options.json, () => replayJson(trace.kernel, trace.events.length, outcome), () => replayText(file, trace, outcome, colours(), options.all))
  if (!outcome.ok) throw new ContradictionError('E_NOT_REPRODUCED', `${file}: the ${options.on === 'sim' ? 'simulator' : 'kernel'} does not reproduce event ${outcome.step + 1}`)
  return 0
}

function replayJson(kernel: string, events: number, outcome: Outcome): object {
  const head = { format: 'arm64-compat/replay', version: 1, kernel, events, reproduced: outcome.ok }
  if (outcome.ok) return head
  const { step, differences } = outcome
  return {
    ...head, event: step,
    ...(typeof differences === 'string' ? { reason: differences } : { differences: differences.map((d) => ({ path: d.path, trace: shown(d.from), replay: shown(d.to) })) }),
  }
}
const shown = (v: bigint | boolean): string | boolean => typeof v === 'bigint' ? `0x${v.toString(16)}` : v
