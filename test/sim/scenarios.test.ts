/** Every scenario passes on every kernel where it should, and differs where it says so; bad files are told by line. */
import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { simulatedKernels, replay } from '../../sim/index.js'
import { parseScenario } from '../../sim/scenario-parse.js'
import { configsOf, expectedOn, runScenario } from '../../sim/scenario-run.js'

const dir = 'scenarios'
const files = readdirSync(dir, { recursive: true }).map(String).filter((f) => f.endsWith('.yaml')).sort()

describe('scenarios', () => {
  for (const file of files) {
    const s = parseScenario(readFileSync(join(dir, file), 'utf8'), file)
    it(file, () => {
      let runs = 0
      for (const kernel of simulatedKernels) {
        const { runs: applies, differs } = expectedOn(s, kernel)
        if (!applies) continue
        for (const config of configsOf(s)) {
          for (const seed of [0, 7]) {
            const r = runScenario(s, kernel, config, seed)
            runs++
            if (differs === undefined) {
              const own = seed !== 0 && JSON.stringify(s.content.steps, (_, v: unknown) => typeof v === 'bigint' ? String(v) : v).includes('residue')
              if (!own) expect(r.failures, `${kernel} seed ${seed}`).to.deep.equal([])
            } else expect(r.failures, `${kernel} passes although ${differs}`).to.not.deep.equal([])
            expect(replay({ kernel, config, start: 'assumed', states: [...r.states], events: [...r.events] })).to.deep.equal({ ok: true })
          }
        }
      }
      expect(runs).to.be.greaterThan(0)
    })
  }
  it('there are the selftests: eight manglings, six made-up frames, four of TLS, two of the call ABI', () => {
    const named = (part: string): number => files.filter((f) => f.includes(part)).length
    expect([named('signal/mangle_'), named('signal/fake_'), named('ptrace/tpidr_'), named('abi/syscall_abi_')]).to.deep.equal([8, 6, 4, 2])
  })
})

describe('a scenario file that is wrong', () => {
  const good = ['scenario: x', 'about: y', 'tasks: {A: 64}', 'steps:', '  - {A: svc}']
  const cases: [string, string[], RegExp][] = [
    ['broken YAML', [...good, '  - {A: svc'], /^f:[67]: /],
    ['an unknown verb', [...good, '  - {A: fly}'], /^f:6: .*steps\[1\]\.A/],
    ['an unknown key', [...good, 'colour: red'], /^f:/],
    ['two actors in a step', [...good, '  - {A: svc, see: {A.x0: 1}}'], /^f:6: a step is one of .* here are A and see/],
    ['an unknown register', [...good, '  - see: {A.x31: 1}'], /^f:6: nothing is called 'A.x31'/],
    ['a value nobody knows', [...good, '  - see: {A.x0: SIGWHAT}'], /^f:6: 'SIGWHAT' is no value/],
    ['no steps', good.slice(0, 4), /steps/],
    ['a duplicate key', [...good, 'about: z'], /^f:6: /],
  ]
  for (const [name, lines, expected] of cases) {
    it(name, () => {
      expect(() => {
        const s = parseScenario(lines.join('\n') + '\n', 'f')
        runScenario(s, 'v5.11', configsOf(s)[0]!)
      }).to.throw(expected)
    })
  }
})
