/** Runs probes' vectors on a guest, in batches. */
import type { Script } from './protocol.js'
import type { FakeCall, Observed, Probe } from './probes/index.js'
import type { Guest } from './qemu.js'

const batch = 1024

async function runBatch(guest: Guest, probe: Probe, inputs: readonly bigint[], how: FakeCall): Promise<Observed[]> {
  const scripts: Script[] = inputs.map((v) => probe.script(v, how))
  const [, ...records] = await guest.run([probe.prepare(how), ...scripts], probe.where)
  return records.map((r, i) => probe.observe(scripts[i]!.results(r)))
}

/** One observation an input, in order. Every batch starts with fresh tasks. */
export async function onGuest(guest: Guest, probe: Probe, inputs: readonly bigint[], how: FakeCall): Promise<Observed[]> {
  const out: Observed[] = []
  for (let at = 0; at < inputs.length; at += batch) out.push(...await runBatch(guest, probe, inputs.slice(at, at + batch), how))
  return out
}

export interface Seen { readonly probe: Probe, readonly inputs: readonly bigint[], readonly observed: readonly Observed[] }

/** The same for many probes. While the caller looks at one batch, the guest runs the next. */
export async function* batchesOnGuest(guest: Guest, work: readonly { readonly probe: Probe, readonly inputs: readonly bigint[] }[], how: FakeCall): AsyncGenerator<Seen> {
  const jobs = work.flatMap(({ probe, inputs }) => Array.from({ length: Math.ceil(inputs.length / batch) }, (_, i) => ({ probe, inputs: inputs.slice(i * batch, (i + 1) * batch) })))
  let next = jobs.length > 0 ? runBatch(guest, jobs[0]!.probe, jobs[0]!.inputs, how) : undefined
  for (const [i, job] of jobs.entries()) {
    const observed = await next!
    const following = jobs[i + 1]
    next = following === undefined ? undefined : runBatch(guest, following.probe, following.inputs, how)
    // a failure is reported when its turn comes
    next?.catch(() => undefined)
    yield { ...job, observed }
  }
}
