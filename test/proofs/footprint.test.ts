/** What docs/runs.md says of events and clauses, and builds on: an event's footprint, its symmetry, and that two fields are never read. */
import { expect } from 'chai'
import { bv } from '../../model/terms/build.js'
import { variables } from '../../model/terms/term.js'
import { fresh, kernels, step, symState, type SymState, type SymTask } from '../../model/index.js'
import { initialState, stateSpec, taskNames } from '../../trace/state.js'
import { freshEvent, symbolicConfig } from '../../proofs/run.js'
import { parts } from '../../proofs/system/clause.js'
import { everyEvent } from '../../proofs/system/events.js'
import { footprint, renamed, taskPath, tasksOf } from '../../proofs/system/footprint.js'
import { clauses } from '../../proofs/well-formed.js'

describe('footprint of the events', function () {
  this.timeout(600_000)
  for (const k of kernels) {
    it(`${k.name}: an event writes and reads the tasks it names and CPU 0, nothing else`, () => {
      for (const { name, template } of everyEvent) {
        const own = [...tasksOf(template).map(taskPath), 'cpus[0]']
        const f = footprint(k, template)
        const foreign = (path: string): boolean => !own.some((o) => path.startsWith(`${o}.`))
        expect(f.written.filter(foreign), `${name} writes`).to.deep.equal([])
        for (const [leaf, read] of f.reads) expect(read.filter(foreign), `${name}: ${leaf} reads`).to.deep.equal([])
      }
    })

    it(`${k.name}: \`view\` and \`audit_arch\` are written, never read`, () => {
      const ghost = /\.(view|audit_arch)$/
      for (const { name, template } of everyEvent) {
        for (const [leaf, read] of footprint(k, template, 1, 2).reads) if (!ghost.test(leaf)) expect(read.filter((p) => ghost.test(p)), `${name}: ${leaf}`).to.deep.equal([])
      }
    })

    it(`${k.name}: the names of the tasks do not matter`, () => {
      const two = fresh(stateSpec(1, 2), '') as SymState
      const config = symbolicConfig()
      const state = (current: 0 | 1, tasks: readonly SymTask[]): SymState => ({ cpus: [{ ...two.cpus[0]!, current: bv(8, current) }], tasks: [...tasks] })
      for (const { name, template } of everyEvent) {
        const one = step(k, config, state(0, two.tasks), freshEvent(template, 0))
        const other = step(k, config, state(1, [...two.tasks].reverse()), freshEvent(renamed(template, 'A', 'B'), 0))
        expect(other.enabled, `${name}: enabled`).to.equal(one.enabled)
        one.state.tasks.forEach((t, i) => {
          const s = other.state.tasks[1 - i]!
          for (const key of Object.keys(t) as (keyof SymTask)[]) expect(JSON.stringify(idsOf(s[key])), `${name}: ${taskNames[i]}.${key}`).to.equal(JSON.stringify(idsOf(t[key])))
        })
        const { current, ...cpu } = one.state.cpus[0]!
        const { current: current2, ...cpu2 } = other.state.cpus[0]!
        expect(idsOf(cpu2), `${name}: CPU`).to.deep.equal(idsOf(cpu))
        expect([current.op, current2.op]).to.deep.equal(['bvconst', 'bvconst'])
      }
    })
  }

  it('a switch leads to the task it names; no other event changes what a CPU runs', () => {
    for (const k of kernels) for (const { template } of everyEvent) {
      const { current } = footprint(k, template).after.cpus[0]!
      expect(current).to.equal(template.kind === 'switch' ? bv(8, taskNames.indexOf(template.to)) : (fresh(stateSpec(1, 1), '') as SymState).cpus[0]!.current)
    }
  })

  it('a clause speaks of one task and the CPU that runs it', () => {
    const k = kernels[0]!
    const state = fresh(stateSpec(1, 3), '') as SymState
    for (const c of clauses) {
      parts(c, k, symbolicConfig(), state).forEach((p, i) => {
        const foreign = variables(p).map((v) => v.name).filter((n) => /^tasks/.test(n) && !n.startsWith(`tasks[${i}].`))
        expect(foreign, c.name).to.deep.equal([])
      })
    }
  })

  it('a clause about a living task says nothing of one that is not there, as all tasks beyond those that exist are', () => {
    const nobody = symState(initialState([64, 0]))
    for (const c of clauses) expect(parts(c, kernels[0]!, symbolicConfig(), nobody)[1]!.op, c.name).to.equal('true')
  })
})

/** Terms by their identity. */
function idsOf(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(idsOf)
  if (typeof v !== 'object' || v === null) return v
  return 'id' in v && 'op' in v ? v.id : Object.fromEntries(Object.entries(v).map(([key, x]) => [key, idsOf(x)]))
}
