import { Timeline, replay } from '../sim/index.js'
import { ContradictionError, UsageError } from '../trace/errors.js'
import { describeEvent } from '../trace/events.js'
import { itfText, parseItf } from '../trace/itf.js'
import { differences, type Trace } from '../trace/trace.js'
import { reached, replayHead, replayText, type Outcome } from '../report/replay.js'
import type { Status } from './action.js'
import { readInput, writeOutput } from './files.js'
import type { ReplayOptions } from './options.js'
import { colours, emit } from './output.js'
import { walkByKeys } from './walk-keys.js'

/** Throws ContradictionError `E_NOT_REPRODUCED` after the report is written; UsageError `E_POSITION`, `E_NO_TERMINAL`, `E_OPTION`. */
export async function replayTrace(file: string, options: ReplayOptions): Promise<Status> {
  if (options.step === true && options.json !== undefined) throw new UsageError('E_OPTION', '--step shows the run by keys; it cannot be joined with --json')
  if (options.step === true && !(process.stdin.isTTY && process.stdout.isTTY)) throw new UsageError('E_NO_TERMINAL', '--step reads keys and needs a terminal for input and output; --from N --to N prints the same steps without one')
  const trace = parseItf(readInput(file), file)
  const outcome: Outcome = replay(trace)
  const end = reached(trace, outcome)
  const from = position(options.from, 'from', 0, end, outcome.ok), to = position(options.to, 'to', trace.events.length, trace.events.length, true)
  if (options.itf !== undefined) writeOutput(options.itf, itfText(simulated(trace, Math.min(from, to), Math.min(Math.max(from, to), end))))
  if (options.step === true) {
    process.stdout.write([...replayHead(file, trace), outcome.ok ? '' : `the simulator reproduces ${end} of ${trace.events.length} events; the walk ends there`, ''].join('\n'))
    const line = timeline(trace, end)
    line.go(from)
    await walkByKeys(line, process.stdin, process.stdout, colours(), options.all)
  } else {
    emit(options.json, () => replayJson(trace, outcome, options, from, to), () => replayText(file, trace, outcome, colours(), options.all, from, to))
  }
  if (!outcome.ok) throw new ContradictionError('E_NOT_REPRODUCED', `${file}: the simulator does not reproduce event ${outcome.step + 1}`)
  return 0
}

/** A position given as text; `whole`: the limit is the end of the trace, else how far the simulator comes. */
function position(given: string | undefined, name: string, otherwise: number, limit: number, whole: boolean): number {
  if (given === undefined) return otherwise
  const n = Number(given)
  if (!/^\d+$/.test(given) || n > limit) throw new UsageError('E_POSITION', `--${name} ${given}: ${whole ? 'the trace has' : 'the simulator reproduces'} ${limit} ${limit === 1 ? 'event' : 'events'}; a position is a number from 0 to ${limit}`)
  return n
}

const timeline = (trace: Trace, end: number): Timeline => new Timeline(trace.kernel, trace.config, trace.states[0]!, trace.events.slice(0, end))

/** The part of the run between two positions, as the simulator has it. */
function simulated(trace: Trace, from: number, to: number): Trace {
  const line = timeline(trace, to)
  const head = from === 0 ? trace : { kernel: trace.kernel, config: trace.config, start: 'assumed' as const }
  return { ...head, events: trace.events.slice(from, to), states: Array.from({ length: to - from + 1 }, (_, i) => line.stateAfter(from + i)) }
}

function replayJson(trace: Trace, outcome: Outcome, options: ReplayOptions, from: number, to: number): object {
  const head = { format: 'arm64-compat/replay', version: 1, kernel: trace.kernel, events: trace.events.length, reproduced: outcome.ok, ...(options.from === undefined && options.to === undefined ? {} : { from, to, steps: steps(trace, from, Math.min(to, reached(trace, outcome))) }) }
  if (outcome.ok) return head
  const { step, differences: found } = outcome
  return {
    ...head, event: step,
    ...(typeof found === 'string' ? { reason: found } : { differences: found.map((d) => ({ path: d.path, trace: shown(d.from), replay: shown(d.to) })) }),
  }
}

function steps(trace: Trace, from: number, to: number): object[] {
  const by = to < from ? -1 : 1
  return Array.from({ length: Math.abs(to - from) }, (_, i) => {
    const at = from + by * i
    const event = Math.min(at, at + by)
    return { event, what: describeEvent(trace.events[event]!), changes: differences(trace.states[at]!, trace.states[at + by]!).map((d) => ({ path: d.path, from: shown(d.from), to: shown(d.to) })) }
  })
}
const shown = (v: bigint | boolean): string | boolean => typeof v === 'bigint' ? `0x${v.toString(16)}` : v
