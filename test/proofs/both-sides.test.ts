/** Each claim's verdict depends on the kernel: a kernel changed on purpose changes it. Otherwise the check could not fail. */
import { expect } from 'chai'
import type { Claim, Runs } from '../../proofs/claim.js'
import { and, is, task, type Bool } from '../../proofs/observe.js'
import { decide, Questions, type Verdict } from '../../proofs/decide.js'
import { claims } from '../../proofs/claims/index.js'
import { putOnce } from '../../proofs/oracle.js'
import { SolverPool } from '../../proofs/solvers/index.js'
import { readInvariants, recordedClauses } from '../../proofs/recorded.js'
import { clauses, type Clause } from '../../proofs/well-formed.js'
import { kernels, type Kernel, type Predicate, type Site } from '../../model/index.js'

const named = (name: string): Kernel => kernels.find((k) => k.name === name)!
const [v511, rfc, unguarded, v4] = [named('v5.11'), named('rfc-v2'), named('rfc-v2-unguarded'), named('v4-series')]
const withSite = (k: Kernel, site: Site, p: Predicate): Kernel => ({ ...k, sites: { ...k.sites, [site]: p } })
/** v5.11 with the change of 67ab51cbdfee (v6.13): the switch writes 0 for a native next, KPTI or not. */
const switchWritesZero: Kernel = { ...v511, tlsSwitchLeavesTpidrroToKpti: false }

interface Row { readonly claim: string, readonly kernel: Kernel, readonly verdict: Verdict, readonly changed: Kernel, readonly becomes: Verdict, readonly kept?: (all: readonly Clause[]) => readonly Clause[], readonly narrow?: (r: Runs) => Bool, readonly why: string }
/** PTRACE_GETREGSET of NT_PRSTATUS alone: the whole claim is a hard query where it fails. */
const getRegset = ({ first }: Runs): Bool => and(is(task(first.states[0]!, 'A').regs[0]!, 0x4204), is(task(first.states[0]!, 'A').regs[2]!, 1))

const rows: readonly Row[] = [
  { claim: 'sigreturn/state-lost', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'compat sigreturn: refuse unless', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the call is refused' },
  { claim: 'sigreturn/psr-aliases-pstate', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'valid_user_regs', 'is_compat_task'), becomes: 'fails', why: 'the frame is taken for an AArch32 one' },
  { claim: 'sigreturn/always-sigsegv', kernel: rfc, verdict: 'fails', changed: withSite(rfc, 'compat sigreturn: refuse unless', 'is_aarch32_compat_task'), becomes: 'holds', why: 'the call is refused' },
  { claim: 'sigreturn/explicit-check-same-result', kernel: v4, verdict: 'holds', changed: withSite(v4, 'compat sigreturn: refuse unless', 'always'), becomes: 'fails', why: 'v4 without its patch 7' },
  { claim: 'regset/wrong-layout-conversion', kernel: rfc, verdict: 'holds', changed: { ...rfc, nrCompatSyscalls: 26 }, becomes: 'vacuous', why: 'the compat table ends before ptrace' },
  { claim: 'regset/aarch32-view-only-for-compat-tracer', kernel: v511, verdict: 'holds', changed: withSite(v511, 'task_user_regset_view: target', 'always'), becomes: 'fails', why: 'every target has an AArch32 view' },
  { claim: 'regset/same-as-aarch32-tracer', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'task_user_regset_view: current', 'is_aarch32_compat_task'), becomes: 'fails', narrow: getRegset, why: 'a fake tracer gets the native view' },
  { claim: 'regset/sanitised-as-in-sigreturn', kernel: rfc, verdict: 'holds', changed: { ...rfc, aarch64Res0: 0xffffffff00000000n }, becomes: 'fails', why: 'nothing in the low word is masked' },
  { claim: 'tls/set-clobbers-tpidrro', kernel: rfc, verdict: 'fails', changed: withSite(rfc, 'do_ni_syscall', 'is_compat_task'), becomes: 'holds', why: 'set_tls is reached' },
  { claim: 'tls/kpti-clobbers-tpidrro', kernel: v511, verdict: 'holds', changed: switchWritesZero, becomes: 'fails', kept: (all) => all, why: 'there is never another value than 0 to lose' },
  { claim: 'tls/flush-clobbers-tpidrro', kernel: unguarded, verdict: 'holds', changed: withSite(unguarded, 'tls_thread_flush', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the guard is back' },
  { claim: 'tls/writes-guarded', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'tls_thread_switch', 'is_compat_task'), becomes: 'fails', why: 'the switch is not guarded' },
  { claim: 'tls/set-tls-unreachable', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'do_ni_syscall', 'is_compat_task'), becomes: 'fails', why: 'the call is not guarded' },
  { claim: 'dispatch/more-mismatches-exist', kernel: rfc, verdict: 'holds', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'top/no-broken-behaviour', kernel: v511, verdict: 'fails', changed: switchWritesZero, becomes: 'holds', kept: (all) => all, why: 'no 32-bit TLS is left for a 64-bit task' },
]

/** tpidrro-zero holds on a kernel whose switch writes 0; the other clauses that v5.11 breaks stay out. */
const withTpidrroZero = (k: Kernel): readonly Clause[] => clauses.filter((c) => c.name === 'tpidrro-zero' || (recordedClauses(k, readInvariants()) ?? []).includes(c))

describe('both sides of every claim', () => {
  const pool = new SolverPool()
  const oracle = putOnce(pool)
  after(() => pool.close())

  it('has a row for every claim', () => {
    expect(rows.map((r) => r.claim)).to.deep.equal(claims.map((c) => c.id))
  })
  for (const r of rows) {
    it(`${r.claim}: ${r.verdict} on ${r.kernel.name}, ${r.becomes} where ${r.why}`, async () => {
      const claim = claims.find((c) => c.id === r.claim)!
      const narrowed: Claim = r.narrow === undefined ? claim : { ...claim, shapes: claim.shapes.map((s) => ({ ...s, situation: (runs) => and(s.situation(runs), r.narrow!(runs)) })) }
      const recorded = (k: Kernel) => (): readonly Clause[] => recordedClauses(k, readInvariants())!
      const verdict = async (k: Kernel, kept: () => readonly Clause[]): Promise<Verdict> => (await decide(narrowed, k, 'any', oracle, new Questions(kept), { kept })).verdict
      expect(await verdict(r.kernel, recorded(r.kernel))).to.equal(r.verdict)
      expect(await verdict(r.changed, r.kept === undefined ? recorded(r.kernel) : () => withTpidrroZero(r.kernel))).to.equal(r.becomes)
    })
  }
})
