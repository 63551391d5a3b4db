import { expect } from 'chai'
import { replayOnGuest, stopGuests } from '../../guest/index.js'
import { compileReproducer } from '../../guest/program.js'
import { guestOrSkip } from '../../guest/ready.js'
import { reproducer } from '../../guest/reproducer/index.js'
import { have } from '../../guest/run.js'
import { simulatorKernel } from '../../cli/guest/kernels.js'
import { simulateWith } from '../../sim/index.js'
import type { Event } from '../../trace/events.js'
import { defaultConfig, initialState, type Config } from '../../trace/state.js'
import type { Trace } from '../../trace/trace.js'

const kernel = 'v6.12'

function run(config: Partial<Config>, ...events: Event[]): Trace {
  const all: Config = { ...defaultConfig, mixed_endian_el0: true, ...config }
  const states = [initialState([64], all)]
  for (const e of events) states.push(simulateWith(simulatorKernel(kernel), all, states.at(-1)!, e))
  return { kernel, config: all, start: 'exec', states, events }
}

const task = 'A'
const user = (set: Record<string, bigint>): Event => ({ kind: 'user', task, set })
const svc: Event = { kind: 'svc', task, imm: 0n, upper: 0n, mte_async_fault: false }
const other = (result: bigint): Event => ({ kind: 'handler', task, call: 'other', result: BigInt.asUintN(64, result), restart: 0n })
const [leave, eret, die, restart]: Event[] = [{ kind: 'leave', task }, { kind: 'eret', task }, { kind: 'die', task }, { kind: 'restart', task }] as const satisfies Event[]
const hup: Event = { kind: 'signal', task, signo: 1n, handler: 0x400100n, flags: 0n, restorer: 0n, sigtramp: 0n }


const traces: readonly (readonly [string, Trace])[] = [
  ['a restart', run({}, svc, other(-512n), leave!, restart!, eret!, svc)],
  ['a restart block', run({}, user({ 'regs[8]': 3n }), svc, other(-516n), leave!, restart!, eret!, svc)],
  ['mmap where the kernel has one choice', run({}, user({ 'regs[1]': 0x1000n, 'regs[3]': 0x22n, 'regs[4]': 0xffffffffffffffffn, 'regs[8]': 222n }), svc, { kind: 'handler', task, call: 'mmap', result: 0x12345000n }, leave!, eret!)],
  ['the core of a task that a filter kills', run({}, user({ 'regs[5]': 5n, 'regs[8]': 63n }), svc, { kind: 'seccomp', task, action: 'kill', data: 0n }, leave!, die!)],
  ['a signal after a call that is not modelled', run({}, user({ 'regs[8]': 63n, 'frame.base': 0x7fffffdda0n, 'frame.hi': 0x480n }), svc, other(-514n), leave!, hup)],
]
const asynchronous = run({ mte: true }, user({ 'frame.base': 0x7fffffdda0n, 'frame.hi': 0x480n, 'regs[16]': 0x123456789abcdef0n }), { ...svc, mte_async_fault: true } as Event, { kind: 'signal', task, signo: 11n, handler: 0x400100n, flags: 0n, restorer: 0n, sigtramp: 0n }, eret!)

/** The same, with another value at the end. */
function wrong(t: Trace): Trace {
  const states = structuredClone(t.states)
  const last = states.at(-1)!.tasks[0]!
  last.regs[0] = last.regs[0]! ^ 0x1000n
  last.regs[5] = last.regs[5]! ^ 1n
  last.core_psr = last.core_psr ^ 1n << 28n
  return { ...t, states }
}

describe('replay of calls, restarts and deaths on the real kernel', () => {
  for (const [name, trace] of [...traces, ['an asynchronous MTE fault', asynchronous] as const]) {
    it(`${name} reproduces; something else at its end does not`, async function () {
      if (!await guestOrSkip(kernel)) return this.skip()
      expect(await replayOnGuest(trace)).to.deep.equal({ outcome: 'climbed' })
      expect((await replayOnGuest(wrong(trace))).outcome).to.equal('failed')
      await stopGuests()
    })
  }
  it('their reproducers compile without a warning', async function () {
    if (!await have('aarch64-linux-gnu-gcc')) return this.skip()
    for (const [, trace] of traces.slice(0, 4)) expect((await compileReproducer(reproducer(trace))).length).to.be.greaterThan(10_000)
  })
})
