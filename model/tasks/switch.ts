/** __switch_to(prev, next). arch/arm64/kernel/process.c. SSBS: all CPUs have it or none, so ssbs_thread_switch leaves PSTATE alone from v5.6 on. */
import { and, ite } from '../terms/build.js'
import { mode32, PSR, PSR_AA32, set, userMode } from './sanitise.js'
import type { Kernel, SymConfig, SymTask } from './kernel.js'
import type { SymCpu } from './symbolic.js'
import { erratum1418040ThreadSwitch, tlsThreadSwitch } from './tls.js'

export function switchTo(k: Kernel, config: SymConfig, cpu: SymCpu, prev: SymTask, next: SymTask): void {
  tlsThreadSwitch(k, config, cpu, prev, next)
  if (k.ssbsForcedAtSwitch) {
    const forced = ite(mode32(next.pstate), set(next.pstate, PSR_AA32.SSBS), set(next.pstate, PSR.SSBS))
    next.pstate = ite(and(config.ssbs, userMode(next.pstate)), forced, next.pstate)
  }
  erratum1418040ThreadSwitch(k, config, cpu, prev, next)
}
