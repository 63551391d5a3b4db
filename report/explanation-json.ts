/** An explanation as JSON. */
import { toItf } from '../trace/itf.js'
import type { Claim } from '../proofs/claim.js'
import { whoIsRight, type Explanation } from './explanation.js'

const who = (c: Claim): object => ({ claim: c.id, whose: c.whose, sentence: c.sentence })

export function explanationJson(e: Explanation): object {
  const { told } = e
  return {
    format: 'arm64-compat/explain', version: 1,
    ...who(e.claim), source: e.claim.source, quantifier: e.claim.quantifier, inWords: e.claim.inWords,
    answers: e.answers === undefined ? null : who(e.answers), answeredBy: e.answeredBy.map(who),
    verdicts: e.decisions.map((d) => ({
      kernel: d.kernel.name, userspace: d.userspace, verdict: d.verdict, ...d.reason === undefined ? {} : { reason: d.reason },
      ...d.conditions.length === 0 ? {} : { conditions: d.conditions.map((c) => ({ claim: c.claim.id, verdict: c.verdict })) },
    })),
    whoIsRight: whoIsRight(e).map((g) => ({ kernels: g.kernels.map((k) => k.name), sentences: g.sentences })),
    clauses: [...e.clauses].filter(([, found]) => found.length > 0).map(([k, found]) => ({ kernel: k.name, clauses: found.map((f) => ({ name: f.clause.name, sentence: f.clause.sentence, alone: f.alone, needed: f.needed })) })),
    sites: [...e.sites].filter(([, found]) => found.length > 0).map(([k, sites]) => ({ kernel: k.name, sites })),
    run: told === undefined ? null : {
      claim: told.decision.claim.id, kernel: told.decision.kernel.name, userspace: told.decision.userspace, shape: told.decision.shape?.name ?? null,
      dependsOn: told.axes, matters: told.matters, irrelevant: told.decision.irrelevant,
      replayed: told.replays.map((r) => r.ok === true ? 'yes' : `no: ${r.reason}`),
      traces: told.decision.traces.map((t) => toItf(t)),
    },
  }
}
