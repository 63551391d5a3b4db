/**
 * Model-based testing with fast-check: a list of numbers decides configuration, start and events of a run; each event is done on simulator and
 * model (compiled terms) and the whole state compared. fast-check shrinks the list; what is left of the run is shrunk event by event and told
 * as a scenario. The soak does the same with a generator, which is faster.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import { listChoices } from '../../sim/choices.js'
import { kernelOf } from '../../sim/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import { parseScenario } from '../../sim/scenario-parse.js'
import { configsOf, runScenario } from '../../sim/scenario-run.js'
import { scenarioText } from '../../sim/scenario-write.js'
import type { Config, State } from '../../trace/state.js'
import type { Event } from '../../trace/events.js'
import { compare, type Comparison } from './against-model.js'
import { beforeLast, shrink, type Failing } from './shrink.js'
import { bothKernels } from './soak.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff), RUNS = 300, STEPS = 30
type Compare = (kernel: string, config: Config, s: State, e: Event) => Comparison

/** The run of that list up to the event on which the two differ; undefined: they agree on all of it. `seen`: every event that both did. */
function failing(kernel: string, list: readonly number[], against: Compare, seen: (e: Event) => void = () => {}): Failing | undefined {
  const c = listChoices(list), config = randomConfig(c), k = kernelOf(kernel), start = randomStart(c, config, k), events: Event[] = []
  let state = start
  for (let i = 0; i < STEPS; i++) {
    const e = randomEvent(c, state, config, k)
    if (e === undefined) return undefined
    const r = against(kernel, config, state, e)
    if (r.kind === 'different') return { kernel, config, start, events: [...events, e] }
    if (r.kind === 'refused') continue
    if (r.kind === 'same') seen(e)
    state = r.after
    events.push(e)
  }
  return undefined
}

/** The smallest run that fails, as a scenario; undefined if none does. */
function scenario(against: Compare, runs: number, from: number, seen?: (e: Event) => void): string | undefined {
  const runOf = fc.tuple(fc.constantFrom(...bothKernels), fc.array(fc.nat(0xffff), { minLength: 100, maxLength: 1200, size: 'max' }))
  const r = fc.check(fc.property(runOf, ([kernel, list]) => failing(kernel, list, against, seen) === undefined), { seed: from, numRuns: runs })
  if (!r.failed || r.counterexample === null) return undefined
  const [[kernel, list]] = r.counterexample
  const differs = (f: Failing): boolean => {
    const state = beforeLast(f)
    return state !== undefined && against(f.kernel, f.config, state, f.events.at(-1)!).kind === 'different'
  }
  return scenarioText({ ...shrink(failing(kernel, list, against)!, differs), name: `model-based-${from}`, about: 'Simulator and model differ on the last event.', see: [] })
}

describe(`model-based runs (SEED=${seed})`, function () {
  this.timeout(3_600_000)
  it(`${RUNS} runs on ${bothKernels.length} kernels: simulator and model agree on every event`, () => {
    let events = 0
    expect(scenario(compare, RUNS, seed, () => { events++ })).to.equal(undefined)
    expect(events).to.be.greaterThan(RUNS)
  })
  it('a difference is shrunk to a scenario of the events that it takes', () => {
    // a model that is wrong about 32-bit tasks whose call returns -EINTR
    const wrong: Compare = (kernel, config, s, e) => {
      const r = compare(kernel, config, s, e), t = 'task' in e ? s.tasks['ABCD'.indexOf(e.task)] : undefined
      return e.kind === 'leave' && t?.TIF_32BIT === true && (t.regs[0]! & 0xffffffffn) === 0xfffffffcn && r.kind === 'same' ? { kind: 'different', after: r.after, differences: 'made up' } : r
    }
    const text = scenario(wrong, 20_000, 7)!
    const s = parseScenario(text, 'small.yaml'), [config] = configsOf(s), kernel = bothKernels.find((k) => text.includes(`kernels: [${k}]`))!
    const { events, failures } = runScenario(s, kernel, config!)
    expect(failures, text).to.deep.equal([])
    expect([events.at(-1)!.kind, events.length <= 8], text).to.deep.equal(['leave', true])
  })
})
