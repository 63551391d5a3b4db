/** Random runs on simulator and model. Deterministic in the seed. */
import { seededChoices } from '../../sim/choices.js'
import { kernelOf, simulatedKernels } from '../../sim/index.js'
import { allKernels as modelled } from '../../model/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import type { State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { compare } from './against-model.js'
import { explanation, type Finding } from './known-differences.js'

/** `events`: what led from `start` to the state in which `event` differs. */
export type SoakFinding = Finding & { readonly seed: number, readonly run: number, readonly start: State, readonly events: readonly Event[] }

export interface SoakResult {
  readonly seed: number
  events: number
  /** `same svc` → how often */
  readonly counts: Map<string, number>
  /** known difference → how often */
  readonly known: Map<string, number>
  readonly found: SoakFinding[]
}

const STEPS = 60

/** The kernels that both have. */
export const bothKernels = simulatedKernels.filter((k) => modelled.some((m) => m.name === k))

/** `limit` events at least (the last run is ended there); ends when there are `enough` differences that nobody has explained. */
export function soak(seed: number, limit: number, kernels: readonly string[] = bothKernels, enough = 10): SoakResult {
  const result: SoakResult = { seed, events: 0, counts: new Map(), known: new Map(), found: [] }
  const count = (map: Map<string, number>, key: string): void => { map.set(key, (map.get(key) ?? 0) + 1) }
  const c = seededChoices(seed)
  for (let run = 0; result.events < limit && result.found.length < enough; run++) {
    const kernel = kernels[run % kernels.length]!, config = randomConfig(c), sizes = kernelOf(kernel)
    const start = randomStart(c, config, sizes), events: Event[] = []
    let state = start
    for (let i = 0; i < STEPS && result.events < limit && result.found.length < enough; i++) {
      const event = randomEvent(c, state, config, sizes)
      if (event === undefined) break
      const outcome = compare(kernel, config, state, event)
      result.events++
      count(result.counts, `${outcome.kind} ${event.kind === 'handler' ? event.call : event.kind}`)
      if (outcome.kind === 'different') {
        const finding = { kernel, config, state, event, differences: outcome.differences, seed, run, start, events: [...events] }
        const why = explanation(finding)
        if (why === undefined) result.found.push(finding)
        else count(result.known, why.name)
      }
      if (outcome.kind !== 'refused' && outcome.after !== undefined) {
        state = outcome.after
        events.push(event)
      }
    }
  }
  return result
}
