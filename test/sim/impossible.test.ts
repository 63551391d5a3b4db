/** What one side refuses the other refuses, too, also where nobody would ask. */
import { expect } from 'chai'
import { describeEvent } from '../../trace/events.js'
import { compare } from './against-model.js'
import { impossible } from './impossible.js'

const kinds = ['svc', 'irq', 'step', 'user', 'sigreturn', 'rt_sigreturn', 'ptrace', 'clone', 'mmap', 'ni', 'other', 'leave', 'signal', 'restart', 'die', 'eret', 'switch', 'stop', 'resume', 'seccomp', 'trace_enter', 'trace_exit', 'skip']

describe('events that are mostly impossible', function () {
  // 6 s of CPU
  this.timeout(3_600_000)
  it('simulator and model refuse the same ones, and agree on the others', () => {
    const refused = new Map<string, number>(), taken = new Set<string>(), different: string[] = []
    for (const { kernel, config, state, event } of impossible(1, 12)) {
      const r = compare(kernel, config, state, event), kind = event.kind === 'handler' ? event.call : event.kind
      if (r.kind === 'refused') refused.set(kind, (refused.get(kind) ?? 0) + 1)
      else if (r.kind === 'same') taken.add(kind)
      else if (r.kind === 'different') different.push(`${kernel}: ${describeEvent(event)}: ${typeof r.differences === 'string' ? r.differences : r.differences.map((d) => d.path).join()}`)
    }
    expect(different.slice(0, 5)).to.deep.equal([])
    // natural states take most kinds as well: the offers are no nonsense
    expect(taken.size).to.be.at.least(18)
    for (const kind of kinds) expect(refused.get(kind) ?? 0, kind).to.be.at.least(5)
  })
})
