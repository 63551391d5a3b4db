/** States of terms. */
import { expect } from 'chai'
import { fresh, mergeCpu, mergeState, symState } from '../../model/tasks/symbolic.js'
import { False, True } from '../../model/terms/build.js'
import { cpuSpec, initialState } from '../../trace/state.js'
import { num, symCpu, truth } from './help.js'

describe('states of terms', () => {
  it('fresh variables have the prefix, the path and the width of their leaf', () => {
    const cpu = fresh(cpuSpec, 'x.')
    expect(Object.values(cpu).map((t) => [t.op, t.name, t.width])).to.deep.equal([['var', 'x.TPIDR_EL0', 64], ['var', 'x.TPIDRRO_EL0', 64], ['var', 'x.CNTKCTL_EL0VCTEN', 0], ['var', 'x.current', 8]])
  })
  it('merging takes the first where the condition holds', () => {
    const [a, b] = [symCpu({ TPIDR_EL0: 1n, CNTKCTL_EL0VCTEN: true }), symCpu({ TPIDR_EL0: 2n, CNTKCTL_EL0VCTEN: false })]
    expect([mergeCpu(True, a, b), mergeCpu(False, a, b)].map((c) => [num(c.TPIDR_EL0), truth(c.CNTKCTL_EL0VCTEN)])).to.deep.equal([[1n, true], [2n, false]])
    const [s, t] = [symState(initialState([64])), symState(initialState([32]))]
    expect([mergeState(True, s, t), mergeState(False, s, t)].map((m) => num(m.tasks[0]!.pc))).to.deep.equal([0x400000n, 0x10000n])
  })
})
