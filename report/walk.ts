/** A part of a run, in one direction: what every event changed, or what going back over it puts back. */
import type pc from 'picocolors'
import type { State } from '../trace/state.js'
import type { Event } from '../trace/events.js'
import { stepLines } from './steps.js'

type Colours = ReturnType<typeof pc.createColors>

/** A run as it can be walked: a position is a number of events that have happened, from 0 to `events.length`. */
export interface Walk { readonly events: readonly Event[], stateAfter(n: number): State }

/** One step from a position to the one after or before it. Going back, the left value is the later one. */
export function walkStep(w: Walk, from: number, to: number, c: Colours, all = false): string[] {
  const event = Math.min(from, to)
  const [head, ...rest] = stepLines(event + 1, w.events[event]!, w.stateAfter(from), w.stateAfter(to), c, all)
  return [to < from ? `${head} ${c.dim('(back)')}` : head!, ...rest]
}

/** Every step on the way from one position to another. */
export function walkLines(w: Walk, from: number, to: number, c: Colours, all = false): string[] {
  const lines: string[] = []
  const by = to < from ? -1 : 1
  for (let at = from; at !== to; at += by) lines.push(...walkStep(w, at, at + by, c, all))
  return lines
}
