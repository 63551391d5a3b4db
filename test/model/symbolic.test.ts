/** States of terms. */
import { expect } from 'chai'
import { eventWidth, fresh, mergeCpu, mergeState, symEvent, symState } from '../../model/tasks/symbolic.js'
import { False, True } from '../../model/terms/build.js'
import { cpuSpec, initialState } from '../../trace/state.js'
import { num, symCpu, truth } from './help.js'

describe('states of terms', () => {
  it('fresh variables have the prefix, the path and the width of their leaf', () => {
    const cpu = fresh(cpuSpec, 'x.')
    expect(Object.values(cpu).map((t) => [t.op, t.name, t.width])).to.deep.equal([['var', 'x.TPIDR_EL0', 64], ['var', 'x.TPIDRRO_EL0', 64], ['var', 'x.CNTKCTL_EL0VCTEN', 0], ['var', 'x.current', 8]])
  })
  it('the numbers of an event have the width of what they are written to', () => {
    const widths: [string, number][] = [['regs[3]', 64], ['sp', 64], ['pc', 64], ['pstate', 64], ['TPIDR_EL0', 64], ['vregs[7]', 128], ['fpsr', 32], ['fpcr', 32],
      ['frame.base', 64], ['frame.lo', 32], ['frame.hi', 32], ['frame.words[3]', 32], ['buf.base', 64], ['buf.lo', 32], ['buf.hi', 32], ['buf.words[12]', 32],
      ['imm', 16], ['upper', 15], ['si_code', 32], ['residue', 128], ['result', 64], ['restart', 8], ['signo', 8], ['handler', 64], ['flags', 32], ['restorer', 64], ['sigtramp', 64]]
    for (const [key, width] of widths) expect(eventWidth(key), key).to.equal(width)
    const written = symEvent({ kind: 'user', task: 'A', set: { 'frame.lo': 4n, 'buf.words[79]': 7n, 'vregs[31]': 9n } })
    expect(written.kind === 'user' && Object.values(written.set).map((t) => [t.op, t.width, t.value])).to.deep.equal([['bvconst', 32, 4n], ['bvconst', 32, 7n], ['bvconst', 128, 9n]])
  })
  it('merging takes the first where the condition holds', () => {
    const [a, b] = [symCpu({ TPIDR_EL0: 1n, CNTKCTL_EL0VCTEN: true }), symCpu({ TPIDR_EL0: 2n, CNTKCTL_EL0VCTEN: false })]
    expect([mergeCpu(True, a, b), mergeCpu(False, a, b)].map((c) => [num(c.TPIDR_EL0), truth(c.CNTKCTL_EL0VCTEN)])).to.deep.equal([[1n, true], [2n, false]])
    const [s, t] = [symState(initialState([64])), symState(initialState([32]))]
    expect([mergeState(True, s, t), mergeState(False, s, t)].map((m) => num(m.tasks[0]!.pc))).to.deep.equal([0x400000n, 0x10000n])
  })
})
