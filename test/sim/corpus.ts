/** Random runs that simulator and model agree on, kept event by event: what either side is held against when the other is broken on purpose. */
import { seededChoices } from '../../sim/choices.js'
import { kernelOf } from '../../sim/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { compare, modelView, needsOneElsewhere } from './against-model.js'
import { impossible } from './impossible.js'
import { bothKernels } from './soak.js'

export interface Entry {
  readonly kernel: string
  readonly config: Config
  readonly state: State
  readonly event: Event
  /** what both make of it; undefined: both refuse it */
  readonly after: State | undefined
  /** only the simulator can know that it is refused: the other task runs on another CPU */
  readonly elsewhere: boolean
  /** the CPU the model sees */
  readonly cpu: number
}

const STEPS = 60

/** About `limit` events of the runs of that seed, and the mostly impossible ones of impossible.ts. What the model leaves out is not among them. Throws where the two differ already. */
export function corpus(seed: number, limit: number): Entry[] {
  const c = seededChoices(seed), out: Entry[] = []
  const keep = (kernel: string, config: Config, state: State, event: Event): State | undefined => {
    const outcome = compare(kernel, config, state, event)
    if (outcome.kind === 'different') throw new Error(`simulator and model differ already: ${kernel} ${event.kind}`)
    const after = outcome.kind === 'refused' ? undefined : outcome.after
    if (outcome.kind !== 'not modelled') out.push({ kernel, config, state, event, after, elsewhere: needsOneElsewhere(state, event), cpu: modelView(state, event).cpu })
    return after
  }
  for (let run = 0; out.length < limit; run++) {
    const kernel = bothKernels[run % bothKernels.length]!, config = randomConfig(c), k = kernelOf(kernel)
    let state = randomStart(c, config, k)
    for (let i = 0; i < STEPS; i++) {
      const event = randomEvent(c, state, config, k)
      if (event === undefined) break
      const after = keep(kernel, config, state, event)
      if (after !== undefined) state = after
    }
  }
  for (const { kernel, config, state, event } of impossible(seed, 8)) keep(kernel, config, state, event)
  return out
}
