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
  it('the selftests are there by name', () => {
    const modes = ['el1h', 'el1t', 'el2h', 'el2t', 'el3h', 'el3t'].map((m) => `mode_${m}`)
    const wanted = [
      ...['compat_toggle', 'daif_bits', ...modes].map((n) => `signal/mangle_pstate_invalid_${n}`),
      ...['bad_magic', 'bad_size', 'bad_size_for_magic0', 'duplicated_fpsimd', 'missing_fpsimd', 'misaligned_sp'].map((n) => `signal/fake_sigreturn_${n}`),
      ...['read_one', 'write_one', 'verify_one', 'count'].map((n) => `ptrace/tpidr_${n}`),
      ...['getpid', 'sched_yield'].flatMap((n) => [`abi/syscall_abi_${n}`, `abi/arm_syscall_abi_${n}`]),
      ...['native_toggle', 'aif_bits', ...['abt', 'fiq', 'hyp', 'irq', 'mon', 'svc', 'sys', 'und'].map((m) => `mode_${m}`)].map((n) => `signal/arm_mangle_cpsr_invalid_${n}`),
      ...['bad_magic', 'bad_size', 'misaligned_sp', 'missing_vfp'].map((n) => `signal/arm_fake_sigreturn_${n}`),
    ].map((n) => `${n}.yaml`)
    expect(files).to.include.members(wanted)
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
