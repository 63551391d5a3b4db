/** Runs a probe's vectors on a guest, in batches. */
import type { Script } from './protocol.js'
import type { FakeCall, Observed, Probe } from './probes/index.js'
import type { Guest } from './qemu.js'

const batch = 2048

/** One observation an input, in order. Every batch starts with fresh tasks. */
export async function onGuest(guest: Guest, probe: Probe, inputs: readonly bigint[], how: FakeCall): Promise<Observed[]> {
  const out: Observed[] = []
  for (let at = 0; at < inputs.length; at += batch) {
    const scripts: Script[] = inputs.slice(at, at + batch).map((v) => probe.script(v, how))
    const [, ...records] = await guest.run([probe.prepare(how), ...scripts], probe.where)
    records.forEach((r, i) => out.push(probe.observe(scripts[i]!.results(r))))
  }
  return out
}
