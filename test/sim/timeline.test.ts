/** Walking a run: backwards is exact, a changed past forgets the future. */
import { expect } from 'chai'
import { NotEnabled, Timeline, replay } from '../../sim/index.js'
import type { Event } from '../../trace/events.js'
import { config, leave, machine, svc } from './help.js'

const events: Event[] = [
  { kind: 'user', task: 'A', set: { 'regs[8]': 63n, 'frame.words[3]': 7n } }, svc(),
  { kind: 'handler', task: 'A', call: 'other', result: 5n, restart: 0n }, leave, { kind: 'eret', task: 'A' },
]

describe('timeline', () => {
  it('goes forwards and backwards over the same states', () => {
    const line = new Timeline('v5.11', config(), machine(64), [...events])
    const seen = [structuredClone(line.state)]
    while (line.forward()) seen.push(structuredClone(line.state))
    expect(seen).to.have.length(events.length + 1)
    while (line.position > 0) {
      expect(line.state).to.deep.equal(seen[line.position])
      line.back()
    }
    expect(line.state).to.deep.equal(seen[0])
    expect([line.back(), line.changes(1).map((d) => d.path)]).to.deep.equal([false, ['tasks[0].pc', 'tasks[0].syscallno', 'tasks[0].at', 'tasks[0].table', 'tasks[0].audit_arch']])
    expect(replay(line.trace())).to.deep.equal({ ok: true })
  })
  it('does a new event in the past, or refuses it and stays', () => {
    const line = new Timeline('v5.11', config(), machine(64), [...events])
    line.go(1)
    expect(() => line.do(leave)).to.throw(NotEnabled)
    expect([line.position, line.events.length]).to.deep.equal([1, 5])
    line.do({ kind: 'irq', task: 'A', upper: 0n, mte_async_fault: false })
    expect([line.position, line.events.length, line.state.tasks[0]!.at]).to.deep.equal([2, 2, 4n])
  })
  it('states share what no event has touched', () => {
    const line = new Timeline('v5.11', config(), machine(64, 64), [...events])
    line.go(5)
    expect(line.stateAfter(5).tasks[0]!.frame.words).to.equal(line.stateAfter(1).tasks[0]!.frame.words)
    expect(line.stateAfter(5).tasks[1]).to.equal(line.stateAfter(0).tasks[1])
  })
})
