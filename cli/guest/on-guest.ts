/** The rung `real-kernel` of verdicts: every witness that user space can cause is run on a booted kernel of exactly its identifier. */
import { replayOnGuest, stopGuests, guestKernels } from '../../guest/index.js'
import { isReady } from '../../guest/kernels.js'
import { qemuVersion } from '../../guest/machine.js'
import { guestRequired } from '../../guest/ready.js'
import { recordedRungs, rungOf, type Outcome } from '../../guest/replay/recorded.js'
import { witnessHash } from '../../guest/replay/witness.js'
import type { Result } from '../../proofs/check.js'
import { UsageError } from '../../trace/errors.js'
import { fullKernelId } from '../../trace/kernel-id.js'
import type { Trace } from '../../trace/trace.js'
import { progressLine } from '../progress.js'

export interface OnGuest { readonly results: Result[], readonly outcomes: ReadonlyMap<string, Outcome>, readonly recorded: number }

/** Boots what is built or fetched. A witness whose kernel cannot be booted here has the outcome that is recorded of it, if one is. */
export async function onRealKernels(found: readonly Result[]): Promise<OnGuest> {
  const outcomes = new Map<string, Outcome>()
  const { witnesses } = recordedRungs()
  const line = progressLine('on the real kernel')
  let recorded = 0
  // warm guests are kept for one kernel at a time
  const order = [...found].sort((a, b) => a.kernel.id < b.kernel.id ? -1 : a.kernel.id > b.kernel.id ? 1 : 0)
  const total = order.reduce((n, r) => n + r.decision.traces.length, 0)
  let done = 0
  let kernel = ''
  for (const r of order) {
    if (r.kernel.id !== kernel) await stopGuests()
    kernel = r.kernel.id
    for (const trace of r.decision.traces) {
      line.at(done++, total)
      const hash = witnessHash(trace)
      if (outcomes.has(hash)) continue
      const known = witnesses[hash]
      if (known !== undefined && !await bootable(trace)) {
        if (guestRequired() && known.outcome !== 'not climbed' && buildable(trace)) throw new UsageError('E_NO_GUEST', `ARM64_COMPAT_REQUIRE_GUEST=1, but ${fullKernelId(trace.kernel)} cannot be booted here (arm64-compat guest build, guest fetch)`)
        outcomes.set(hash, known)
        recorded++
      } else outcomes.set(hash, await replayOnGuest(trace))
    }
  }
  await stopGuests()
  line.end()
  return { results: found.map((r) => withRung(r, outcomes)), outcomes, recorded }
}

/** Debian's own kernels come and go with its suites. */
const buildable = (trace: Trace): boolean => guestKernels().some((k) => k.id === fullKernelId(trace.kernel) && 'built' in k.from)

async function bootable(trace: Trace): Promise<boolean> {
  const kernel = guestKernels().find((k) => k.id === fullKernelId(trace.kernel))
  return qemuVersion() !== '' && kernel !== undefined && await isReady(kernel)
}

function withRung(r: Result, outcomes: ReadonlyMap<string, Outcome>): Result {
  const seen = r.decision.traces.map((t) => outcomes.get(witnessHash(t))!)
  const differences = seen.flatMap((o) => o.outcome === 'failed' ? o.differences.map((d) => `${r.claim.id} on ${r.kernel.name} (${r.userspace}): the real kernel does not reproduce it: ${d}`) : [])
  return { ...r, evidence: { ...r.evidence, 'real-kernel': r.verdict === 'unknown' ? 'not climbed: unknown' : rungOf(seen) }, contradictions: [...r.contradictions, ...differences] }
}
