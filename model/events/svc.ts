/** SVC: exception entry, the dispatcher's choice, el0_svc_common() up to invoke_syscall. */
import { and, not, or } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import type { Kernel } from '../tasks/kernel.js'
import { svc as takeSvc } from '../syscalls/dispatch.js'
import type { SymConfig } from '../tasks/symbolic.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function svc({ k, config, cpu, t }: Scene, e: EventOf<'svc'>): Bool {
  const ready = at(t, 'el0')
  takeSvc(k, config, cpu, t, e.imm as BV<16>, e.upper as BV<15>, e.mte_async_fault)
  return and(ready, faultCanBe(k, config, e.mte_async_fault))
}

/** Only a kernel and a CPU with MTE see an asynchronous tag fault. */
export const faultCanBe = (k: Kernel, config: SymConfig, fault: Bool): Bool => k.hasMte ? or(not(fault), config.mte) : not(fault)
