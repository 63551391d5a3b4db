/** Runs written as scenario files say the same when they are read again; what fails is made small first. */
import { expect } from 'chai'
import { seededChoices } from '../../sim/choices.js'
import { NotEnabled, kernelOf, simulateWith, simulatedKernels } from '../../sim/index.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import { parseScenario } from '../../sim/scenario-parse.js'
import { configsOf, runScenario } from '../../sim/scenario-run.js'
import { scenarioText } from '../../sim/scenario-write.js'
import { place, type State } from '../../trace/state.js'
import { differences } from '../../trace/trace.js'
import type { Event } from '../../trace/events.js'
import { beforeLast, shrink, type Failing } from './shrink.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)

/** A random run of possible events. */
function aRun(kernel: string, c = seededChoices(seed), length = 60): Failing & { states: State[] } {
  const k = kernelOf(kernel), config = randomConfig(c)
  const start = randomStart(c, config, k), states = [start], events: Event[] = []
  for (let i = 0; i < length; i++) {
    const e = randomEvent(c, states.at(-1)!, config, k)
    if (e === undefined) break
    try {
      states.push(simulateWith(k, config, states.at(-1)!, e))
      events.push(e)
    } catch (error) { if (!(error instanceof NotEnabled)) throw error }
  }
  return { kernel, config, start, events, states }
}

describe(`runs written as scenarios (SEED=${seed})`, () => {
  for (const [i, kernel] of simulatedKernels.entries()) {
    it(`${kernel}: the file gives the same states`, () => {
      const c = seededChoices(seed + i)
      for (let n = 0; n < 8; n++) {
        const r = aRun(kernel, c)
        const text = scenarioText({ ...r, name: 'again', about: 'a "run": with # signs' })
        const s = parseScenario(text, 'again.yaml')
        const again = runScenario(s, kernel, configsOf(s)[0]!)
        expect(again.failures, text).to.deep.equal([])
        expect(again.events, text).to.deep.equal(r.events)
        for (const [at, state] of r.states.entries()) expect(differences(state, again.states[at]!), `state ${at} of\n${text}`).to.deep.equal([])
      }
    })
  }
  it('says what must be seen at the end', () => {
    const r = aRun('v5.11', seededChoices(3), 6)
    const see = [{ path: 'tasks[0].regs[3]', value: 0x123456n }, { path: 'cpus[0].CNTKCTL_EL0VCTEN', value: r.states.at(-1)!.cpus[0]!.CNTKCTL_EL0VCTEN }]
    const s = parseScenario(scenarioText({ ...r, name: 'x', about: 'y', see }), 'x.yaml')
    const { failures } = runScenario(s, 'v5.11', configsOf(s)[0]!)
    expect(failures).to.have.length(1)
    expect(failures[0]).to.match(/^x\.yaml:\d+: A\.x3 is 0x[0-9a-f]+, not 0x123456$/)
  })
})

describe('shrinking', () => {
  /** An AArch32 pstate that the ERET of a 64-bit task takes: a few events are needed for it, in any long run they are lost among many. */
  const panics = (f: Failing): boolean => {
    const state = beforeLast(f)
    if (state === undefined) return false
    try {
      const after = simulateWith(kernelOf(f.kernel), f.config, state, f.events.at(-1)!)
      return after.tasks.some((t, i) => t.at === place.panic && state.tasks[i]!.at === place.returning)
    } catch (e) {
      if (e instanceof NotEnabled) return false
      throw e
    }
  }
  it('keeps what the failure needs and nothing else', () => {
    const c = seededChoices(5)
    for (let found = 0; found < 3;) {
      const r = aRun('v5.11', c)
      if (!panics(r)) continue
      found++
      const small = shrink(r, panics)
      expect(panics(small)).to.equal(true)
      expect(small.events.length).to.be.at.most(10)
      const text = scenarioText({ ...small, name: 'small', about: 'it' })
      const s = parseScenario(text, 'small.yaml')
      expect(runScenario(s, 'v5.11', configsOf(s)[0]!).states.at(-1)!.tasks.some((t) => t.at === place.panic), text).to.equal(true)
      expect(text.split('\n').length, text).to.be.below(26)
    }
  })
})
