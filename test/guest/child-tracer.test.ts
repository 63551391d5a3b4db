import { expect } from 'chai'
import { simulatorKernel } from '../../cli/guest/kernels.js'
import { replayOnGuest, stopGuests } from '../../guest/index.js'
import { guestOrSkip } from '../../guest/ready.js'
import { notCausable } from '../../guest/replay/causable.js'
import { childTracer } from '../../guest/replay/child-tracer.js'
import { reproducer } from '../../guest/reproducer/index.js'
import { simulateWith } from '../../sim/index.js'
import { UsageError } from '../../trace/errors.js'
import type { Event } from '../../trace/events.js'
import { initialState, view } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'
import { config } from './traces.js'

const kernel = 'rfc-v2@v6.12'
const svc = (task: 'A' | 'C', imm: bigint): Event => ({ kind: 'svc', task, imm, upper: 0n, mte_async_fault: false })
const events: Event[] = [
  { kind: 'irq', task: 'A', upper: 0n, mte_async_fault: false }, { kind: 'switch', from: 'A', to: 'B' }, { kind: 'stop', task: 'B' }, { kind: 'switch', from: 'B', to: 'A' }, { kind: 'eret', task: 'A' },
  { kind: 'user', task: 'A', set: { 'regs[7]': 120n, 'buf.hi': 0x140n, 'buf.words[1]': 1n } }, svc('A', 1n), { kind: 'handler', task: 'A', call: 'clone', child: 'C' }, { kind: 'switch', from: 'A', to: 'C' },
  { kind: 'eret', task: 'C' }, { kind: 'user', task: 'C', set: { 'regs[0]': 0x4204n, 'regs[8]': 117n } }, svc('C', 0n), { kind: 'handler', task: 'C', call: 'ptrace', target: 'B' },
]

function trace(): Trace {
  const states = [initialState([64, 64, 0], config)]
  for (const e of events) states.push(simulateWith(simulatorKernel(kernel), config, states.at(-1)!, e))
  return { kernel, config, start: 'exec', states, events }
}

describe('a new child as tracer', () => {
  it('is caused where parent and tracee leave it alone, and not otherwise', () => {
    const t = trace()
    expect(childTracer(t)).to.deep.equal({ parent: 'A', child: 'C', tracee: 'B' })
    expect(notCausable(t)).to.equal(undefined)
    expect(notCausable({ ...t, events: [...events, { kind: 'leave', task: 'C' }], states: [...t.states, t.states.at(-1)!] })).to.match(/traces nobody/)
    expect(() => reproducer(t)).to.throw(UsageError, /new child/)
  })
  it('has the view that the trace says on the real kernel', async function () {
    if (!await guestOrSkip(kernel)) return this.skip()
    this.timeout(300_000)
    const t = trace()
    expect(t.states.at(-1)!.tasks[2]!.view).to.equal(view.aarch32)
    expect(await replayOnGuest(t)).to.deep.equal({ outcome: 'climbed' })
    const native = structuredClone(t)
    native.states.at(-1)!.tasks[2]!.view = view.aarch64
    expect(await replayOnGuest(native)).to.deep.equal({ outcome: 'failed', differences: ['C.view: the trace has aarch64, the guest aarch32'] })
    const other = structuredClone(t)
    other.states.at(-1)!.tasks[1]!.regs[5] = 7n
    expect(await replayOnGuest(other)).to.deep.equal({ outcome: 'failed', differences: ['B.regs[5]: the trace has 0x7, the guest 0x0'] })
    await stopGuests()
  })
})
