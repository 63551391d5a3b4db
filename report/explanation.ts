/** What explain found, as data; who is right where, in sentences. */
import { fresh, type Kernel, type Predicate } from '../model/index.js'
import { bvVar } from '../model/terms/build.js'
import type { Claim, Userspace } from '../proofs/claim.js'
import type { ContractClause } from '../proofs/contract.js'
import type { Decision, Verdict } from '../proofs/decide.js'
import { decisive, type AxisDependence, type Matters, type SiteDifference } from '../proofs/explain.js'
import { taskSpec } from '../trace/state.js'

/** A run that is shown. */
export interface Told {
  readonly decision: Decision
  /** of each trace: reproduced, or why there was nothing to replay it on */
  readonly replays: readonly ({ readonly ok: true } | { readonly ok: undefined, readonly reason: string })[]
  readonly axes: readonly AxisDependence[]
  /** which inputs may not have any value */
  readonly matters: Matters
}
export interface Explanation {
  readonly claim: Claim
  /** the sentence it answers, and those that answer it */
  readonly answers: Claim | undefined
  readonly answeredBy: readonly Claim[]
  readonly kernels: readonly Kernel[]
  readonly userspaces: readonly Userspace[]
  readonly decisions: readonly Decision[]
  readonly told: Told | undefined
  /** by kernel: clauses of the contract that change the verdict */
  readonly clauses: ReadonlyMap<Kernel, readonly { clause: ContractClause, alone: boolean, needed: boolean }[]>
  /** by kernel: sites that decide between it and the kernel of the told run */
  readonly sites: ReadonlyMap<Kernel, readonly SiteDifference[]>
}

export const decisionOf = (decisions: readonly Decision[], kernel: Kernel, userspace: Userspace): Decision | undefined =>
  decisions.find((d) => d.kernel === kernel && d.userspace === userspace)

export const userspaceWords: Readonly<Record<Userspace, string>> = { any: 'any program', contract: "author's contract" }

/** The run to show: a witness of the claim's decisive query under any userspace, on a variant rather than on the control, from exec if there is one. */
export function mostTelling(decisions: readonly Decision[], control: Kernel): Decision | undefined {
  const rank = (d: Decision): number => (decisive(d) ? 0 : 100) + (d.userspace === 'any' ? 0 : 10) + (d.kernel === control ? 5 : 0) + (d.traces.some((t) => t.start === 'assumed') ? 1 : 0)
  return decisions.filter((d) => d.traces.length > 0).map((d, i) => ({ d, i })).sort((a, b) => rank(a.d) - rank(b.d) || a.i - b.i)[0]?.d
}

/** No SVC of a 64-bit task is a 32-bit call on it. */
const withoutFakeCalls = (k: Kernel): boolean => k.doEl0Svc(fresh(taskSpec, ''), bvVar(16, 'imm')).fake.op === 'false'

const person = (c: Claim): string => c.whose === 'project' ? 'the condition' : `the ${c.whose}`
function meaning(c: Claim, v: Verdict): string {
  const who = person(c)
  const right = c.whose === 'project' ? `${who} is kept` : `${who} is right`
  const wrong = c.whose === 'project' ? `${who} is broken` : `${who} is not right`
  if (v === 'vacuous') return 'the situation does not occur'
  if (v === 'unknown') return 'not decided'
  if (c.conditions !== undefined) return v === 'holds' ? `${right}: every condition holds that the kernel can reach` : `${wrong}: some condition fails`
  if (c.quantifier === 'forall') return v === 'holds' ? `${right}: the situation occurs, and no run of it is otherwise` : `${wrong}: there is a run that is otherwise`
  return v === 'holds' ? `${right}: there is such a run` : `${wrong}: the situation occurs, but there is no such run`
}

/** `is_compat_task (TIF_32BIT or compat_call)`. */
function asked(k: Kernel, p: Predicate): string {
  const t = k.predicates[p](fresh(taskSpec, ''))
  const bits = t.op === 'var' ? [t.name] : t.op === 'or' && t.args.every((a) => a.op === 'var') ? t.args.map((a) => a.op === 'var' ? a.name : '') : []
  return bits.length === 0 ? p : `${p} (${bits.join(' or ')})`
}

/** Kernels with the same verdicts for the same reasons, and the sentences about them. */
export function whoIsRight(e: Explanation): { kernels: readonly Kernel[], sentences: readonly string[] }[] {
  const groups = new Map<string, { kernels: Kernel[], sentences: readonly string[] }>()
  for (const k of e.kernels) {
    const sentences = about(e, k)
    const key = sentences.join('\n')
    const group = groups.get(key) ?? { kernels: [], sentences }
    group.kernels.push(k)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function about(e: Explanation, k: Kernel): string[] {
  const any = decisionOf(e.decisions, k, 'any')
  const contract = decisionOf(e.decisions, k, 'contract')
  const first = any ?? contract
  if (first === undefined) return []
  const out: string[] = []
  const same = any !== undefined && contract?.verdict === any.verdict
  const lead = contract === undefined ? 'Any program' : any === undefined ? 'With the contract' : same ? 'With and without the contract' : 'Any program'
  out.push(`${lead}: ${meaning(e.claim, first.verdict)}.`)
  if (first.verdict === 'vacuous' && withoutFakeCalls(k)) out.push('No SVC of a 64-bit task is a 32-bit call there.')
  if (first.reason !== undefined) out.push(`(${first.reason})`)
  const sites = e.sites.get(k) ?? []
  const told = e.told?.decision
  if (told !== undefined && sites.length > 0) {
    const list = sites.map((s) => `\`${s.site}\` asks ${asked(k, s.there)}, on ${told.kernel.name} ${asked(told.kernel, s.here)}`).join('; ')
    out.push(`What decides: ${list}. With ${sites.length === 1 ? 'that answer' : 'any one of these answers'} the run below, on ${told.kernel.name}, would end otherwise.`)
  }
  if (any !== undefined && contract !== undefined && !same) {
    out.push(`With the contract: ${meaning(e.claim, contract.verdict)}.`)
    for (const { clause, alone, needed } of e.clauses.get(k) ?? []) {
      out.push(`It is the clause ${clause.name}${alone ? '' : ', with the others,'} that changes it${needed ? '' : ' (another does, too)'}: "${clause.sentence}"`)
    }
  }
  return out
}
