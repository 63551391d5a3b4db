/** A replay, step by step. */
import type pc from 'picocolors'
import { defaultConfig } from '../trace/state.js'
import type { Difference, Trace } from '../trace/trace.js'
import { columns } from './columns.js'
import { leafName, leafValue } from './leaf-names.js'
import { printable } from './printable.js'
import { stepLines } from './steps.js'
import { walkLines } from './walk.js'

type Colours = ReturnType<typeof pc.createColors>

/** What a simulator or a real kernel said: reproduced, or the first event (from 0) whose outcome differs; `from` is the trace's value, `to` the replayed one. */
export type Outcome = { ok: true } | { ok: false, step: number, differences: readonly Difference[] | string }

/** How far the replay came: the number of events that reproduced. */
export const reached = (trace: Trace, outcome: Outcome): number => outcome.ok ? trace.events.length : outcome.step

/** `from`, `to`: positions (numbers of events that have happened); only what lies between is shown, backwards if `to` is the smaller. */
export function replayText(file: string, trace: Trace, outcome: Outcome, c: Colours, all = false, from = 0, to = trace.events.length): string {
  const end = reached(trace, outcome)
  const walk = { events: trace.events, stateAfter: (n: number) => trace.states[n]! }
  const part = from === 0 && to === trace.events.length ? [] : [`from after event ${from} to after event ${to}`]
  return [
    ...replayHead(file, trace), ...part, '',
    ...walkLines(walk, from, Math.min(to, end), c, all),
    ...(outcome.ok || to <= end ? [] : failure(trace, outcome, c, all)), '',
    outcome.ok ? c.green(`reproduced: ${trace.events.length} ${trace.events.length === 1 ? 'event' : 'events'}, the whole state equal after each`) : c.red(`not reproduced: event ${outcome.step + 1} of ${trace.events.length}`), '',
  ].join('\n')
}

export function replayHead(file: string, trace: Trace): string[] {
  const config = Object.entries(trace.config).filter(([k, v]) => v !== defaultConfig[k as keyof typeof defaultConfig]).map(([k, v]) => v ? k : `no ${k}`)
  return columns([
    ['trace', printable(file)],
    ['kernel', trace.kernel],
    ['config', config.length === 0 ? 'default' : config.join(', ')],
    ['start', trace.start === 'exec' ? 'right after exec' : 'assumed state'],
    ...(trace.claim === undefined ? [] : [['claim', `${printable(trace.claim)}${trace.userspace === undefined ? '' : `, userspace ${trace.userspace}`}`]]),
    ...(trace.irrelevant === undefined || trace.irrelevant.length === 0 ? [] : [['any value', printable(trace.irrelevant.map((p) => leafName(p, trace.states[0]!)).join(', '))]]),
  ], '')
}

function failure(trace: Trace, outcome: Extract<Outcome, { ok: false }>, c: Colours, all: boolean): string[] {
  const { step, differences } = outcome
  const after = trace.states[step + 1]
  const event = trace.events[step]
  const lines = event === undefined || after === undefined ? [] : stepLines(step + 1, event, trace.states[step]!, after, c, all)
  if (typeof differences === 'string') return [...lines, c.red(`       the replay says: ${differences}`)]
  return [...lines, c.red('       the replay says otherwise:'),
    ...columns(differences.map((d) => [leafName(d.path, trace.states[0]!), `trace ${leafValue(d.path, d.from)}`, `replay ${leafValue(d.path, d.to)}`]), '         ')]
}
