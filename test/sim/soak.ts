/** Random runs on simulator and model. Deterministic in the seed. */
import { seededChoices } from '../../sim/choices.js'
import { NotEnabled, kernelOf, simulateWith, simulatedKernels } from '../../sim/index.js'
import { allKernels as modelled } from '../../model/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import type { Event } from '../../trace/events.js'
import type { Config, State } from '../../trace/state.js'
import { compare, type Comparison } from './against-model.js'
import { explanation, type Finding } from './known-differences.js'

export interface SoakResult {
  events: number
  /** `same svc` → how often */
  readonly counts: Map<string, number>
  /** known difference → how often */
  readonly known: Map<string, number>
  readonly found: (Finding & { seed: number, run: number })[]
}

const STEPS = 60

/** The kernels that both have. */
export const bothKernels = simulatedKernels.filter((k) => modelled.some((m) => m.name === k))

/** Runs until `stop()` says so, at most `limit` events; and ends when there are `enough` differences that nobody has explained. */
export function soak(seed: number, limit: number, kernels: readonly string[] = bothKernels, stop: () => boolean = () => false, enough = 10): SoakResult {
  const result: SoakResult = { events: 0, counts: new Map(), known: new Map(), found: [] }
  const count = (map: Map<string, number>, key: string): void => { map.set(key, (map.get(key) ?? 0) + 1) }
  const c = seededChoices(seed)
  for (let run = 0; result.events < limit && result.found.length < enough && !stop(); run++) {
    const kernel = kernels[run % kernels.length]!, config = randomConfig(c), sizes = kernelOf(kernel)
    let state = randomStart(c, config, sizes)
    for (let i = 0; i < STEPS; i++) {
      const event = randomEvent(c, state, config, sizes)
      if (event === undefined) break
      if (result.found.length >= enough) break
      // a user event has its own shape each time, which is slow in the model: one run in four does them
      const outcome: Comparison = event.kind === 'user' && run % 4 !== 0 ? alone(kernel, config, state, event) : compare(kernel, config, state, event)
      result.events++
      count(result.counts, `${outcome.kind} ${event.kind === 'handler' ? event.call : event.kind}`)
      if (outcome.kind === 'different') {
        const finding = { kernel, config, state, event, differences: outcome.differences, seed, run }
        const why = explanation(finding)
        if (why === undefined) result.found.push(finding)
        else count(result.known, why.name)
      }
      if (outcome.kind !== 'refused' && outcome.after !== undefined) state = outcome.after
    }
  }
  return result
}

function alone(kernel: string, config: Config, state: State, event: Event): Comparison {
  try { return { kind: 'simulator alone', after: simulateWith(kernelOf(kernel), config, state, event) } } catch (e) {
    if (e instanceof NotEnabled) return { kind: 'refused' }
    throw e
  }
}
