import { expect } from 'chai'
import { asScenario } from '../../cli/guest/as-scenario.js'
import { probesFor } from '../../guest/probes/index.js'
import { parseScenario } from '../../sim/scenario-parse.js'
import { configsOf, runScenario } from '../../sim/scenario-run.js'
import { config } from './traces.js'

describe('a difference told as a scenario', () => {
  for (const [kernel, how] of [['v6.12', 'none'], ['rfc-v2@v6.12', 'svc 1']] as const) {
    it(`every probe on ${kernel} is one that the simulator runs`, () => {
      for (const probe of probesFor(how)) {
        const text = asScenario(kernel, probe, 0x2010n, config, how)
        const s = parseScenario(text, `${probe.name}.yaml`)
        expect(runScenario(s, kernel, configsOf(s)[0]!).failures, text).to.deep.equal([])
      }
    })
  }
})
