import { guestKernels, type GuestKernel } from '../../guest/index.js'
import { isReady, obtain } from '../../guest/kernels.js'
import { qemuVersion } from '../../guest/machine.js'
import { recordedRungs, writeRungs, type Rungs } from '../../guest/replay/recorded.js'
import { witnessHash } from '../../guest/replay/witness.js'
import { allKernels } from '../../model/kernels/index.js'
import { claims as allClaims } from '../../proofs/claims/index.js'
import { UsageError } from '../../trace/errors.js'
import { fullKernelId } from '../../trace/kernel-id.js'
import type { Status } from '../action.js'
import { results } from '../check-run.js'
import { onRealKernels } from './on-guest.js'

type Verdicts = Rungs['verdicts']
/** Some claims again: in their places, the others as they were. */
function inPlace(before: Verdicts, now: Verdicts): Verdicts {
  const again = new Map(now.map((v) => [`${v.claim} ${v.kernel} ${v.userspace}`, v]))
  const kept = before.map((v) => again.get(`${v.claim} ${v.kernel} ${v.userspace}`) ?? v)
  return [...kept, ...now.filter((v) => !kept.includes(v))]
}

/** Decides every claim for every kernel that can be booted here, replays the witnesses on it, and records what was seen. */
export async function recordRungs(ids: readonly string[]): Promise<Status> {
  if (qemuVersion() === '') throw new UsageError('E_NO_TOOL', 'qemu-system-aarch64 is not on the PATH; scripts/ci-guest.sh says what to install')
  const claims = ids.length > 0 ? ids : [...new Set(allClaims.flatMap((c) => [c, ...c.conditions ?? []]).map((c) => c.id))]
  const bootable: GuestKernel[] = []
  for (const k of guestKernels()) if (allKernels.some((m) => fullKernelId(m.id) === k.id) && await isReady(k)) bootable.push(k)
  if (bootable.length === 0) throw new UsageError('E_NO_GUEST_KERNEL', 'no kernel is built; arm64-compat guest build')
  const names = allKernels.filter((m) => bootable.some((k) => k.id === fullKernelId(m.id))).map((m) => m.name)
  const found = await results(claims, { kernel: names, solver: 'embedded', cache: true })
  const seen = await onRealKernels(found)
  const identities: Record<string, string> = {}
  for (const k of bootable) identities[k.id] = (await obtain(k, () => undefined)).identity
  const now = seen.results.map((r) => ({ claim: r.claim.id, kernel: fullKernelId(r.kernel.id), userspace: r.userspace, verdict: r.verdict, witnesses: r.decision.traces.map(witnessHash) }))
  const verdicts = ids.length === 0 ? now : inPlace(recordedRungs().verdicts, now)
  const outcomes = new Map([...Object.entries(recordedRungs().witnesses), ...seen.outcomes])
  const witnesses = Object.fromEntries([...new Set(verdicts.flatMap((v) => v.witnesses))].map((h) => [h, outcomes.get(h)!]))
  writeRungs({ format: 'arm64-compat/rungs', version: 1, qemu: qemuVersion(), kernels: identities, verdicts, witnesses })
  const rungs = seen.results.map((r) => r.evidence['real-kernel'])
  process.stdout.write(`${seen.results.length} verdicts on ${names.join(', ')}: ${rungs.filter((x) => x === 'climbed').length} climbed, ${rungs.filter((x) => x === 'failed').length} failed, ${rungs.filter((x) => x.startsWith('not')).length} not climbed\n`)
  for (const c of new Set(seen.results.flatMap((r) => r.contradictions))) process.stdout.write(`  ${c}\n`)
  return rungs.includes('failed') ? 4 : 0
}
