/** Random runs whose outcomes were recorded once, event by event: asks a changed simulator whether it still says the same, without the model. */
import { seededChoices } from '../../sim/choices.js'
import { diff } from '../../sim/diff.js'
import { NotEnabled, kernelOf, simulateWith } from '../../sim/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'

/** Of one event: the model does not cover it (the run ends there), it is refused by both, or a hash of what changes. */
export const UNMODELLED = 0, REFUSED = 1

const STEPS = 60

/**
 * The runs of a seed: `outcome` says what becomes of an event, and the state after it (undefined: as before).
 * Ends after `limit` events, or when `outcome` returns false.
 */
export function recordedRuns(seed: number, limit: number, kernels: readonly string[], outcome: (kernel: string, config: Config, s: State, e: Event) => State | 'end of run' | 'end' | undefined): void {
  const c = seededChoices(seed)
  let events = 0
  for (let run = 0; events < limit; run++) {
    const kernel = kernels[run % kernels.length]!, config = randomConfig(c), k = kernelOf(kernel)
    let state = randomStart(c, config, k)
    for (let i = 0; i < STEPS; i++) {
      const event = randomEvent(c, state, config, k)
      if (event === undefined) break
      events++
      const after = outcome(kernel, config, state, event)
      if (after === 'end') return
      if (after === 'end of run') break
      if (after !== undefined) state = after
    }
  }
}

const paths = new Map<string, number>()
function hashOf(path: string): number {
  let h = paths.get(path)
  if (h === undefined) {
    h = 0x811c9dc5
    for (let i = 0; i < path.length; i++) h = Math.imul(h ^ path.charCodeAt(i), 0x01000193)
    paths.set(path, h)
  }
  return h
}

/** A hash of what changed, never UNMODELLED or REFUSED. */
export function changeHash(before: State, after: State): number {
  let h = 17
  for (const { path, to } of diff(before, after)) {
    h = Math.imul(h ^ hashOf(path), 0x01000193)
    for (let v = typeof to === 'boolean' ? (to ? 1n : 0n) : to; ; v >>= 32n) {
      h = Math.imul(h ^ Number(BigInt.asIntN(32, v)), 0x85ebca6b) ^ (h >>> 13)
      if (v >> 32n === 0n) break
    }
  }
  return (h >>> 0) + 2 > 0xffffffff ? 2 : (h >>> 0) + 2
}

/** The number of the first event whose outcome is not the recorded one, or -1. */
export function firstDeviation(codes: Uint32Array, seed: number, kernels: readonly string[]): number {
  let at = 0, deviates = -1
  recordedRuns(seed, codes.length, kernels, (kernel, config, s, e) => {
    const code = codes[at++]
    if (code === UNMODELLED) return 'end of run'
    try {
      const after = simulateWith(kernelOf(kernel), config, s, e)
      if (changeHash(s, after) === code) return after
    } catch (error) {
      if (!(error instanceof NotEnabled)) throw error
      if (code === REFUSED) return undefined
    }
    deviates = at - 1
    return 'end'
  })
  return deviates < 0 && at < codes.length ? at : deviates
}
