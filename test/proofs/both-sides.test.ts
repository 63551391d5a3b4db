/** Each claim's verdict depends on the kernel: a kernel changed on purpose changes it. Otherwise the check could not fail. */
import { expect } from 'chai'
import type { Claim, Runs } from '../../proofs/claim.js'
import { and, bit, bv, bvadd, is, lower32, task, type Bool } from '../../proofs/observe.js'
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

const flag = (k: Kernel, change: Partial<Kernel['flag']>): Kernel => ({ ...k, flag: { ...k.flag, ...change } })
const before = (_bits: 64 | 32, was: Bool): Bool => was

interface Row { readonly claim: string, readonly kernel: Kernel, readonly verdict: Verdict, readonly changed: Kernel, readonly becomes: Verdict, readonly kept?: (all: readonly Clause[]) => readonly Clause[], readonly narrow?: (r: Runs) => Bool, readonly why: string }
/** The AArch32 view is not a fake tracer's. */
const nativeViewForFake = (k: Kernel): Kernel => withSite(k, 'task_user_regset_view: current', 'is_aarch32_compat_task')
/** A 32-bit image starts with the shadow that its TLS register has. */
const cleanTls: Kernel = withSite(switchWritesZero, 'tls_thread_flush', 'always')
/** PTRACE_GETREGSET of NT_PRSTATUS alone: the whole claim is a hard query where it fails. */
const getRegset = ({ first }: Runs): Bool => and(is(task(first.states[0]!, 'A').regs[0]!, 0x4204), is(task(first.states[0]!, 'A').regs[2]!, 1))

const rows: readonly Row[] = [
  { claim: 'sigreturn/state-lost', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'compat sigreturn: refuse unless', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the call is refused' },
  { claim: 'sigreturn/psr-aliases-pstate', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'valid_user_regs', 'is_compat_task'), becomes: 'fails', why: 'the frame is taken for an AArch32 one' },
  { claim: 'sigreturn/always-sigsegv', kernel: rfc, verdict: 'fails', changed: withSite(rfc, 'compat sigreturn: refuse unless', 'is_aarch32_compat_task'), becomes: 'holds', why: 'the call is refused' },
  { claim: 'sigreturn/explicit-check-same-result', kernel: v4, verdict: 'holds', changed: withSite(v4, 'compat sigreturn: refuse unless', 'always'), becomes: 'fails', why: 'v4 without its patch 7' },
  { claim: 'sigreturn/refused', kernel: v4, verdict: 'holds', changed: withSite(v4, 'compat sigreturn: refuse unless', 'always'), becomes: 'fails', why: 'v4 is without its patch 7' },
  { claim: 'regset/wrong-layout-conversion', kernel: rfc, verdict: 'holds', changed: { ...rfc, nrCompatSyscalls: 26 }, becomes: 'vacuous', why: 'the compat table ends before ptrace' },
  { claim: 'regset/aarch32-view-only-for-compat-tracer', kernel: v511, verdict: 'holds', changed: withSite(v511, 'task_user_regset_view: target', 'always'), becomes: 'fails', why: 'every target has an AArch32 view' },
  { claim: 'regset/same-as-aarch32-tracer', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'task_user_regset_view: current', 'is_aarch32_compat_task'), becomes: 'fails', narrow: getRegset, why: 'a fake tracer gets the native view' },
  { claim: 'regset/sanitised-as-in-sigreturn', kernel: rfc, verdict: 'holds', changed: { ...rfc, aarch64Res0: 0xffffffff00000000n }, becomes: 'fails', why: 'nothing in the low word is masked' },
  { claim: 'regset/registers-arrive-whole', kernel: rfc, verdict: 'fails', changed: nativeViewForFake(rfc), becomes: 'holds', why: 'a fake tracer gets the native view' },
  { claim: 'regset/no-tls-in-aarch32-view', kernel: rfc, verdict: 'holds', changed: nativeViewForFake(rfc), becomes: 'fails', why: 'a fake tracer gets the native view, with its TLS' },
  { claim: 'regset/thread-area-is-tpidr', kernel: rfc, verdict: 'holds', changed: { ...rfc, nrCompatSyscalls: 26 }, becomes: 'vacuous', why: 'the compat table ends before ptrace' },
  { claim: 'regset/stop-register', kernel: v4, verdict: 'holds', changed: withSite(v4, 'tracehook_report_syscall', 'in_compat_syscall'), becomes: 'fails', why: 'the stop asks for the kind of the call' },
  { claim: 'tls/set-clobbers-tpidrro', kernel: rfc, verdict: 'fails', changed: withSite(rfc, 'do_ni_syscall', 'is_compat_task'), becomes: 'holds', why: 'set_tls is reached' },
  { claim: 'tls/kpti-clobbers-tpidrro', kernel: v511, verdict: 'holds', changed: switchWritesZero, becomes: 'fails', kept: (all) => all, why: 'there is never another value than 0 to lose' },
  { claim: 'tls/flush-clobbers-tpidrro', kernel: unguarded, verdict: 'holds', changed: withSite(unguarded, 'tls_thread_flush', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the guard is back' },
  { claim: 'tls/writes-guarded', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'tls_thread_switch', 'is_compat_task'), becomes: 'fails', why: 'the switch is not guarded' },
  { claim: 'tls/set-tls-unreachable', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'do_ni_syscall', 'is_compat_task'), becomes: 'fails', why: 'the call is not guarded' },
  { claim: 'tls/accounting-unreliable', kernel: rfc, verdict: 'holds', changed: { ...rfc, tlsSwitchLeavesTpidrroToKpti: false }, becomes: 'fails', kept: (all) => all, why: 'the switch writes 0 for a 64-bit task' },
  { claim: 'tls/tpidr-kept-over-switch', kernel: rfc, verdict: 'holds', changed: { ...withSite(rfc, 'task_user_tls', 'never'), predicates: { ...rfc.predicates, never: (t) => bit(0, t.tp_value) } }, becomes: 'fails', why: 'the choice of the shadow looks at what is written there' },
  { claim: 'tls/tpidrro-kept-over-switch', kernel: v511, verdict: 'fails', changed: cleanTls, becomes: 'holds', kept: (all) => all, why: 'the switch writes 0, and exec clears the shadow' },
  { claim: 'tls/stale-shadow-after-exec', kernel: v511, verdict: 'holds', changed: withSite(v511, 'tls_thread_flush', 'always'), becomes: 'fails', why: 'exec clears the shadow of every task' },
  { claim: 'dispatch/more-mismatches-exist', kernel: rfc, verdict: 'holds', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'dispatch/implicit-assumptions', kernel: rfc, verdict: 'holds', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'dispatch/arguments-32-bit', kernel: v511, verdict: 'holds', changed: rfc, becomes: 'fails', why: '64-bit tasks make compat calls' },
  { claim: 'dispatch/wide-parameters', kernel: v511, verdict: 'holds', changed: rfc, becomes: 'fails', why: '64-bit tasks make compat calls' },
  { claim: 'dispatch/memory-below-4g', kernel: v4, verdict: 'holds', changed: withSite(v4, 'compat sigreturn: refuse unless', 'always'), becomes: 'fails', why: 'v4 is without its patch 7' },
  { claim: 'dispatch/result-32-bits', kernel: rfc, verdict: 'holds', changed: { ...rfc, truncatesResult: false }, becomes: 'fails', why: 'invoke_syscall does not truncate' },
  { claim: 'dispatch/same-handler-same-result', kernel: rfc, verdict: 'fails', changed: { ...rfc, truncatesResult: false }, becomes: 'holds', why: 'invoke_syscall does not truncate' },
  { claim: 'dispatch/both-kinds-mix', kernel: v4, verdict: 'holds', changed: flag(v4, { clearedByDispatcher: false }), becomes: 'fails', why: 'nobody clears the flag' },
  { claim: 'dispatch/entire-table', kernel: rfc, verdict: 'holds', changed: { ...rfc, nrCompatSyscalls: 400 }, becomes: 'fails', why: 'part of the table is kept back' },
  { claim: 'dispatch/outside-the-table', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'do_ni_syscall', 'is_compat_task'), becomes: 'fails', why: 'the ARM-private calls are reached' },
  { claim: 'dispatch/bit-31-enosys', kernel: v511, verdict: 'holds', changed: v4, becomes: 'vacuous', why: 'bit 31 makes a compat call' },
  { claim: 'dispatch/garbage-is-safe', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'valid_user_regs', 'is_compat_task'), becomes: 'fails', why: 'the frame is taken for an AArch32 one' },
  { claim: 'dispatch/flag-during-call', kernel: v4, verdict: 'holds', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'dispatch/flag-only-in-call', kernel: v511, verdict: 'holds', changed: v4, becomes: 'fails', why: 'a child inherits the flag' },
  { claim: 'dispatch/counter-access', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'erratum_1418040_thread_switch', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the switch asks for the width of the task' },
  { claim: 'dispatch/prctl-as-in-aarch32', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'set_tagged_addr_ctrl', 'is_aarch32_compat_task'), becomes: 'fails', why: 'prctl asks for the width of the task' },
  { claim: 'fork/flag-outlives-call', kernel: v4, verdict: 'holds', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'fork/childs-call-is-its-own', kernel: v511, verdict: 'holds', changed: v4, becomes: 'fails', why: 'a child inherits the flag' },
  { claim: 'exec/image-call-is-its-own', kernel: rfc, verdict: 'holds', changed: flag(rfc, { clearedByCommon: false, afterExec: before }), becomes: 'fails', why: 'neither exec nor the end of the call clears the flag' },
  { claim: 'exec/call-keeps-its-kind', kernel: rfc, verdict: 'fails', changed: flag(rfc, { afterExec: before }), becomes: 'holds', why: 'exec leaves the flag to the end of the call' },
  { claim: 'restart/same-call', kernel: rfc, verdict: 'holds', changed: { ...rfc, doEl0Svc: (t, imm) => ({ ...rfc.doEl0Svc(t, imm), scno: bvadd(lower32(t.regs[7]!), lower32(t.orig_x0)) }) }, becomes: 'fails', why: 'the number depends on the call before' },
  { claim: 'restart/block-as-compat', kernel: v4, verdict: 'fails', changed: { ...v4, restartSyscall: () => bv(64, 0x80000000) }, becomes: 'holds', why: 'the hunk of patch 8 under #ifdef COMPAT is alive' },
  { claim: 'restart/block-is-taken-up', kernel: v511, verdict: 'holds', changed: rfc, becomes: 'fails', why: 'the number of a fake call is in x7' },
  { claim: 'restart/eintr-width', kernel: rfc, verdict: 'fails', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'seccomp/arm-for-compat-calls', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'syscall_get_arch', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the architecture is that of the task' },
  { claim: 'seccomp/arm-only-for-compat-calls', kernel: v511, verdict: 'holds', changed: withSite(v511, 'syscall_get_arch', 'always'), becomes: 'fails', why: 'every call is one of AUDIT_ARCH_ARM' },
  { claim: 'seccomp/arch-of-the-table', kernel: v511, verdict: 'holds', changed: withSite(v511, 'syscall_get_arch', 'never'), becomes: 'fails', why: 'no call is one of AUDIT_ARCH_ARM' },
  { claim: 'seccomp/filter-as-in-aarch32', kernel: rfc, verdict: 'fails', changed: v511, becomes: 'vacuous', why: 'there are no fake calls' },
  { claim: 'seccomp/native-calls-bypass', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'syscall_get_arch', 'always'), becomes: 'fails', why: 'every call is one of AUDIT_ARCH_ARM' },
  { claim: 'seccomp/errno-width', kernel: v511, verdict: 'holds', changed: withSite(v511, 'syscall_set_return_value', 'always'), becomes: 'fails', why: 'every errno is cut' },
  { claim: 'seccomp/sigsys-arch', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'syscall_get_arch', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the architecture is that of the task' },
  { claim: 'seccomp/syscall-info-arch', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'syscall_get_arch', 'is_aarch32_compat_task'), becomes: 'fails', why: 'the architecture is that of the task' },
  { claim: 'seccomp/filter-sees-what-runs', kernel: v511, verdict: 'holds', changed: withSite(v511, 'syscall_get_arch', 'always'), becomes: 'fails', why: 'every call is one of AUDIT_ARCH_ARM' },
  { claim: 'mmap/compat-in-low-4g', kernel: v4, verdict: 'holds', changed: withSite(v4, 'arch_get_mmap_end', 'is_aarch32_compat_task'), becomes: 'fails', why: 'v4 is without its patch 5' },
  { claim: 'mmap/fixed-in-low-4g', kernel: rfc, verdict: 'holds', changed: { ...rfc, mapFixedWithinEnd: false }, becomes: 'fails', why: 'the allocator lets MAP_FIXED pass' },
  { claim: 'mmap/native-not-limited', kernel: rfc, verdict: 'holds', changed: withSite(rfc, 'arch_get_mmap_end', 'always'), becomes: 'fails', why: 'every mapping is limited' },
  { claim: 'mmap/child-not-limited', kernel: rfc, verdict: 'fails', changed: withSite(rfc, 'arch_get_mmap_end', 'is_aarch32_compat_task'), becomes: 'holds', why: 'the limit asks for the width of the task' },
  { claim: 'coredump/native-view', kernel: rfc, verdict: 'fails', changed: nativeViewForFake(rfc), becomes: 'holds', why: 'the view asks for the width of the task' },
  { claim: 'coredump/pstate-as-psr', kernel: rfc, verdict: 'holds', changed: nativeViewForFake(rfc), becomes: 'fails', why: 'the view asks for the width of the task' },
  { claim: 'top/no-broken-behaviour', kernel: v511, verdict: 'fails', changed: switchWritesZero, becomes: 'holds', kept: (all) => all, why: 'no 32-bit TLS is left for a 64-bit task' },
]

/** tpidrro-zero holds on a kernel whose switch writes 0, tpidrro-is-shadow where exec clears the shadow, too; the other clauses that v5.11 breaks stay out. */
const withTpidrroZero = (k: Kernel, changed: Kernel): readonly Clause[] => clauses.filter((c) => c.name === 'tpidrro-zero' || (changed === cleanTls && c.name === 'tpidrro-is-shadow') || (recordedClauses(k, readInvariants()) ?? []).includes(c))

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
      const verdict = async (k: Kernel, kept: () => readonly Clause[]): Promise<Verdict> => (await decide(narrowed, k, 'any', oracle, new Questions(kept), { kept, timeoutMs: 600_000 })).verdict
      expect(await verdict(r.kernel, recorded(r.kernel))).to.equal(r.verdict)
      expect(await verdict(r.changed, r.kept === undefined ? recorded(r.kernel) : () => withTpidrroZero(r.kernel, r.changed))).to.equal(r.becomes)
    })
  }
})
