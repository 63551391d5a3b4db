/** All claims, in the order of the matrix. A new claim is a file and a line here (or a file of the user's). */
import type { Claim } from '../claim.js'
import { claim as stateLost } from './sigreturn-state-lost.js'
import { claim as pstateAliases } from './sigreturn-psr-aliases-pstate.js'
import { claim as alwaysSigsegv } from './sigreturn-always-sigsegv.js'
import { claim as explicitCheck } from './sigreturn-explicit-check-same-result.js'
import { claim as wrongLayout } from './regset-wrong-layout-conversion.js'
import { claim as onlyForCompatTracer } from './regset-aarch32-view-only-for-compat-tracer.js'
import { claim as sameAsAarch32 } from './regset-same-as-aarch32-tracer.js'
import { claim as sanitised } from './regset-sanitised-as-in-sigreturn.js'
import { claim as setClobbers } from './tls-set-clobbers-tpidrro.js'
import { claim as kptiClobbers } from './tls-kpti-clobbers-tpidrro.js'
import { claim as flushClobbers } from './tls-flush-clobbers-tpidrro.js'
import { claim as writesGuarded } from './tls-writes-guarded.js'
import { claim as setTlsUnreachable } from './tls-set-tls-unreachable.js'
import { claim as mismatches } from './dispatch-more-mismatches-exist.js'
import { claim as top } from './top-no-broken-behaviour.js'

export const claims: readonly Claim[] = [
  stateLost, pstateAliases, alwaysSigsegv, explicitCheck, wrongLayout, onlyForCompatTracer, sameAsAarch32, sanitised,
  setClobbers, kptiClobbers, flushClobbers, writesGuarded, setTlsUnreachable, mismatches, top,
]
