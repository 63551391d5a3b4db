/** When events are possible, where the simulator's corpora have no case of it: docs/events.md. */
import { expect } from 'chai'
import { initialState, place, table, type State } from '../../trace/state.js'
import { config, possible } from './help.js'

describe('possible events', () => {
  it('an asynchronous tag fault needs MTE on the CPU and in the kernel (v5.10; v5.4 has none)', () => {
    for (const kind of ['svc', 'irq'] as const) {
      const can = (k: string, mte: boolean, fault: boolean): boolean =>
        possible(k, config({ mte }), initialState([64], config({ mte })), { kind, task: 'A', ...kind === 'svc' ? { imm: 0n } : {}, upper: 0n, mte_async_fault: fault } as never)
      expect([can('v5.11', true, true), can('v5.11', false, true), can('v5.11', false, false), can('v5.4', true, true), can('v5.4', true, false)], kind).to.deep.equal([true, false, true, false, true])
    }
  })
  it('no task is switched to itself; the next one is at a preemption point and not stopped', () => {
    const ready = (change: (s: State) => void = () => undefined): State => {
      const s = initialState([64, 64], config())
      for (const t of s.tasks) t.at = place.returning
      change(s)
      return s
    }
    const can = (s: State, to: 'A' | 'B'): boolean => possible('v5.11', config(), s, { kind: 'switch', from: 'A', to })
    expect([can(ready(), 'B'), can(ready(), 'A')]).to.deep.equal([true, false])
    expect([can(ready((s) => { s.tasks[1]!.at = place.el0 }), 'B'), can(ready((s) => { s.tasks[1]!.stopped = true }), 'B'), can(ready((s) => { s.tasks[0]!.at = place.el0 }), 'B'), can(ready((s) => { s.cpus[0]!.current = 1n }), 'B')]).to.deep.equal([false, false, false, false])
  })
  it('a call leaves one of three restart functions behind', () => {
    const s = initialState([64], config())
    Object.assign(s.tasks[0]!, { at: place.entered, table: table.native, syscallno: 63n })
    expect([0n, 1n, 2n, 3n, 4n, 255n].map((restart) => possible('v5.11', config(), s, { kind: 'handler', task: 'A', call: 'other', result: (1n << 64n) - 516n, restart }))).to.deep.equal([true, true, true, false, false, false])
  })
  it('a 32-bit task has an even pc in Thumb state, one on a word in ARM state', () => {
    const can = (pstate: bigint, pc: bigint): boolean => possible('v5.11', config(), initialState([32], config()), { kind: 'user', task: 'A', set: { pstate, pc } })
    expect([0n, 1n, 2n, 3n].map((low) => can(0x10n, 0x1000n + low))).to.deep.equal([true, false, false, false])
    expect([0n, 1n, 2n, 3n].map((low) => can(0x30n, 0x1000n + low))).to.deep.equal([true, false, true, false])
    expect(possible('v5.11', config(), initialState([64], config()), { kind: 'user', task: 'A', set: { pc: 0x1003n } })).to.equal(true)
  })
})
