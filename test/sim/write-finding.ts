/** A difference between simulator and model, made small and written as files. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { simulateWith, kernelOf } from '../../sim/index.js'
import { expectationOf, scenarioText } from '../../sim/scenario-write.js'
import { describeEvent } from '../../trace/events.js'
import { itfText } from '../../trace/itf.js'
import { compare } from './against-model.js'
import { minimise } from './minimise.js'
import { beforeLast, shrink } from './shrink.js'
import type { SoakFinding } from './soak.js'

const told = (differences: SoakFinding['differences']): string =>
  typeof differences === 'string' ? differences : differences.slice(0, 6).map((d) => `${d.path}: simulator 0x${d.from.toString(16)}, model 0x${d.to.toString(16)}`).join('; ')

/** The shrunk run as a scenario: what it expects at its end is what the model says, so that it fails on the simulator as it is. */
export function findingScenario(f: SoakFinding): string {
  const small = shrink({ kernel: f.kernel, config: f.config, start: f.start, events: [...f.events, f.event] })
  const outcome = compare(small.kernel, small.config, beforeLast(small)!, small.events.at(-1)!)
  const differences = outcome.kind === 'different' ? outcome.differences : f.differences
  return scenarioText({
    ...small, name: `soak-${f.seed}-${f.run}`, about: `Simulator and model differ on the last event: ${told(differences)}. The model's values are expected.`,
    see: typeof differences === 'string' ? [] : expectationOf(differences),
  })
}

/** Writes soak-SEED-RUN.yaml and, where both do something, the last event alone as soak-SEED-RUN.itf.json. Returns what to print. */
export function writeFinding(f: SoakFinding, dir: string): string {
  mkdirSync(dir, { recursive: true })
  const name = join(dir, `soak-${f.seed}-${f.run}`)
  writeFileSync(`${name}.yaml`, findingScenario(f))
  const lines = [`\nDIFFERENCE ${f.kernel} seed ${f.seed} run ${f.run}: ${describeEvent(f.event)}`, `  ${told(f.differences)}`, `  ${name}.yaml`]
  if (typeof f.differences !== 'string' && f.state.cpus.length === 1) {
    const small = minimise(f.kernel, f.config, f.state, f.event)
    const after = simulateWith(kernelOf(f.kernel), f.config, small, f.event)
    writeFileSync(`${name}.itf.json`, itfText({ kernel: f.kernel, config: f.config, start: 'assumed', states: [small, after], events: [f.event] }))
    lines.push(`  ${name}.itf.json`)
  }
  return lines.join('\n')
}
