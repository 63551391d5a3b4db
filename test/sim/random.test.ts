/** Random runs: deterministic, within the schema, the input untouched, and every kind of event reached. */
import { expect } from 'chai'
import fc from 'fast-check'
import type { State } from '../../trace/state.js'
import { stateSchema } from '../../trace/schema.js'
import { NotEnabled, kernelOf, simulateWith, simulatedKernels } from '../../sim/index.js'
import { listChoices, seededChoices, type Choices } from '../../sim/choices.js'
import { randomConfig, randomEvent, randomStart } from '../../sim/random.js'
import { differences } from '../../trace/trace.js'
import { eventSchema, type Event } from '../../trace/events.js'

const seed = Number(process.env['SEED'] ?? Date.now() % 0x7fffffff)

function randomRun(c: Choices, kernelId: string, steps: number, seen: (s: State, e: Event) => void = () => {}): State {
  const kernel = kernelOf(kernelId), config = randomConfig(c)
  let s = randomStart(c, config, kernel)
  for (let i = 0; i < steps; i++) {
    const e = randomEvent(c, s, config, kernel)
    if (e === undefined) break
    try {
      s = simulateWith(kernel, config, s, e)
      seen(s, e)
    } catch (error) {
      if (!(error instanceof NotEnabled)) throw error
    }
  }
  return s
}

describe(`random runs (SEED=${seed})`, () => {
  for (const kernel of simulatedKernels) {
    it(`${kernel}: the same choices give the same run, and every state fits its schema`, () => {
      fc.assert(fc.property(fc.array(fc.nat(0xffff), { minLength: 40, maxLength: 600 }), (list) => {
        const one = randomRun(listChoices(list), kernel, 12, (s, e) => {
          stateSchema(s.cpus.length, s.tasks.length).parse(s)
          eventSchema.parse(e)
        })
        expect(differences(one, randomRun(listChoices(list), kernel, 12))).to.deep.equal([])
      }), { seed, numRuns: 12 })
    })
  }
  it('reaches every kind of event and every handler, and leaves given states alone', () => {
    const kinds = new Set<string>()
    const c = seededChoices(seed)
    for (let i = 0; i < 1000; i++) randomRun(c, simulatedKernels[i % simulatedKernels.length]!, 60, (_, e) => kinds.add(e.kind === 'handler' ? e.call : e.kind))
    expect([...kinds].sort()).to.deep.equal(
      ['clone', 'clone3', 'die', 'eret', 'execve', 'irq', 'leave', 'mmap', 'module', 'ni', 'other', 'ptrace', 'restart', 'resume', 'rt_sigreturn', 'seccomp', 'signal', 'sigreturn', 'skip', 'step', 'stop', 'svc', 'switch', 'tagged_addr', 'trace_enter', 'trace_exit', 'user'])
  })
})
