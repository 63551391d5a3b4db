import { expect } from 'chai'
import { replayOnGuest, stopGuests } from '../../guest/index.js'
import { compileReproducer } from '../../guest/program.js'
import { guestOrSkip } from '../../guest/ready.js'
import { notCausable } from '../../guest/replay/causable.js'
import { reproducer } from '../../guest/reproducer/index.js'
import { have } from '../../guest/run.js'
import { UsageError } from '../../trace/errors.js'
import { traceOf } from './traces.js'

const rfc = 'rfc-v2@v6.12'

describe('replay on the real kernel', () => {
  it('says why a trace cannot be run', async () => {
    expect(await replayOnGuest({ ...traceOf(rfc, 'prstatus64', 1n), kernel: 'rfc-v2' })).to.deep.equal({ outcome: 'not climbed', reason: 'no guest kernel is rfc-v2@v5.11: base not available' })
    const t = traceOf(rfc, 'dispatch64', 0x2000n)
    expect(notCausable(t)).to.equal(undefined)
    expect(notCausable({ ...t, events: t.events.map((e) => e.kind === 'svc' ? { kind: 'irq', task: 'A', upper: 0n, mte_async_fault: true } : e) })).to.match(/MTE/)
    const inside = structuredClone(t)
    inside.states[0]!.tasks[0]!.compat_call = true
    expect(notCausable(inside)).to.match(/inside a compat call/)
    expect((await replayOnGuest(inside)).outcome).to.equal('not climbed')
  })

  it('reproduces what the simulator says, and finds what it does not say', async function () {
    if (!await guestOrSkip(rfc)) return this.skip()
    const tried: [string, bigint][] = [['sigreturn-fake', 0x20000000n], ['rt_sigreturn-fake', 0x60000010n], ['prstatus-fake', 0x200000n], ['dispatch-fake', 0xan], ['sigreturn64', 0x1n],
      ['rt_sigreturn32', 0x10n], ['signal64', 0x80000000n], ['signal32', 0x10n], ['switch', 0x123456789n], ['tls32', 0x11n], ['run32', 0x210n],
      ['stop64', 0x77n], ['stop32', 0x77n], ['stop-fake', 0x76n], ['stop-info64', 0x76n], ['stop-info32', 0x77n], ['seccomp64', 0x2000n], ['seccomp-fake', 0x2001n], ['clone-fake', 0x55n], ['get-fake', 0x10n], ['get64-by32', 0x10n]]
    for (const [probe, input] of tried) expect(await replayOnGuest(traceOf(rfc, probe, input)), `${probe} 0x${input.toString(16)}`).to.deep.equal({ outcome: 'climbed' })
    const wrong = traceOf(rfc, 'sigreturn-fake', 0n)
    wrong.states.at(-1)!.tasks[0]!.regs[1] = 0xbadn
    expect(await replayOnGuest(wrong)).to.deep.equal({ outcome: 'failed', differences: ['A.regs[1]: the trace has 0xbad, the guest 0xa1'] })
    const tls = traceOf(rfc, 'dispatch64', 0x2000n)
    tls.states.at(-1)!.cpus[0]!.TPIDRRO_EL0 = 5n
    expect(await replayOnGuest(tls)).to.deep.equal({ outcome: 'failed', differences: ['A reads TPIDRRO_EL0: the trace has 0x5, the guest 0x0'] })
    await stopGuests()
  })
})

describe('reproducer', () => {
  it('names what it shows, and refuses what it could not', () => {
    const source = reproducer({ ...traceOf(rfc, 'sigreturn-fake', 0x20000000n), claim: 'sigreturn/state-lost' })
    expect(source).to.contain('sigreturn/state-lost')
    expect(source).to.contain('put_svc(&A, 0x400000, 1, 0);')
    expect(source).to.match(/check\(&A, "A", SIGTRAP, .*\[33\] = 0x20000000/)
    const t = traceOf(rfc, 'sigreturn-fake', 0n)
    expect(() => reproducer({ ...t, events: [{ kind: 'user', task: 'A', set: { 'vregs[0]': 1n } }, ...t.events], states: [t.states[0]!, ...t.states] })).to.throw(UsageError, /vector registers/)
  })
  it('does not let text of a trace out of its comment', () => {
    expect(reproducer({ ...traceOf(rfc, 'dispatch64', 0x2000n), claim: 'x */ #error' })).to.not.contain('x */')
  })
  it('compiles without a warning', async function () {
    if (!await have('aarch64-linux-gnu-gcc')) return this.skip()
    for (const probe of ['sigreturn-fake', 'prstatus-fake', 'sigreturn64', 'signal64', 'signal32', 'exec-64-32', 'prstatus-by32', 'tls-by32', 'clone-fake', 'stop64']) expect((await compileReproducer(reproducer(traceOf(rfc, probe, 0x10n)))).length).to.be.greaterThan(10_000)
  })
})
