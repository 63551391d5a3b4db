/** All probes. */
import { clone32, clone64, cloneFake } from './clone.js'
import { dispatch32, dispatch64, dispatchBit31, dispatchFake } from './dispatch.js'
import type { Config } from '../../trace/state.js'
import { execTo32, execTo64 } from './exec.js'
import type { FakeCall, Probe, Situation } from './probe.js'
import { get32, get64, getBy32, getFake, set32, set64 } from './lengths.js'
import { prstatus32 } from './prstatus32.js'
import { prstatus64 } from './prstatus64.js'
import { prstatus64By32, prstatusBy32 } from './prstatus-by32.js'
import { prstatusFake } from './prstatus-fake.js'
import { run32 } from './run32.js'
import { run64 } from './run64.js'
import { seccomp32, seccomp64, seccompFake } from './seccomp.js'
import { signal32, signal64 } from './signal.js'
import { rtSigreturn32, rtSigreturnFake, sigreturn32, sigreturn64, sigreturnFake } from './sigreturn.js'
import { step32, step64 } from './step.js'
import { stop32, stop64 } from './stop.js'
import { stopFake, stopInfo32, stopInfo64 } from './stop-info.js'
import { switchTls } from './switch.js'
import { tlsBy32 } from './tls-by32.js'
import { tls32, tls64 } from './tls.js'

export const probes: readonly Probe[] = [
  prstatus64, prstatus32, prstatusBy32, prstatus64By32, tls64, tls32, run64, run32, sigreturn64, sigreturn32, rtSigreturn32,
  signal64, signal32, switchTls, dispatch64, dispatchBit31, dispatch32, stop64, stop32, stopInfo64, stopInfo32, seccomp64, seccomp32,
  step64, step32, clone64, clone32, execTo32, execTo64, get64, get32, set64, set32, getBy32, tlsBy32,
  prstatusFake, sigreturnFake, rtSigreturnFake, dispatchFake, cloneFake, stopFake, seccompFake, getFake,
]

/** The probes that a kernel can run. dispatch-bit31 is another call on v4. */
export const probesFor = (how: FakeCall): readonly Probe[] => probes.filter((p) => (how !== 'none' || p.fake !== true) && !(how === 'x8 bit 31' && p.name === 'dispatch-bit31'))
export type { FakeCall, Observed, Probe, Situation } from './probe.js'

/** What a probe says in the words of the traces, on a kernel entered by `how`: v4 keeps its flag set for every AArch32 task (COMPAT_SET_PERSONALITY). */
export function asRun(probe: Probe, input: bigint, config: Config, how: FakeCall): Situation {
  const situation = probe.situation(input, config, how)
  if (how === 'x8 bit 31') for (const t of situation.initial.tasks) t.compat_call = t.TIF_32BIT
  return situation
}
