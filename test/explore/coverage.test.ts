/** Every kind of event, every handler and every ptrace request is looked at. */
import { expect } from 'chai'
import { principles, type Probe } from '../../explore/index.js'
import { requestKinds } from '../../explore/requests.js'
import { allKernels } from '../../model/kernels/index.js'
import { everyEvent } from '../../proofs/system/events.js'
import type { Template } from '../../proofs/run.js'

/** Kind and what tells events of a kind apart, without who does it. */
const nameOf = (t: Template): string => [t.kind, ...t.kind === 'handler' ? [t.call, ...t.call === 'execve' ? [t.bits] : []] : t.kind === 'seccomp' ? [t.action] : t.kind === 'resume' ? [t.with ?? ''] : []].join(' ')
const scriptsOf = (p: Probe): readonly Template[] => [...p.script, ...p.second?.script ?? []]

/** How a tracer lets its tracee go on matters only for what it sets, which is free in every start state. */
const inStartStates = /^resume (cont|syscall|singlestep)$/

describe('explore: what is looked at', () => {
  for (const k of allKernels) {
    it(`${k.name}: every event of the system`, () => {
      const seen = new Set(principles.flatMap((p) => p.probes(k, allKernels)).flatMap(scriptsOf).map(nameOf))
      const not = everyEvent.map((e) => nameOf(e.template)).filter((n) => !seen.has(n) && !inStartStates.test(n) && !(n === 'module' && !k.flag.ofModule))
      expect(not).to.deep.equal([])
    })
  }
  it('every ptrace request where requests are compared, failed and undone', () => {
    const rfc = allKernels.find((k) => k.name === 'rfc-v2')!
    const events = (name: string): string => principles.find((p) => p.name === name)!.probes(rfc, allKernels).map((p) => p.event).join('\n')
    for (const r of requestKinds) {
      expect(events('failed-request')).to.contain(`${r.name} fails`)
      expect(events('fake-as-compat')).to.contain(r.name)
    }
  })
  it('principles ask about every kernel they can be asked of', () => {
    for (const p of principles) for (const k of allKernels) {
      const none = p.probes(k, allKernels).length === 0
      const series = k.id.includes('@')
      // a comparison with a base needs a base, one of fake calls needs fake calls
      expect(none, `${p.name} on ${k.name}`).to.equal(p.name === 'native-as-mainline' ? !series || none : p.name === 'fake-as-compat' ? none : false)
    }
  })
})
