/** What a seccomp filter does to a call that it refuses. kernel/seccomp.c __seccomp_filter(), asm/syscall.h (v5.4 to v6.12). */
import { bv, bvsub, ite, True, ule, zext } from '../terms/build.js'
import type { BV } from '../terms/term.js'
import { place } from '../../trace/state.js'
import { dumpCore } from '../tasks/core-dump.js'
import { forceSigsys } from '../tasks/force-signal.js'
import type { Kernel, SymTask } from '../tasks/kernel.js'
import { syscallGetArch, syscallSetReturnValue } from './dispatch.js'
import { MAX_ERRNO } from './numbers.table.js'

export type SeccompAction = 'errno' | 'trap' | 'kill'

/** `data` is SECCOMP_RET_DATA. The task is at the door of its handler; afterwards it is behind it, or dead. */
export function seccompRefuses(k: Kernel, t: SymTask, action: SeccompAction, data: BV<16>): void {
  const dies = action === 'kill' && k.seccompKillsAtOnce
  if (action === 'errno') {
    const e = ite(ule(data, bv(16, MAX_ERRNO)), zext(64, data), bv(64, MAX_ERRNO))
    t.regs[0] = syscallSetReturnValue(k, t, bvsub(bv(64, 0), e))
  } else {
    // syscall_rollback()
    t.regs[0] = t.orig_x0
    if (!dies) forceSigsys(k, t, zext(32, data), syscallGetArch(k, t))
    else dumpCore(k, t, True)
  }
  t.at = bv(8, dies ? place.dead : place.handled)
}
