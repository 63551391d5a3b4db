/** SVC: exception entry, the dispatcher's choice, el0_svc_common() up to invoke_syscall. */
import { and, bit, extract, isZero, ite, not, or, zext } from '../terms/build.js'
import type { Bool, BV } from '../terms/term.js'
import type { Kernel } from '../tasks/kernel.js'
import { svc as takeSvc } from '../syscalls/dispatch.js'
import { compatThumbMode, mode32 } from '../tasks/sanitise.js'
import type { SymConfig, SymTask } from '../tasks/symbolic.js'
import type { EventOf, Scene } from './event.js'
import { at } from './places.js'

export function svc({ k, config, cpu, t }: Scene, e: EventOf<'svc'>): Bool {
  const ready = and(at(t, 'el0'), canExecute(t))
  takeSvc(k, config, cpu, t, e.imm as BV<16>, e.upper as BV<15>, e.mte_async_fault)
  return and(ready, faultCanBe(k, config, e.mte_async_fault))
}

/** The instruction is executed at all: no PC alignment fault, no Illegal Execution state exception. */
const canExecute = (t: SymTask): Bool =>
  and(isZero(ite(and(mode32(t.pstate), compatThumbMode(t.pstate)), zext(2, extract<1>(0, 0, t.pc)), extract<2>(1, 0, t.pc))), not(bit(20, t.pstate)))

/** Only a kernel and a CPU with MTE see an asynchronous tag fault. */
export const faultCanBe = (k: Kernel, config: SymConfig, fault: Bool): Bool => k.hasMte ? or(not(fault), config.mte) : not(fault)
