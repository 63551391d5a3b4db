/** A result as the JSON of `check` has it. */
import type { Result } from '../proofs/check.js'
import { toItf } from '../trace/itf.js'
import type { Trace } from '../trace/trace.js'

export const itfTraces = (traces: readonly Trace[]): object[] => traces.map((t) => toItf(t) as object)

export function resultJson(r: Result, traces: (t: readonly Trace[]) => object[]): object {
  const { decision: d } = r
  return {
    claim: r.claim.id, kernel: r.kernel.name, userspace: r.userspace, quantifier: d.quantifier,
    verdict: r.verdict, expected: r.expected,
    ...d.reason === undefined ? {} : { reason: d.reason },
    ...r.kernel.deduced.length === 0 ? {} : { restsOnDeducedFacts: r.kernel.deduced },
    ...d.conditions.length === 0 ? {} : { conditions: d.conditions.map((c) => ({ claim: c.claim.id, verdict: c.verdict })) },
    reach: r.reach,
    ...r.searched === undefined ? {} : { searched: r.searched },
    traces: traces(d.traces.map((t) => ({ ...t, ...d.irrelevant.length === 0 ? {} : { irrelevant: [...d.irrelevant] } }))),
    evidence: r.evidence,
    ...r.contradictions.length === 0 ? {} : { contradictions: r.contradictions },
    milliseconds: Math.round(d.milliseconds * 10) / 10,
  }
}
