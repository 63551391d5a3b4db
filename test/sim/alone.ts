/** Random runs on the simulator alone, for the kernels that have no model. */
import { seededChoices } from '../../sim/choices.js'
import { NotEnabled, kernelOf, simulateWith } from '../../sim/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'

export function alone(seed: number, limit: number, kernels: readonly string[]): number {
  const c = seededChoices(seed)
  let events = 0
  for (let run = 0; events < limit; run++) {
    const kernel = kernelOf(kernels[run % kernels.length]!), config = randomConfig(c)
    let state = randomStart(c, config, kernel)
    for (let i = 0; i < 60; i++) {
      const event = randomEvent(c, state, config, kernel)
      if (event === undefined) break
      events++
      try { state = simulateWith(kernel, config, state, event) } catch (e) { if (!(e instanceof NotEnabled)) throw e }
    }
  }
  return events
}
